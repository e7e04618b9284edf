import { CheckCircleOutlined } from '@ant-design/icons'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { App, Button } from 'antd'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { answer, client } from '../api/client.ts'
import { dutyKeys, useOwnPages } from '../api/duty-queries.ts'
import { useJurisdictions } from '../api/queries.ts'
import type { DutyPage } from '../api/types.ts'
import { useCivilNow } from '../clock/civil.ts'
import { clockTime, formatInstant } from '../format/instant.ts'
import { useErrorText } from '../locale/ErrorNote.tsx'
import { useLanguage } from '../locale/i18n.ts'
import { PushSwitch } from '../push/PushSwitch.tsx'
import { useMe } from '../session/session.ts'
import { SeverityLabel } from '../severity/Severity.tsx'
import { answeredLately, waitingPages } from './own-pages.ts'

const useAnswer = () => {
  const { t } = useTranslation()
  const { message } = App.useApp()
  const errorText = useErrorText()
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (page: DutyPage) =>
      answer(client.POST('/api/v1/pages/{key}/answer', { params: { path: { key: page.key } } })),
    onSuccess: (_, { purpose }) => {
      if (purpose === 'test') void message.success(t('ownPage.thanks'))
      for (const queryKey of [dutyKeys.ownPages, dutyKeys.duty]) void queries.invalidateQueries({ queryKey })
    },
    onError: (error) => void message.error(errorText(error)),
  })
}

/** One large button: whoever comes here from their phone at the start of a shift needs nothing else. */
const TestPage = ({ page, place }: { page: DutyPage; place: string }) => {
  const { t } = useTranslation()
  const { zone } = useMe()
  const say = useAnswer()
  return (
    <section className="card test-page">
      <h2>{t('ownPage.test', { place })}</h2>
      <p>{t('ownPage.testExplain', { at: clockTime(Date.parse(page.dueAt), zone) })}</p>
      <Button
        type="primary"
        block
        className="here-button"
        loading={say.isPending}
        onClick={() => say.mutate(page)}
      >
        {t('ownPage.here')}
      </Button>
    </section>
  )
}

const Told = ({ page, place }: { page: DutyPage; place: string }) => {
  const { t } = useTranslation()
  const { zone } = useMe()
  const language = useLanguage()
  const now = useCivilNow(60_000)
  const say = useAnswer()
  const to = page.purpose === 'offer' ? '/visits' : page.alertId === null ? null : `/queue/${page.alertId}`
  return (
    <li>
      <span>
        {page.severity !== null && <SeverityLabel severity={page.severity} size={17} />}{' '}
        {t(`ownPage.purpose.${page.purpose}`)} · {place}{' '}
        <span className="soft">{formatInstant(Date.parse(page.createdAt), now, zone, language)}</span>
      </span>
      <span className="row-actions">
        {to !== null && (
          <Link to={to}>
            <Button onClick={() => say.mutate(page)}>{t('ownPage.open')}</Button>
          </Link>
        )}
        <Button type="text" loading={say.isPending} onClick={() => say.mutate(page)}>
          {t('ownPage.seen')}
        </Button>
      </span>
    </li>
  )
}

/** What whoever is signed in was told and has not answered; nothing at all for those whom nobody tells. */
export const OwnPages = () => {
  const { t } = useTranslation()
  const { zone } = useMe()
  const now = useCivilNow(60_000)
  const pages = useOwnPages().data
  const places = useJurisdictions().data
  const nameOf = (id: string) => places?.find((place) => place.id === id)?.name ?? ''
  if (pages === undefined) return null
  const waiting = waitingPages(pages, now)
  const tests = waiting.filter(({ purpose }) => purpose === 'test')
  const others = waiting.filter(({ purpose }) => purpose !== 'test')
  const done = answeredLately(pages, now)
  return (
    <>
      {tests.map((page) => (
        <TestPage key={page.key} page={page} place={nameOf(page.jurisdictionId)} />
      ))}
      {tests.length === 0 && done !== null && (
        <p className="answered-note">
          <CheckCircleOutlined aria-hidden />{' '}
          {t('ownPage.answered', { at: clockTime(Date.parse(done.createdAt), zone) })}
        </p>
      )}
      {others.length > 0 && (
        <section className="card">
          <h2>{t('ownPage.title')}</h2>
          <ul className="setting-rows">
            {others.map((page) => (
              <Told key={page.key} page={page} place={nameOf(page.jurisdictionId)} />
            ))}
          </ul>
        </section>
      )}
      <PushSwitch />
    </>
  )
}
