import { LogoutOutlined, UserOutlined } from '@ant-design/icons'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Button, Dropdown } from 'antd'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useLocation, useNavigate } from 'react-router'
import { answer, client } from '../api/client.ts'
import { beginSession, useJurisdictions } from '../api/queries.ts'
import type { Me } from '../api/types.ts'
import { Announcement } from '../live/Announcement.tsx'
import { useLive } from '../live/live.tsx'
import { useIsPhone } from '../preference/media.ts'
import { holds, useMe } from '../session/session.ts'
import { AppearanceControls } from './AppearanceControls.tsx'
import { CivilClock } from './CivilClock.tsx'
import { ConnectionState } from './ConnectionState.tsx'
import { Mark } from './Mark.tsx'
import { isAt, phonePlacesOf, placesOf } from './places.tsx'
import { SoundSwitch } from './SoundSwitch.tsx'

/** Where this account works: the path of its highest grant, or how many places it holds. */
const useJurisdictionWords = (me: Me): string[] => {
  const { t } = useTranslation()
  const all = useJurisdictions().data ?? []
  const granted = [...new Set(me.account.grants.map((grant) => grant.jurisdictionId))]
  const tops = granted.filter((id) => {
    let parent = all.find((place) => place.id === id)?.parentId ?? null
    while (parent !== null) {
      if (granted.includes(parent)) return false
      const above: string = parent
      parent = all.find((place) => place.id === above)?.parentId ?? null
    }
    return true
  })
  if (tops.length > 1) return [t('frame.places', { count: tops.length })]
  const words: string[] = []
  let at = all.find((place) => place.id === tops[0])
  while (at !== undefined) {
    words.unshift(at.name)
    const parentId: string | null = at.parentId
    at = all.find((place) => place.id === parentId)
  }
  return words
}

const AccountMenu = ({ me }: { me: Me }) => {
  const { t } = useTranslation()
  const queries = useQueryClient()
  const navigate = useNavigate()
  const signOut = useMutation({
    mutationFn: () => answer(client.DELETE('/api/v1/session')),
    onSettled: () => {
      beginSession(queries, null)
      void navigate('/')
    },
  })
  return (
    <Dropdown
      trigger={['click']}
      menu={{
        items: [{ key: 'out', icon: <LogoutOutlined aria-hidden />, label: t('frame.signOut') }],
        onClick: () => signOut.mutate(),
      }}
    >
      <Button type="text" className="account-button" icon={<UserOutlined aria-hidden />}>
        {me.account.name}
      </Button>
    </Dropdown>
  )
}

const useSaveLanguage = () =>
  useMutation({
    mutationFn: (language: 'zh' | 'en') => answer(client.PATCH('/api/v1/session', { body: { language } })),
  })

const OpenCount = () => {
  const open = useLive().alerts.filter((alert) => alert.state === 'open')
  if (open.length === 0) return null
  const urgent = open.some((alert) => alert.severity === 'P1' || alert.severity === 'P2')
  return <span className={urgent ? 'open-count is-urgent' : 'open-count'}>{open.length}</span>
}

export const Frame = ({ children }: { children: ReactNode }) => {
  const me = useMe()
  const { t } = useTranslation()
  const { pathname } = useLocation()
  const isPhone = useIsPhone()
  const places = isPhone ? phonePlacesOf(me) : placesOf(me)
  const jurisdiction = useJurisdictionWords(me)
  const saveLanguage = useSaveLanguage()
  return (
    <div className="frame">
      <nav className="rail" aria-label={t('frame.navigation')}>
        <div className="rail-head">
          <Mark />
          <span className="rail-name">{t('name')}</span>
        </div>
        <ul>
          {places.map((place) => (
            <li key={place.path}>
              <Link
                to={place.path}
                className={isAt(place, pathname) ? 'rail-link active' : 'rail-link'}
                {...(isAt(place, pathname) ? { 'aria-current': 'page' } : {})}
              >
                {place.icon}
                <span>{t(place.label)}</span>
                {place.path === '/queue' && <OpenCount />}
              </Link>
            </li>
          ))}
        </ul>
        <div className="rail-foot">
          <AccountMenu me={me} />
        </div>
      </nav>
      <header className="top">
        <div className="crumbs" aria-label={t('frame.jurisdiction')}>
          {jurisdiction.map((word) => (
            <span key={word}>{word}</span>
          ))}
        </div>
        <ConnectionState />
        <div className="top-clock">
          {me.civilFactor !== 1 && (
            <span className="demo-chip">{t('frame.demo', { factor: me.civilFactor })}</span>
          )}
          <CivilClock />
        </div>
        <div className="top-controls">
          {holds(me, 'case_worker') && <SoundSwitch />}
          {!isPhone && <AppearanceControls onLanguage={(language) => saveLanguage.mutate(language)} />}
        </div>
      </header>
      <Announcement />
      <main className="content" id="content">
        {children}
      </main>
    </div>
  )
}
