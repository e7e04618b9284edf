import { useTranslation } from 'react-i18next'
import { NavLink } from 'react-router'
import { useHolds } from '../session/session.ts'

/** Who is on duty, who they are, and what was announced that explains silence. */
export const DutyTabs = () => {
  const { t } = useTranslation()
  const worksCases = useHolds('case_worker')
  return (
    <nav className="page-tabs" aria-label={t('place.duty')}>
      <NavLink to="/duty" end>
        {t('place.duty')}
      </NavLink>
      <NavLink to="/duty/people">{t('person.title')}</NavLink>
      {worksCases && <NavLink to="/duty/rota">{t('rota.title')}</NavLink>}
      {worksCases && <NavLink to="/duty/drills">{t('drill.title')}</NavLink>}
      {worksCases && <NavLink to="/duty/cuts">{t('cut.title')}</NavLink>}
    </nav>
  )
}
