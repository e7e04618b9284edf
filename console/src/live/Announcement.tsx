import { useTranslation } from 'react-i18next'
import type { AlertView } from '../api/types.ts'
import { useAlertName } from '../queue/AlertRow.tsx'
import { useLive } from './live.tsx'

const Said = ({ alert }: { alert: AlertView }) => {
  const { t } = useTranslation()
  const name = useAlertName(alert)
  const { severity, kind, who } = alert
  return (
    <p>
      {[`${severity} ${t(`severity.${severity}`)}`, t(`kind.${kind}`), name, who?.compound, who?.door]
        .filter(Boolean)
        .join(' ')}
    </p>
  )
}

/** What rings is also said, to whoever has the page read to them: on every page, and at once. */
export const Announcement = () => {
  const { alerts, fresh } = useLive()
  return (
    <div className="spoken" role="alert">
      {alerts
        .filter(({ id }) => fresh.has(id))
        .map((alert) => (
          <Said key={alert.id} alert={alert} />
        ))}
    </div>
  )
}
