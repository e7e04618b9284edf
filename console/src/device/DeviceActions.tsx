import { MoreOutlined } from '@ant-design/icons'
import { useMutation } from '@tanstack/react-query'
import { App, Button, Dropdown } from 'antd'
import { useTranslation } from 'react-i18next'
import { answer, client } from '../api/client.ts'
import { useDevicesChanged } from '../api/device-queries.ts'
import type { Device } from '../api/types.ts'
import { useQuestion } from '../dialog/question.ts'
import { useErrorText } from '../locale/ErrorNote.tsx'
import { useHolds } from '../session/session.ts'
import { useDeviceDialogs } from './DeviceDialogs.tsx'

const ACTS = ['swap', 'reset', 'move', 'retire'] as const

/**
 * What may be done with a device. An administrator says what was done to it and when, lets it rest, gives it a new
 * secret; a case worker asks it to hush or to shut its valve. Nothing is shown to anybody else.
 */
export const DeviceActions = ({ device }: { device: Device }) => {
  const { t } = useTranslation()
  const { message } = App.useApp()
  const question = useQuestion()
  const errorText = useErrorText()
  const dialogs = useDeviceDialogs()
  const administers = useHolds('administrator')
  const worksCases = useHolds('case_worker')
  const enable = useMutation({
    mutationFn: () =>
      answer(
        client.PATCH('/api/v1/devices/{id}', {
          params: { path: { id: device.id } },
          body: { enabled: !device.enabled },
        }),
      ),
    onSuccess: useDevicesChanged(),
    onError: (error) => void message.error(errorText(error)),
  })
  const word = device.enabled ? 'disable' : 'enable'
  const ask = () =>
    question({
      title: t(`device.${word}Title`, { id: device.id }),
      content: t(`device.${word}Explain`),
      okText: t(`device.${word}`),
      danger: device.enabled,
      onOk: () => enable.mutateAsync(),
    })
  const isMeter = device.kind === 'water' || device.kind === 'electricity'
  const command = {
    key: 'command',
    label: `${t('device.command.open')}…`,
    onClick: () => dialogs.command(device),
  }
  const items = [
    command,
    ...ACTS.filter((type) => type === 'move' || (device.enabled && (isMeter || type === 'retire'))).map(
      (type) => ({ key: type, label: `${t(`act.name.${type}`)}…`, onClick: () => dialogs.act(device, type) }),
    ),
    { key: 'enable', label: `${t(`device.${word}`)}…`, onClick: ask },
    ...(device.gatewayId === null
      ? [{ key: 'renew', label: `${t('device.renew')}…`, onClick: () => dialogs.renew(device) }]
      : []),
  ]
  if (!administers && !worksCases) return null
  return (
    <Dropdown trigger={['click']} placement="bottomRight" menu={{ items: administers ? items : [command] }}>
      <Button
        type="text"
        className="row-menu"
        icon={<MoreOutlined aria-hidden />}
        aria-label={t('device.actions', { id: device.id })}
      />
    </Dropdown>
  )
}
