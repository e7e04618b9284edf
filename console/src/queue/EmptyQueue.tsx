import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { useSummary } from '../api/queries.ts'

/** Quiet when quiet: what is being watched, and what cannot be seen. */
export const EmptyQueue = () => {
  const { t } = useTranslation()
  const summary = useSummary().data
  if (summary === undefined) return null
  const { homes, heardLastHour, blind } = summary
  return (
    <div className="empty-queue">
      <h2>{t('empty.title')}</h2>
      <p className="empty-said">
        {homes === 0
          ? t('empty.noHomes')
          : heardLastHour >= homes
            ? t('empty.allHeard', { count: homes })
            : t('empty.someHeard', { count: homes, heard: heardLastHour })}
      </p>
      {blind > 0 && (
        <p className="empty-blind">
          {t('empty.blind', { count: blind })} <Link to="/homes?show=blind">{t('empty.showBlind')}</Link>
        </p>
      )}
      {homes === 0 && (
        <p>
          {t('empty.firstSteps')} <Link to="/homes">{t('empty.toHomes')}</Link>
        </p>
      )}
    </div>
  )
}
