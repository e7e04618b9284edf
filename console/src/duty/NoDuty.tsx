import { Alert } from 'antd'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { useSummary } from '../api/queries.ts'

/** Said wherever somebody waits for alerts, until it is no more so: nobody but this browser is told of them. */
export const NoDuty = () => {
  const { t } = useTranslation()
  const summary = useSummary().data
  if (summary?.dutySetUp !== false) return null
  return (
    <Alert
      className="no-duty"
      type="warning"
      showIcon
      title={t('duty.notSetUp')}
      action={<Link to="/duty">{t('duty.setUp')}</Link>}
    />
  )
}
