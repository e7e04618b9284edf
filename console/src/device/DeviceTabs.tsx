import { useTranslation } from 'react-i18next'
import { NavLink } from 'react-router'
import { useHolds } from '../session/session.ts'

/** Devices, the gateways behind which some of them hang, and the services of others: the latter for administrators. */
export const DeviceTabs = () => {
  const { t } = useTranslation()
  const administers = useHolds('administrator')
  return (
    <nav className="page-tabs" aria-label={t('place.devices')}>
      <NavLink to="/devices" end>
        {t('place.devices')}
      </NavLink>
      <NavLink to="/devices/care">{t('care.title')}</NavLink>
      {administers && <NavLink to="/install">{t('install.title')}</NavLink>}
      {administers && <NavLink to="/devices/import">{t('import.title')}</NavLink>}
      {administers && <NavLink to="/devices/gateways">{t('gateway.title')}</NavLink>}
      {administers && <NavLink to="/devices/sources">{t('source.title')}</NavLink>}
      {administers && <NavLink to="/devices/mappings">{t('mapping.listTitle')}</NavLink>}
    </nav>
  )
}
