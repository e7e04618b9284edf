import { Button } from 'antd'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { emptyDraft, faultsOf, type OutcomeDraft, outcomeOf } from '../outcome/draft.ts'
import { OutcomeForm } from '../outcome/OutcomeForm.tsx'
import { useMe } from '../session/session.ts'
import type { KeptAct } from './kept.ts'
import { forgetDraft, keepDraft, readDraft } from './phone-store.ts'

/** How it ended, in five questions. What is filled in stays on the phone until it is sent, also when the page closes. */
export const ReportForm = ({
  visitId,
  crewSize,
  isDrill,
  zone,
  onDo,
  onClose,
}: {
  visitId: string
  crewSize: number
  isDrill: boolean
  zone: string
  onDo: (report: Pick<KeptAct, 'outcome' | 'note'>) => void
  onClose: () => void
}) => {
  const { t } = useTranslation()
  const { account } = useMe()
  const [draft, setDraft] = useState<OutcomeDraft | null>(null)
  const [hasTried, setHasTried] = useState(false)
  useEffect(() => {
    let isGone = false
    void readDraft(account.id, visitId).then((kept) => !isGone && setDraft(kept ?? emptyDraft(isDrill)))
    return () => {
      isGone = true
    }
  }, [account.id, visitId, isDrill])
  if (draft === null) return null
  const change = (next: OutcomeDraft) => {
    setDraft(next)
    void keepDraft(account.id, visitId, next)
  }
  const faults = faultsOf(draft, crewSize)
  const send = () => {
    setHasTried(true)
    const outcome = outcomeOf(draft, crewSize, zone)
    if (outcome === null) {
      requestAnimationFrame(() =>
        document
          .querySelector('.outcome-form .is-missing, .outcome-form .is-bad')
          ?.scrollIntoView({ block: 'center' }),
      )
      return
    }
    void forgetDraft(account.id, visitId)
    onDo({ outcome, note: draft.note.trim() })
    setDraft(emptyDraft(isDrill))
  }
  return (
    <section className="own-form">
      <h2>{t('outcome.title')}</h2>
      <OutcomeForm isDrill={isDrill} draft={draft} faults={hasTried ? faults : []} onChange={change} />
      {hasTried && faults.length > 0 && (
        <p className="is-bad">{t('outcome.stillMissing', { count: faults.length })}</p>
      )}
      <div className="own-answers">
        <Button type="primary" block onClick={send}>
          {t('visit.submit')}
        </Button>
        <Button block onClick={onClose}>
          {t('visit.back')}
        </Button>
      </div>
    </section>
  )
}
