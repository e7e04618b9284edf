import { Form, Input, Select } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { answer, client } from '../api/client.ts'
import { useDevicesChanged, useGateways } from '../api/device-queries.ts'
import type { DeviceKind, RegisteredDevice } from '../api/types.ts'
import { FormDialog } from '../dialog/FormDialog.tsx'
import { KeptDialog } from '../dialog/KeptDialog.tsx'
import { ConsentFields, type ConsentValues, givenConsent, ON_PAPER } from '../install/ConsentFields.tsx'
import { useConsents } from '../install/queries.ts'
import { useMe } from '../session/session.ts'
import { HomeSelect } from './HomeSelect.tsx'
import { ProfileSelect } from './ProfileSelect.tsx'
import { DeviceSecretPanel } from './SecretPanel.tsx'

const KINDS = ['water', 'electricity', 'smoke', 'gateway', 'other'] as const

/** What is known already: from a home that lacks a kind, or from a message that nobody claims. */
export interface KnownOfDevice {
  kind?: DeviceKind
  gatewayId?: string
  sourceId?: string
  home?: { id: string; name: string }
}

interface Values extends ConsentValues {
  kind: DeviceKind
  id?: string
  model?: string
  profileId?: string
  homeId?: string
  gatewayId?: string
  sourceId?: string
}

/** Through which gateway, and the name that this one knows it by. */
const WayFields = ({ known }: { known: KnownOfDevice }) => {
  const { t } = useTranslation()
  const gateways = useGateways().data ?? []
  const gatewayId = Form.useWatch<string | undefined>('gatewayId')
  if (gateways.length === 0 && known.gatewayId === undefined) return null
  return (
    <div className="field-row">
      <Form.Item name="gatewayId" label={t('register.way')}>
        <Select
          allowClear
          placeholder={t('register.direct')}
          options={gateways.map(({ id, name }) => ({
            value: id,
            label: name === '' ? id : `${name} · ${id}`,
          }))}
        />
      </Form.Item>
      {gatewayId !== undefined && (
        <Form.Item
          name="sourceId"
          label={t('register.sourceId')}
          extra={t('register.sourceIdHint')}
          rules={[{ required: true, message: t('register.sourceIdMissing') }]}
        >
          <Input autoComplete="off" maxLength={200} />
        </Form.Item>
      )}
    </div>
  )
}

/** What may be left open: a number is made up, and a native device says what it measures. */
const MoreFields = ({ kind }: { kind: DeviceKind | undefined }) => {
  const { t } = useTranslation()
  return (
    <>
      <Form.Item name="profileId" label={t('register.profile')} extra={t('register.profileHint')}>
        <ProfileSelect kind={kind} />
      </Form.Item>
      <div className="field-row">
        <Form.Item
          name="id"
          label={t('register.id')}
          extra={t('register.idHint')}
          rules={[{ pattern: /^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$/, message: t('register.idWrong') }]}
        >
          <Input autoComplete="off" />
        </Form.Item>
        <Form.Item name="model" label={t('device.model')}>
          <Input autoComplete="off" maxLength={80} />
        </Form.Item>
      </div>
    </>
  )
}

const Fields = ({ known }: { known: KnownOfDevice }) => {
  const { t } = useTranslation()
  const kind = Form.useWatch<DeviceKind | undefined>('kind')
  const chosenHome = Form.useWatch<string | undefined>('homeId')
  const homeId = known.home?.id ?? chosenHome ?? null
  const consents = useConsents(homeId)
  const given = consents.data?.items.find((one) => one.deviceKind === kind && one.withdrawnAt === null)
  const asks = homeId !== null && kind !== undefined && kind !== 'gateway' && consents.isSuccess
  return (
    <>
      <div className="field-row">
        <Form.Item
          name="kind"
          label={t('register.kind')}
          rules={[{ required: true, message: t('register.kindMissing') }]}
        >
          <Select options={KINDS.map((value) => ({ value, label: t(`deviceKind.${value}`) }))} />
        </Form.Item>
        {known.home === undefined ? (
          <Form.Item name="homeId" label={t('register.home')} extra={t('register.homeHint')}>
            <HomeSelect mayBeNone />
          </Form.Item>
        ) : (
          <Form.Item label={t('register.home')}>
            <b>{known.home.name}</b>
          </Form.Item>
        )}
      </div>
      <WayFields known={known} />
      <MoreFields kind={kind} />
      {asks && <ConsentFields kind={kind} given={given} atDesk />}
    </>
  )
}

const Registered = ({ registered }: { registered: RegisteredDevice }) => {
  const { t } = useTranslation()
  const { device, secret, mqtt, decoded } = registered
  if (secret === null || mqtt === null)
    return (
      <>
        <p>{t('register.behindGateway', { id: device.id })}</p>
        {decoded > 0 && <p>{t('register.decoded', { count: decoded })}</p>}
      </>
    )
  return <DeviceSecretPanel secret={secret} mqtt={mqtt} kind={device.kind} />
}

/** Asks for what is not known of a device, registers it, and shows once how it signs in. */
export const RegisterDialog = ({ known, onClose }: { known: KnownOfDevice; onClose: () => void }) => {
  const { t } = useTranslation()
  const changed = useDevicesChanged()
  const { zone } = useMe()
  const [registered, setRegistered] = useState<RegisteredDevice | null>(null)
  if (registered !== null)
    return (
      <KeptDialog
        title={t('register.done')}
        okText={t(registered.secret === null ? 'action.close' : 'register.kept')}
        onClose={onClose}
      >
        <Registered registered={registered} />
      </KeptDialog>
    )
  const { home: _, ...initial } = known
  return (
    <FormDialog<Values, RegisteredDevice>
      title={t('register.open')}
      okText={t('register.submit')}
      width={720}
      initial={{ ...ON_PAPER, ...initial }}
      save={(values) =>
        answer(
          client.POST('/api/v1/devices', {
            body: {
              kind: values.kind,
              id: values.id?.trim() || null,
              model: values.model?.trim() ?? '',
              profileId: values.profileId ?? null,
              homeId: known.home?.id ?? values.homeId ?? null,
              // The fields are there only where nobody agreed yet.
              consent: values.agreed === true ? givenConsent(values, zone) : null,
              ...(values.gatewayId === undefined
                ? {}
                : { gatewayId: values.gatewayId, sourceId: values.sourceId?.trim() ?? '' }),
            },
          }),
        )
      }
      onSaved={(device) => {
        changed()
        setRegistered(device)
      }}
      onClose={onClose}
    >
      <Fields known={known} />
    </FormDialog>
  )
}
