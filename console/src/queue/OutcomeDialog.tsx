import { Button } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useVisitRecord } from '../api/case-queries.ts'
import { useHome } from '../api/home-queries.ts'
import { Dialog } from '../dialog/Dialog.tsx'
import { localDate } from '../format/instant.ts'
import { draftOf, faultsOf, type OutcomeDraft, outcomeOf } from '../outcome/draft.ts'
import { OutcomeForm } from '../outcome/OutcomeForm.tsx'
import { useMe } from '../session/session.ts'
import type { DialogProps } from './ActionDialog.tsx'
import { useAlertName } from './AlertRow.tsx'

/** How it ended: said by the desk, or by whoever was there and confirmed by the desk. `visitId`: the last that went. */
export const OutcomeDialog = ({
  action,
  alert,
  visitId,
  isPending,
  onDo,
  onClose,
}: DialogProps & { action: 'resolve' | 'review'; visitId: string | null }) => {
  const { t } = useTranslation()
  const me = useMe()
  const name = useAlertName(alert)
  const zone = useHome(alert.homeId ?? '', alert.homeId !== null).data?.home.zone ?? me.zone
  const crew = useVisitRecord(visitId).data?.crew ?? []
  const [draft, setDraft] = useState<OutcomeDraft>(() =>
    draftOf(alert.outcome, (at) => localDate(Date.parse(at), zone), alert.drill),
  )
  const [hasTried, setHasTried] = useState(false)
  const faults = faultsOf(draft, crew.length)
  const note = draft.note.trim()
  const send = () => {
    setHasTried(true)
    const outcome = outcomeOf(draft, crew.length, zone)
    if (outcome !== null) onDo({ action, note, outcome })
  }
  const stillHolds = alert.findings.length > 0
  return (
    <Dialog
      className="form-dialog"
      width={760}
      title={t(`ask.${action}Title`, { name })}
      mask={{ closable: false }}
      onCancel={onClose}
      footer={
        <div className="edit-foot">
          {action === 'resolve' && (
            <Button type="text" loading={isPending} onClick={() => onDo({ action, note, outcome: null })}>
              {t('outcome.later')}
            </Button>
          )}
          <span className="edit-foot-end">
            <Button onClick={onClose}>{t('action.cancel')}</Button>
            <Button type="primary" loading={isPending} onClick={send}>
              {t(`case.${action}`)}
            </Button>
          </span>
        </div>
      }
    >
      <p className="ask-text">
        {action === 'review'
          ? t('ask.review')
          : t(stillHolds ? (alert.family === 'smoke' ? 'ask.stillSmoke' : 'ask.stillHolds') : 'ask.resolve')}
      </p>
      <OutcomeForm isDrill={alert.drill} draft={draft} faults={hasTried ? faults : []} onChange={setDraft} />
    </Dialog>
  )
}
