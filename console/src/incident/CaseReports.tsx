import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { useProposals } from '../api/report-queries.ts'
import type { AlertView } from '../api/types.ts'
import { MissedAlarms } from './MissedAlarms.tsx'

/** What a case leads to beside itself: a drill's report, the review of what was missed, a proposal for its home. */
export const CaseReports = ({ alert }: { alert: AlertView }) => {
  const { t } = useTranslation()
  const isReviewed = !alert.drill && (alert.state === 'reviewed' || alert.state === 'closed')
  const proposals = useProposals([], alert.id, isReviewed).data?.pages.flatMap((page) => page.items) ?? []
  return (
    <>
      {alert.drill && (
        <p>
          <Link to={`/duty/drills/${alert.id}`}>{t('drill.toReport')}</Link>
        </p>
      )}
      {isReviewed && proposals.length > 0 && (
        <p>
          <Link to={`/queue/proposals?alertId=${alert.id}`}>
            {t('proposal.ofAlert', { count: proposals.length })}
          </Link>
        </p>
      )}
      {alert.kind === 'incident.manual' && !alert.drill && <MissedAlarms alertId={alert.id} />}
    </>
  )
}
