import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { useProposals } from '../api/report-queries.ts'
import { ReportIncident } from '../incident/ReportIncident.tsx'

/** What the desk does beside the alerts: decides on proposals, writes down what was found by others. */
export const QueueTools = () => {
  const { t } = useTranslation()
  const pending = useProposals(['pending'], null).data?.pages[0]
  const count = pending?.items.length ?? 0
  return (
    <div className="queue-tools">
      <Link to="/queue/proposals">
        {t('proposal.title')}
        {count > 0 && <span className="count">{pending?.next == null ? count : `${count}+`}</span>}
      </Link>
      <ReportIncident homeId={null} type="text" />
    </div>
  )
}
