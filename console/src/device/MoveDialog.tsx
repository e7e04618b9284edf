import { useMutation } from '@tanstack/react-query'
import { App, Modal } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { answer, client } from '../api/client.ts'
import { useDevicesChanged } from '../api/queries.ts'
import type { Device } from '../api/types.ts'
import { ErrorNote } from '../locale/ErrorNote.tsx'
import { HomeSelect } from './HomeSelect.tsx'

/** Puts a device into another home, or takes it out of the one where it stands. */
export const MoveDialog = ({ device, onClose }: { device: Device; onClose: () => void }) => {
  const { t } = useTranslation()
  const { message } = App.useApp()
  const changed = useDevicesChanged()
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
