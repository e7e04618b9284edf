import { App, Form, Input, InputNumber, Segmented } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { answer, client } from '../api/client.ts'
import { useDevicesChanged } from '../api/device-queries.ts'
import type { Device, RegisteredDevice } from '../api/types.ts'
import { useCivilNow } from '../clock/civil.ts'
import { MomentField } from '../clock/MomentField.tsx'
import { FormDialog } from '../dialog/FormDialog.tsx'
import { KeptDialog } from '../dialog/KeptDialog.tsx'
import { fromLocalInput, toLocalInput } from '../format/local-input.ts'
import { useMe } from '../session/session.ts'
import { HomeSelect } from './HomeSelect.tsx'
import { ProfileSelect } from './ProfileSelect.tsx'
import { DeviceSecretPanel } from './SecretPanel.tsx'

export type ActType = 'swap' | 'reset' | 'move' | 'retire'

interface Values {
  at: string
  endRegister?: number | null
  startRegister?: number | null
  same?: boolean
  id?: string
  sourceId?: string
  profileId?: string
  homeId?: string
}

const deedOf = (type: ActType, device: Device, values: Values, zone: string) => {
  const at = new Date(fromLocalInput(values.at, zone) ?? 0).toISOString()
  const endRegister = values.endRegister ?? null
  const startRegister = values.startRegister ?? null
  switch (type) {
    case 'swap':
      return {
        type,
        at,
        endRegister,
        startRegister,
        successor:
          values.same === false
            ? {
                id: values.id?.trim() || null,
                gatewayId: device.gatewayId,
                sourceId: device.gatewayId === null ? null : (values.sourceId?.trim() ?? ''),
                profileId: values.profileId ?? null,
              }
            : null,
      } as const
    case 'reset':
      return { type, at, endRegister, startRegister } as const
    case 'move':
      return { type, at, toHomeId: values.homeId ?? null } as const
    case 'retire':
      return { type, at, endRegister } as const
  }
}

const Registers = ({ device, withStart }: { device: Device; withStart: boolean }) => {
  const { t } = useTranslation()
  if (device.kind !== 'water' && device.kind !== 'electricity') return null
  const unit = device.kind === 'water' ? 'm³' : 'kWh'
  return (
    <div className="field-row">
      <Form.Item name="endRegister" label={t('act.endRegister')}>
        <InputNumber min={0} suffix={unit} />
      </Form.Item>
      {withStart && (
        <Form.Item name="startRegister" label={t('act.startRegister')}>
          <InputNumber min={0} suffix={unit} />
        </Form.Item>
      )}
    </div>
  )
}

const Successor = ({ device }: { device: Device }) => {
  const { t } = useTranslation()
  const same = Form.useWatch<boolean | undefined>('same') ?? true
  return (
    <>
      <Form.Item name="same" label={t('act.number')} extra={t(same ? 'act.sameHint' : 'act.otherHint')}>
        <Segmented
          options={[
            { value: true, label: t('act.same') },
            { value: false, label: t('act.other') },
          ]}
        />
      </Form.Item>
      {!same && (
        <>
          <Form.Item name="profileId" label={t('register.profile')}>
            <ProfileSelect kind={device.kind} />
          </Form.Item>
          <Form.Item name="id" label={t('register.id')} extra={t('register.idHint')}>
            <Input autoComplete="off" />
          </Form.Item>
          {device.gatewayId !== null && (
            <Form.Item
              name="sourceId"
              label={t('register.sourceId')}
              rules={[{ required: true, message: t('register.sourceIdMissing') }]}
            >
              <Input autoComplete="off" />
            </Form.Item>
          )}
        </>
      )}
    </>
  )
}

const Registered = ({ registered }: { registered: RegisteredDevice }) => {
  const { t } = useTranslation()
  const { device, secret, mqtt } = registered
  return secret === null || mqtt === null ? (
    <p>{t('register.behindGateway', { id: device.id })}</p>
  ) : (
    <DeviceSecretPanel secret={secret} mqtt={mqtt} kind={device.kind} />
  )
}

/** What was done to a device, and when. Says what follows from it before it is done. */
export const ActDialog = ({
  device,
  type,
  onClose,
}: {
  device: Device
  type: ActType
  onClose: () => void
}) => {
  const { t } = useTranslation()
  const { zone } = useMe()
  const { message } = App.useApp()
  const now = useCivilNow(60_000)
  const changed = useDevicesChanged()
  const [registered, setRegistered] = useState<RegisteredDevice | null>(null)
  if (registered !== null)
    return (
      <KeptDialog title={t(`act.title.${type}`, { id: device.id })} onClose={onClose}>
        <Registered registered={registered} />
      </KeptDialog>
    )
  return (
    <FormDialog
      title={t(`act.title.${type}`, { id: device.id })}
      okText={t(`act.name.${type}`)}
      danger={type === 'retire'}
      initial={{ at: toLocalInput(now, zone), same: true }}
      save={(values: Values) =>
        answer(
          client.POST('/api/v1/devices/{id}/acts', {
            params: { path: { id: device.id } },
            body: deedOf(type, device, values, zone),
          }),
        )
      }
      onSaved={(act) => {
        changed()
        setRegistered(act.registered)
        if (act.registered !== null) return
        void message.success(t(`act.done.${type}`, { id: device.id }))
        onClose()
      }}
      onClose={onClose}
    >
      <p className="ask-text">{t(`act.explain.${type}`)}</p>
      <Form.Item name="at" label={t('act.at')} rules={[{ required: true, message: t('act.atMissing') }]}>
        <MomentField zone={zone} />
      </Form.Item>
      {type === 'move' ? (
        <Form.Item name="homeId" label={t('register.home')}>
          <HomeSelect mayBeNone />
        </Form.Item>
      ) : (
        <Registers device={device} withStart={type !== 'retire'} />
      )}
      {type === 'swap' && <Successor device={device} />}
    </FormDialog>
  )
}
