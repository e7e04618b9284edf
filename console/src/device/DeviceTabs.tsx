import { useTranslation } from 'react-i18next'
import { NavLink } from 'react-router'
import { useHolds } from '../session/session.ts'

/** Devices, the gateways behind which some of them hang, and the services of others: the latter for administrators. */
export const DeviceTabs = () => {
  const { t } = useTranslation()
  if (!useHolds('administrator')) return null
  return (
    <nav className="page-tabs" aria-label={t('place.devices')}>
      <NavLink to="/devices" end>
        {t('place.devices')}
      </NavLink>
      <NavLink to="/devices/gateways">{t('gateway.title')}</NavLink>
      <NavLink to="/devices/sources">{t('source.title')}</NavLink>
    </nav>
  )
}
