import { useMutation, useQueryClient } from '@tanstack/react-query'
import { App, Button, Form, Input, Segmented, Switch } from 'antd'
import { useTranslation } from 'react-i18next'
import { Link, NavLink, useParams } from 'react-router'
import { answer, client } from '../api/client.ts'
import { beginSession } from '../api/queries.ts'
import { Channels } from '../channel/Channels.tsx'
import { furtherPlacesOf } from '../frame/places.tsx'
import { ErrorNote } from '../locale/ErrorNote.tsx'
import { useLanguage } from '../locale/i18n.ts'
import { Policies } from '../policy/Policies.tsx'
import { useIsPhone } from '../preference/media.ts'
import { type Preferences, setPreferences, usePreferences } from '../preference/preferences.ts'
import { useHolds, useMe } from '../session/session.ts'
import { AccessLog } from './AccessLog.tsx'
import { Accounts } from './Accounts.tsx'
import { Places } from './Places.tsx'
import { Tokens } from './Tokens.tsx'

const SHORTEST_PASSWORD = 10

const Password = () => {
  const { t } = useTranslation()
  const { message } = App.useApp()
  const [form] = Form.useForm<{ password: string }>()
  const save = useMutation({
    mutationFn: ({ password }: { password: string }) =>
      answer(client.PUT('/api/v1/session/password', { body: { password } })),
    onSuccess: () => {
      form.resetFields()
      void message.success(t('setting.passwordSaved'))
    },
  })
  return (
    <Form form={form} className="password-form" layout="inline" onFinish={(values) => save.mutate(values)}>
      {save.isError && <ErrorNote error={save.error} />}
      <Form.Item
        name="password"
        rules={[{ required: true, min: SHORTEST_PASSWORD, message: t('setting.passwordShort') }]}
      >
        <Input.Password
          autoComplete="new-password"
          placeholder={t('setting.newPassword')}
          aria-label={t('setting.newPassword')}
        />
      </Form.Item>
      <Button htmlType="submit" loading={save.isPending}>
        {t('setting.setPassword')}
      </Button>
    </Form>
  )
}

const Own = () => {
  const { t, i18n } = useTranslation()
  const me = useMe()
  const language = useLanguage()
  const { appearance, largeType, sound } = usePreferences()
  const save = useMutation({
    mutationFn: (next: 'zh' | 'en') => answer(client.PATCH('/api/v1/session', { body: { language: next } })),
  })
  return (
    <section className="card">
      <header className="card-head">
        <h2>{me.account.name}</h2>
      </header>
      <dl className="setting-list">
        <div>
          <dt>{t('setting.language')}</dt>
          <dd>
            <Segmented<'zh' | 'en'>
              aria-label={t('setting.language')}
              value={language}
              options={[
                { value: 'zh', label: '中文' },
                { value: 'en', label: 'English' },
              ]}
              onChange={(next) => {
                setPreferences({ language: next })
                void i18n.changeLanguage(next)
                save.mutate(next)
              }}
            />
          </dd>
        </div>
        <div>
          <dt>{t('appearance.title')}</dt>
          <dd>
            <Segmented<Preferences['appearance']>
              aria-label={t('appearance.title')}
              value={appearance}
              options={(['auto', 'light', 'dark'] as const).map((value) => ({
                value,
                label: t(`appearance.${value}`),
              }))}
              onChange={(next) => setPreferences({ appearance: next })}
            />
          </dd>
        </div>
        <div>
          <dt>{t('appearance.largeType')}</dt>
          <dd>
            <Switch
              checked={largeType}
              aria-label={t('appearance.largeType')}
              onChange={(next) => setPreferences({ largeType: next })}
            />
          </dd>
        </div>
        <div>
          <dt>{t('sound.title')}</dt>
          <dd>
            <Switch
              checked={sound}
              aria-label={t('sound.title')}
              onChange={(next) => setPreferences({ sound: next })}
            />
          </dd>
        </div>
        <div>
          <dt>{t('setting.password')}</dt>
          <dd>
            <Password />
          </dd>
        </div>
      </dl>
    </section>
  )
}

/** On a phone the bar at the bottom has no room for these. */
const FurtherPlaces = () => {
  const { t } = useTranslation()
  const me = useMe()
  const places = furtherPlacesOf(me)
  if (places.length === 0) return null
  return (
    <nav className="card further" aria-label={t('setting.further')}>
      {places.map((place) => (
        <Link key={place.path} to={place.path}>
          {place.icon} {t(place.label)}
        </Link>
      ))}
    </nav>
  )
}

const SignOut = () => {
  const { t } = useTranslation()
  const queries = useQueryClient()
  const signOut = useMutation({
    mutationFn: () => answer(client.DELETE('/api/v1/session')),
    onSettled: () => {
      beginSession(queries, null)
    },
  })
  return (
    <Button block onClick={() => signOut.mutate()}>
      {t('frame.signOut')}
    </Button>
  )
}

/** The address of each tab below `/settings`; the first is everybody's own. */
const TABS = ['', 'accounts', 'tokens', 'places', 'channels', 'policy', 'access'] as const
/** Whoever works on cases may know how they climb. */
const TABS_OF_WORKERS = ['', 'policy'] as const

const Tabs = ({ tabs }: { tabs: readonly string[] }) => {
  const { t } = useTranslation()
  return (
    <nav className="page-tabs" aria-label={t('place.settings')}>
      {tabs.map((tab) => (
        <NavLink key={tab} to={tab === '' ? '/settings' : `/settings/${tab}`} end>
          {t(`setting.tab.${tab === '' ? 'own' : tab}`)}
        </NavLink>
      ))}
    </nav>
  )
}

const SettingsPage = () => {
  const { t } = useTranslation()
  const { tab } = useParams()
  const isPhone = useIsPhone()
  const administers = useHolds('administrator')
  const worksCases = useHolds('case_worker')
  const tabs = administers ? TABS : worksCases ? TABS_OF_WORKERS : []
  const shown = tabs.find((each) => each === tab) ?? ''
  return (
    <div className="page settings-page">
      <header className="page-head">
        <h1>{t('place.settings')}</h1>
      </header>
      {tabs.length > 0 && <Tabs tabs={tabs} />}
      {shown === '' && isPhone && <FurtherPlaces />}
      {shown === '' && <Own />}
      {shown === 'accounts' && <Accounts />}
      {shown === 'tokens' && <Tokens />}
      {shown === 'places' && <Places />}
      {shown === 'channels' && <Channels />}
      {shown === 'policy' && <Policies />}
      {shown === 'access' && <AccessLog />}
      {shown === '' && isPhone && <SignOut />}
    </div>
  )
}

export default SettingsPage
