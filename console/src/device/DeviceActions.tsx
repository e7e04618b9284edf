import { MoreOutlined } from '@ant-design/icons'
import { useMutation } from '@tanstack/react-query'
import { App, Button, Dropdown } from 'antd'
import { useTranslation } from 'react-i18next'
import { answer, client } from '../api/client.ts'
import { useDevicesChanged } from '../api/queries.ts'
import type { Device } from '../api/types.ts'
import { useErrorText } from '../locale/ErrorNote.tsx'
import { useDeviceDialogs } from './DeviceDialogs.tsx'

const ACTS = ['swap', 'reset', 'move', 'retire'] as const

/** What an administrator may do with a device: say what was done to it and when, let it rest, give it a new secret. */
export const DeviceActions = ({ device }: { device: Device }) => {
  const { t } = useTranslation()
  const { modal, message } = App.useApp()
  const errorText = useErrorText()
  const dialogs = useDeviceDialogs()
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
    void modal.confirm({
      title: t(`device.${word}Title`, { id: device.id }),
      content: t(`device.${word}Explain`),
      okText: t(`device.${word}`),
      cancelText: t('action.cancel'),
      okButtonProps: { danger: device.enabled },
      // What failed has been said; the question is over either way.
      onOk: () => enable.mutateAsync().catch(() => undefined),
    })
  const isMeter = device.kind === 'water' || device.kind === 'electricity'
  const items = [
    { key: 'command', label: `${t('device.command.open')}…`, onClick: () => dialogs.command(device) },
    ...ACTS.filter((type) => type === 'move' || (device.enabled && (isMeter || type === 'retire'))).map(
      (type) => ({ key: type, label: `${t(`act.name.${type}`)}…`, onClick: () => dialogs.act(device, type) }),
    ),
    { key: 'enable', label: `${t(`device.${word}`)}…`, onClick: ask },
    ...(device.gatewayId === null
      ? [{ key: 'renew', label: `${t('device.renew')}…`, onClick: () => dialogs.renew(device) }]
      : []),
  ]
  return (
    <Dropdown trigger={['click']} placement="bottomRight" menu={{ items }}>
      <Button
        type="text"
        className="row-menu"
        icon={<MoreOutlined />}
        aria-label={t('device.actions', { id: device.id })}
      />
    </Dropdown>
  )
}
