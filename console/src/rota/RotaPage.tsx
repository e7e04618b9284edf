import { Button, Skeleton, Tag } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { useHomeNames, useNewestVisits, useRota } from '../api/report-queries.ts'
import type { Rota, VisitRecord } from '../api/types.ts'
import { useCivilNow } from '../clock/civil.ts'
import { DutyTabs } from '../duty/DutyTabs.tsx'
import { PlaceSelect } from '../duty/PlaceSelect.tsx'
import { useChosenPlace } from '../duty/place.ts'
import { formatDuration } from '../format/duration.ts'
import { formatInstant } from '../format/instant.ts'
import { reaches } from '../jurisdiction/tree.ts'
import { ErrorNote } from '../locale/ErrorNote.tsx'
import { useLanguage } from '../locale/i18n.ts'
import { useMe } from '../session/session.ts'
import { plannedToday } from './day.ts'
import { RotaSettings } from './RotaSettings.tsx'

const ROLES = ['case_worker'] as const
const LISTED = 10

/** A list that shows its beginning, and the rest when it is asked for. */
const useShown = <Item,>(items: readonly Item[]): [Item[], React.ReactNode] => {
  const { t } = useTranslation()
  const [count, setCount] = useState(LISTED)
  const rest =
    items.length > count ? (
      <Button onClick={() => setCount(count + LISTED)}>
        {t('rota.more', { count: items.length - count })}
      </Button>
    ) : null
  return [items.slice(0, count), rest]
}

const useHowLong = () => {
  const language = useLanguage()
  const now = useCivilNow(60_000)
  return (at: string) => formatDuration(now - Date.parse(at), language)
}

const Today = ({ visits }: { visits: readonly VisitRecord[] }) => {
  const { t } = useTranslation()
  const language = useLanguage()
  const now = useCivilNow(60_000)
  const { zone } = useMe()
  const [shown, rest] = useShown(visits)
  const whoOf = ({ crew, offers, names }: VisitRecord) => {
    const going = crew.flatMap((id) => names[id] ?? [])
    if (going.length > 0) return t('rota.goes', { who: going.join(t('person.and')) })
    const asked = offers
      .filter(({ answer }) => answer === null)
      .flatMap(({ personId }) => names[personId] ?? [])
    return asked.length > 0 ? t('rota.asked', { who: asked.join(t('person.and')) }) : ''
  }
  return (
    <section className="card">
      <h2>{t('rota.today')}</h2>
      {visits.length === 0 && <p className="soft">{t('rota.nothingToday')}</p>}
      <ul className="rota-rows">
        {shown.map((visit) => (
          <li key={visit.id}>
            <Link to={`/homes/${visit.homeId}`}>
              <b>{visit.who?.name ?? visit.homeId}</b> {visit.community} {visit.who?.door}
            </Link>
            <span>
              {t(`rota.kind.${visit.kind}`)}
              <span className="soft"> · {t(`rota.state.${visit.state}`)}</span>
            </span>
            <span className="soft">
              {whoOf(visit)} {formatInstant(Date.parse(visit.updatedAt), now, zone, language)}
            </span>
          </li>
        ))}
      </ul>
      {rest}
    </section>
  )
}

const Homes = ({ homes }: { homes: Rota['homes'] }) => {
  const { t } = useTranslation()
  const howLong = useHowLong()
  const [shown, rest] = useShown(homes)
  const nameOf = useHomeNames(shown.map(({ homeId }) => homeId))
  return (
    <section className="card">
      <h2>{t('rota.homes')}</h2>
      <p className="soft">{t('rota.homesExplain')}</p>
      {homes.length === 0 && <p className="soft">{t('rota.noHomes')}</p>}
      <ol className="rota-rows is-homes">
        {shown.map((home) => (
          <li key={home.homeId}>
            <Link to={`/homes/${home.homeId}`}>{nameOf(home.homeId)}</Link>
            <span>
              {home.lastContact === null
                ? t('rota.neverSeen', { days: howLong(home.unseenSince) })
                : t(`rota.contact.${home.lastContact}`, { days: howLong(home.unseenSince) })}
            </span>
            <span>
              {home.weakSign && <Tag className="weak-sign">{t('rota.weakSign')}</Tag>}
              {home.isPlanned && <Tag>{t('rota.planned')}</Tag>}
            </span>
          </li>
        ))}
      </ol>
      {rest}
    </section>
  )
}

const Helpers = ({ helpers }: { helpers: Rota['helpers'] }) => {
  const { t } = useTranslation()
  const howLong = useHowLong()
  const [shown, rest] = useShown(helpers)
  return (
    <section className="card">
      <h2>{t('rota.helpers')}</h2>
      <p className="soft">{t('rota.helpersExplain')}</p>
      {helpers.length === 0 && (
        <p className="soft">
          {t('rota.noHelpers')} <Link to="/duty/people">{t('person.title')}</Link>
        </p>
      )}
      <ol className="rota-rows">
        {shown.map((helper) => (
          <li key={helper.personId}>
            <span>
              <b>{helper.name}</b>
              {helper.pairedWith.length > 0 && (
                <span className="soft"> {t('person.paired', { count: helper.pairedWith.length })}</span>
              )}
            </span>
            <span>
              {t(helper.timesAsked === 0 ? 'rota.neverAsked' : 'rota.waits', {
                days: howLong(helper.waitingSince),
              })}
              {helper.timesAsked > 0 && (
                <span className="soft"> · {t('rota.timesAsked', { count: helper.timesAsked })}</span>
              )}
            </span>
            <span>{helper.hasTask && <Tag>{t('rota.hasTask')}</Tag>}</span>
          </li>
        ))}
      </ol>
      {rest}
    </section>
  )
}

/** Friendly visits and calls that no alert asks for: who has not been seen for longest, and who has waited longest. */
const RotaPage = () => {
  const { t } = useTranslation()
  const me = useMe()
  const now = useCivilNow(60_000)
  const { tree, places, place, choose } = useChosenPlace(ROLES)
  const rota = useRota(place?.id)
  const visits = useNewestVisits(place?.id)
  const zone = rota.data?.settings?.zone ?? me.zone
  return (
    <div className="page">
      <header className="page-head">
        <div>
          <h1>{t('rota.title')}</h1>
          <p className="soft">{t('rota.explain')}</p>
        </div>
        <PlaceSelect tree={tree} place={place} choose={choose} />
      </header>
      <DutyTabs />
      {rota.isError && <ErrorNote error={rota.error} onRetry={() => void rota.refetch()} />}
      {rota.isPending && <Skeleton active paragraph={{ rows: 6 }} />}
      {rota.data !== undefined && place !== undefined && (
        <>
          <RotaSettings
            key={place.id}
            place={place}
            rota={rota.data}
            mayWrite={reaches(me, 'administrator', place.id, places)}
          />
          {visits.isError && <ErrorNote error={visits.error} onRetry={() => void visits.refetch()} />}
          {visits.data !== undefined && <Today visits={plannedToday(visits.data, zone, now)} />}
          <div className="rota-lists">
            <Homes homes={rota.data.homes} />
            <Helpers helpers={rota.data.helpers} />
          </div>
        </>
      )}
    </div>
  )
}

export default RotaPage
