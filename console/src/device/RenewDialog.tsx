import { useMutation } from '@tanstack/react-query'
import { Button, Modal } from 'antd'
import { useTranslation } from 'react-i18next'
import { answer, client } from '../api/client.ts'
import type { Device } from '../api/types.ts'
import { ErrorNote } from '../locale/ErrorNote.tsx'
import { DeviceSecretPanel } from './SecretPanel.tsx'

/** Asks first: with the new secret the old one ends. Shows it once. */
export const RenewDialog = ({ device, onClose }: { device: Device; onClose: () => void }) => {
  const { t } = useTranslation()
  const renew = useMutation({
    mutationFn: () =>
      answer(client.POST('/api/v1/devices/{id}/secret', { params: { path: { id: device.id } } })),
  })
  const isDone = renew.data !== undefined
  return (
    <Modal
      open
      title={t(isDone ? 'device.renewed' : 'device.renewTitle', { id: device.id })}
      mask={{ closable: false }}
      keyboard={!isDone}
      width={isDone ? 620 : 480}
      onCancel={onClose}
      footer={
        isDone ? (
          <Button type="primary" onClick={onClose}>
            {t('register.kept')}
          </Button>
        ) : (
          <>
            <Button onClick={onClose}>{t('action.cancel')}</Button>
            <Button type="primary" danger loading={renew.isPending} onClick={() => renew.mutate()}>
              {t('device.renew')}
            </Button>
          </>
        )
      }
    >
      {renew.isError && <ErrorNote error={renew.error} />}
      {renew.data === undefined ? (
        <p>{t('device.renewExplain')}</p>
      ) : (
        <DeviceSecretPanel {...renew.data} kind={device.kind} />
      )}
    </Modal>
  )
}
