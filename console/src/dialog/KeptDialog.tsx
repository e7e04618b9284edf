import { Button } from 'antd'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Dialog } from './Dialog.tsx'

/** What is shown once: it closes when somebody says that they kept it, and not by a slip of the hand. */
export const KeptDialog = ({
  title,
  okText,
  onClose,
  children,
}: {
  title: string
  okText?: string
  onClose: () => void
  children: ReactNode
}) => {
  const { t } = useTranslation()
  return (
    <Dialog
      title={title}
      mask={{ closable: false }}
      keyboard={false}
      width={620}
      onCancel={onClose}
      footer={
        <Button type="primary" onClick={onClose}>
          {okText ?? t('register.kept')}
        </Button>
      }
    >
      {children}
    </Dialog>
  )
}
