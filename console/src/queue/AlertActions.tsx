import { Button, Input, Modal } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { AlertView } from '../api/types.ts'
import { useAlertName } from './AlertRow.tsx'
import { useAlertActions } from './useAlertActions.ts'
import { useKeyPress } from './useKeyPress.ts'

/** Acknowledge at once; a note or the end of an alert is asked for in words. */
export const AlertActions = ({ alert }: { alert: AlertView }) => {
  const { t } = useTranslation()
  const { mutate, isPending } = useAlertActions(alert)
  const [open, setOpen] = useState<'resolve' | 'notes' | null>(null)
  const [note, setNote] = useState('')
  const name = useAlertName(alert)
  const canAcknowledge = alert.state === 'open' || alert.state === 'suspected'
  const canResolve = alert.state !== 'resolved'
  useKeyPress({
    a: () => canAcknowledge && !isPending && mutate({ action: 'acknowledge', note: '' }),
    r: () => canResolve && setOpen('resolve'),
    n: () => setOpen('notes'),
  })

  const close = () => {
    setOpen(null)
    setNote('')
  }
  const stillHolds = alert.findings.length > 0
  return (
    <>
      <div className="alert-actions">
        {canAcknowledge && (
          <Button
            type="primary"
            size="large"
            loading={isPending && open === null}
            onClick={() => mutate({ action: 'acknowledge', note: '' })}
          >
            {t('action.acknowledge')} <kbd>A</kbd>
          </Button>
        )}
        {canResolve && (
          <Button
            size="large"
            {...(canAcknowledge ? {} : { type: 'primary' as const })}
            onClick={() => setOpen('resolve')}
          >
            {t('action.resolve')} <kbd>R</kbd>
          </Button>
        )}
        <Button size="large" onClick={() => setOpen('notes')}>
          {t('action.note')} <kbd>N</kbd>
        </Button>
      </div>
      <Modal
        open={open !== null}
        title={t(open === 'resolve' ? 'ask.resolveTitle' : 'ask.noteTitle', {
          name,
        })}
        okText={t(open === 'resolve' ? 'action.resolve' : 'action.saveNote')}
        cancelText={t('action.cancel')}
        confirmLoading={isPending}
        okButtonProps={{ disabled: note.trim() === '' }}
        destroyOnHidden
        onCancel={close}
        onOk={() => {
          if (open !== null) mutate({ action: open, note: note.trim() }, { onSuccess: close })
        }}
      >
        {open === 'resolve' && (
          <p className="ask-text">
            {t(stillHolds ? (alert.family === 'smoke' ? 'ask.stillSmoke' : 'ask.stillHolds') : 'ask.resolve')}
          </p>
        )}
        <Input.TextArea
          autoFocus
          rows={4}
          maxLength={2_000}
          value={note}
          placeholder={t(open === 'resolve' ? 'ask.resolvePlaceholder' : 'ask.notePlaceholder')}
          aria-label={t(open === 'resolve' ? 'ask.resolvePlaceholder' : 'ask.notePlaceholder')}
          onChange={(event) => setNote(event.target.value)}
        />
      </Modal>
    </>
  )
}
