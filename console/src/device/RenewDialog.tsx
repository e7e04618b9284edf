import { useMutation } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { answer, client } from '../api/client.ts'
import type { Device } from '../api/types.ts'
import { Dialog } from '../dialog/Dialog.tsx'
import { KeptDialog } from '../dialog/KeptDialog.tsx'
import { ErrorNote } from '../locale/ErrorNote.tsx'
import { DeviceSecretPanel } from './SecretPanel.tsx'

/** Asks first: with the new secret the old one ends. Shows it once. */
export const RenewDialog = ({ device, onClose }: { device: Device; onClose: () => void }) => {
  const { t } = useTranslation()
  const renew = useMutation({
    mutationFn: () =>
      answer(client.POST('/api/v1/devices/{id}/secret', { params: { path: { id: device.id } } })),
  })
  if (renew.data !== undefined)
    return (
      <KeptDialog title={t('device.renewed', { id: device.id })} onClose={onClose}>
        <DeviceSecretPanel {...renew.data} kind={device.kind} />
      </KeptDialog>
    )
  return (
    <Dialog
      title={t('device.renewTitle', { id: device.id })}
      okText={t('device.renew')}
      okButtonProps={{ danger: true }}
      cancelText={t('action.cancel')}
      confirmLoading={renew.isPending}
      mask={{ closable: false }}
      width={480}
      onOk={() => renew.mutate()}
      onCancel={onClose}
    >
      {renew.isError && <ErrorNote error={renew.error} />}
      <p>{t('device.renewExplain')}</p>
    </Dialog>
  )
}
