import { MoreOutlined } from '@ant-design/icons'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { App, Button, Dropdown, Modal } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { answer, client } from '../api/client.ts'
import { keys } from '../api/queries.ts'
import type { Device } from '../api/types.ts'
import { ErrorNote, useErrorText } from '../locale/ErrorNote.tsx'
import { HomeSelect } from './HomeSelect.tsx'
import { DeviceSecretPanel } from './SecretPanel.tsx'

const useChanged = () => {
  const queries = useQueryClient()
  return () => {
    for (const queryKey of [keys.devices, keys.homes, ['home'], keys.summary])
      void queries.invalidateQueries({ queryKey })
  }
}

const Move = ({ device, onClose }: { device: Device; onClose: () => void }) => {
  const { t } = useTranslation()
  const { message } = App.useApp()
  const changed = useChanged()
  const [homeId, setHomeId] = useState<string | undefined>(undefined)
  const move = useMutation({
    mutationFn: () =>
      answer(
        client.PUT('/api/v1/devices/{id}/home', {
          params: { path: { id: device.id } },
          body: { homeId: homeId ?? null },
        }),
      ),
    onSuccess: () => {
      changed()
      void message.success(t(homeId === undefined ? 'device.takenOut' : 'device.moved', { id: device.id }))
      onClose()
    },
  })
  return (
    <Modal
      open
      title={t('device.moveTitle', { id: device.id })}
      okText={t(homeId === undefined ? 'device.takeOut' : 'device.move')}
      cancelText={t('action.cancel')}
      confirmLoading={move.isPending}
      okButtonProps={{ disabled: homeId === undefined && device.homeId === null }}
      onOk={() => move.mutate()}
      onCancel={onClose}
    >
      {move.isError && <ErrorNote error={move.error} />}
      <p className="ask-text">{t('device.moveExplain')}</p>
      <HomeSelect {...(homeId === undefined ? {} : { value: homeId })} onChange={setHomeId} />
    </Modal>
  )
}

/** What an administrator may do with a device: put it elsewhere, let it rest, give it a new secret. */
export const DeviceActions = ({ device }: { device: Device }) => {
  const { t } = useTranslation()
  const { modal, message } = App.useApp()
  const errorText = useErrorText()
  const changed = useChanged()
  const [moving, setMoving] = useState(false)
  const path = { params: { path: { id: device.id } } }
  const onError = (error: Error) => void message.error(errorText(error))
  const enable = useMutation({
    mutationFn: () =>
      answer(client.PATCH('/api/v1/devices/{id}', { ...path, body: { enabled: !device.enabled } })),
    onSuccess: changed,
    onError,
  })
  const renew = useMutation({
    mutationFn: () => answer(client.POST('/api/v1/devices/{id}/secret', path)),
    onError,
  })

  const ask = (word: string, isDangerous: boolean, act: () => Promise<unknown>) =>
    modal.confirm({
      title: t(`device.${word}Title`, { id: device.id }),
      content: t(`device.${word}Explain`),
      okText: t(`device.${word}`),
      cancelText: t('action.cancel'),
      okButtonProps: { danger: isDangerous },
      // What failed has been said; the question is over either way.
      onOk: () => act().catch(() => undefined),
    })
  const items = [
    { key: 'move', label: t('device.moveOpen'), onClick: () => setMoving(true) },
    device.enabled
      ? {
          key: 'enable',
          label: t('device.disable'),
          onClick: () => void ask('disable', true, enable.mutateAsync),
        }
      : {
          key: 'enable',
          label: t('device.enable'),
          onClick: () => void ask('enable', false, enable.mutateAsync),
        },
    ...(device.gatewayId === null
      ? [
          {
            key: 'renew',
            label: t('device.renew'),
            onClick: () => void ask('renew', true, renew.mutateAsync),
          },
        ]
      : []),
  ]
  return (
    <>
      <Dropdown trigger={['click']} placement="bottomRight" menu={{ items }}>
        <Button
          type="text"
          className="row-menu"
          icon={<MoreOutlined />}
          aria-label={t('device.actions', { id: device.id })}
        />
      </Dropdown>
      {moving && <Move device={device} onClose={() => setMoving(false)} />}
      <Modal
        open={renew.data !== undefined}
        title={t('device.renewed', { id: device.id })}
        mask={{ closable: false }}
        keyboard={false}
        destroyOnHidden
        width={620}
        onCancel={() => renew.reset()}
        footer={
          <Button type="primary" onClick={() => renew.reset()}>
            {t('register.kept')}
          </Button>
        }
      >
        {renew.data !== undefined && <DeviceSecretPanel {...renew.data} kind={device.kind} />}
      </Modal>
    </>
  )
}
