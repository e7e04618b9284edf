import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Alert, Form, InputNumber, Radio, Select } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { answer, client } from '../api/client.ts'
import type { Device, DeviceAct, DeviceCommand } from '../api/types.ts'
import { Ago } from '../clock/Times.tsx'
import { Dialog } from '../dialog/Dialog.tsx'
import { ErrorNote } from '../locale/ErrorNote.tsx'
import { useHolds, useMe } from '../session/session.ts'

const ACTS = ['set_interval', 'self_test', 'hush', 'valve'] as const
/** The rest is the technician's. */
const ACTS_OF_WORKERS = ['hush', 'valve'] as const
/** What a device of another kind is never asked. */
const ONLY_FOR: Partial<Record<DeviceAct['type'], Device['kind']>> = {
  hush: 'smoke',
  self_test: 'smoke',
  valve: 'water',
}
const DEFAULT_INTERVAL_S = 900
/** Of the past ones. */
const SHOWN = 5
/** While the dialog is open: an answer of the device comes within seconds, or when it wakes. */
const LOOK_EVERY_MS = 3_000
const WENT_WRONG: readonly DeviceCommand['state'][] = ['failed', 'expired']

/** Asks a device to do something, and shows what became of what it was asked before. */
export const CommandDialog = ({ device, onClose }: { device: Device; onClose: () => void }) => {
  const { t } = useTranslation()
  const offered = useHolds('administrator') ? ACTS : ACTS_OF_WORKERS
  const acts = offered.filter((one) => (ONLY_FOR[one] ?? device.kind) === device.kind)
  const queries = useQueryClient()
  const queryKey = ['device-commands', device.id]
  const params = { path: { id: device.id } }
  const asked = useQuery({
    queryKey,
    refetchInterval: LOOK_EVERY_MS,
    queryFn: () => answer(client.GET('/api/v1/devices/{id}/commands', { params })),
  })
  const obstacles = asked.data?.obstacles
  const [chosen, choose] = useState<DeviceAct['type'] | null>(null)
  const type = chosen ?? acts.find((one) => obstacles?.[one] === null) ?? null
  const cannotAny = acts.every((one) => obstacles?.[one] !== null)
  const [seconds, setSeconds] = useState(device.cadenceS ?? DEFAULT_INTERVAL_S)
  const [open, setOpen] = useState(false)
  const send = useMutation({
    mutationFn: (act: DeviceAct) =>
      answer(client.POST('/api/v1/devices/{id}/commands', { params, body: { act, expiresInS: null } })),
    onSettled: () => queries.invalidateQueries({ queryKey }),
  })
  return (
    <Dialog
      title={t('device.command.title', { id: device.id })}
      okText={t('device.command.send')}
      cancelText={t('action.close')}
      okButtonProps={{ disabled: type === null, danger: type === 'valve' && !open }}
      confirmLoading={send.isPending}
      onOk={() => type !== null && send.mutate(actOf(type, seconds, open))}
      onCancel={onClose}
    >
      <p>{t('device.command.explain')}</p>
      {send.isError && <ErrorNote error={send.error} />}
      {asked.isError && <ErrorNote error={asked.error} />}
      <Form layout="vertical">
        <Form.Item label={t('device.command.what')}>
          <Select
            value={type}
            placeholder={t('device.command.choose')}
            onChange={choose}
            options={acts.map((value) => ({
              value,
              label: labelOf(t(`device.command.act.${value}`), obstacles?.[value] ?? null, t),
              title: obstacles?.[value] ?? '',
              disabled: obstacles?.[value] !== null,
            }))}
          />
        </Form.Item>
        {type === 'set_interval' && (
          <Form.Item label={t('device.command.seconds')}>
            <InputNumber
              min={10}
              max={604_800}
              value={seconds}
              onChange={(value) => setSeconds(value ?? DEFAULT_INTERVAL_S)}
            />
          </Form.Item>
        )}
        {type === 'valve' && (
          <Form.Item label={t('device.command.valve')}>
            <Radio.Group value={open} onChange={({ target }) => setOpen(target.value === true)}>
              <Radio value={false}>{t('device.command.valveClose')}</Radio>
              <Radio value={true}>{t('device.command.valveOpen')}</Radio>
            </Radio.Group>
          </Form.Item>
        )}
      </Form>
      {obstacles !== undefined && cannotAny && (
        <Obstacles isUnheard={device.health === null} acts={acts} obstacles={obstacles} />
      )}
      {type === 'hush' && <Alert type="warning" showIcon title={t('device.command.hushNote')} />}
      {type === 'valve' && !open && <Alert type="warning" showIcon title={t('device.command.closeNote')} />}
      <Past items={asked.data?.items ?? []} />
    </Dialog>
  )
}

const actOf = (type: DeviceAct['type'], seconds: number, open: boolean): DeviceAct => {
  if (type === 'set_interval') return { type, seconds }
  return type === 'valve' ? { type, open } : { type }
}

const labelOf = (
  name: string,
  reason: string | null,
  t: (key: 'device.command.cannotShort') => string,
): string => (reason === null ? name : `${name} · ${t('device.command.cannotShort')}`)

/** Why none of them can be sent, in the words of whoever would have to take it. */
const Obstacles = ({
  isUnheard,
  acts,
  obstacles,
}: {
  isUnheard: boolean
  acts: readonly DeviceAct['type'][]
  obstacles: Readonly<Record<string, string | null>>
}) => {
  const { t } = useTranslation()
  if (isUnheard) return <p>{t('device.command.unheard')}</p>
  return (
    <>
      <p>{t('device.command.cannotAny')}</p>
      <ul className="soft">
        {acts.map((act) => (
          <li key={act}>
            {t(`device.command.act.${act}`)}: <code lang="en">{obstacles[act]}</code>
          </li>
        ))}
      </ul>
    </>
  )
}

const Past = ({ items }: { items: readonly DeviceCommand[] }) => {
  const { t } = useTranslation()
  const { zone } = useMe()
  if (items.length === 0) return <p>{t('device.command.none')}</p>
  return (
    <>
      <p>{t('device.command.past')}</p>
      <ul>
        {items.slice(0, SHOWN).map(({ id, act, state, changedAt, reason }) => (
          <li key={id} title={reason ?? ''}>
            {act.type === 'valve'
              ? t(act.open ? 'device.command.valveOpen' : 'device.command.valveClose')
              : t(`device.command.act.${act.type}`)}{' '}
            <b {...(WENT_WRONG.includes(state) ? { className: 'is-bad' } : {})}>
              {t(`device.command.state.${state}`)}
            </b>{' '}
            <Ago at={changedAt} zone={zone} />
          </li>
        ))}
      </ul>
    </>
  )
}
