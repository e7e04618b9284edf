import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { useHomes } from '../api/home-queries.ts'
import { useJurisdictions } from '../api/queries.ts'
import type { Trial } from '../api/types.ts'
import { useCivilNow } from '../clock/civil.ts'
import { formatInstant } from '../format/instant.ts'
import { useLanguage } from '../locale/i18n.ts'
import { useMe } from '../session/session.ts'
import { SeverityShape } from '../severity/Severity.tsx'

type Result = NonNullable<Trial['result']>
type Side = Result['present']
type TrialAlert = NonNullable<Result['added']>[number]

const LISTED = 50

const numbersOf = ({ alerts, visitsPerWeek, delay }: Side): Record<string, number | null> => ({
  alerts,
  visitsPerWeek,
  medianHours: delay.medianHours,
  p90Hours: delay.p90Hours,
  maxHours: delay.maxHours,
  within24: delay.within24Share === null ? null : Math.round(delay.within24Share * 1_000) / 10,
  never: delay.never,
})

/** Fewer is better, except the share that is noticed within a day. */
const verdictOf = (key: string, before: number | null, after: number | null): 'better' | 'worse' | 'same' => {
  if (before === after) return 'same'
  const fewer = (after ?? Number.POSITIVE_INFINITY) < (before ?? Number.POSITIVE_INFINITY)
  return fewer === (key !== 'within24') ? 'better' : 'worse'
}

const Sides = ({ result }: { result: Result }) => {
  const { t } = useTranslation()
  const [before, after] = [numbersOf(result.present), numbersOf(result.proposed)]
  const said = (value: number | null | undefined) =>
    value == null ? '—' : value.toFixed(value % 1 === 0 ? 0 : 1)
  return (
    <table className="trial-sides">
      <thead>
        <tr>
          <td />
          <th scope="col">{t('trial.present')}</th>
          <th scope="col">{t('trial.proposed')}</th>
          <td />
        </tr>
      </thead>
      <tbody>
        {Object.keys(before).map((key) => {
          const verdict = verdictOf(key, before[key] ?? null, after[key] ?? null)
          return (
            <tr key={key}>
              <th scope="row">{t(`trial.numbers.${key}`)}</th>
              <td>{said(before[key])}</td>
              <td>{said(after[key])}</td>
              <td className={`is-${verdict}`}>{verdict === 'same' ? '' : t(`trial.${verdict}`)}</td>
            </tr>
          )
        })}
      </tbody>
    </table>
  )
}

/** Names of homes where they are known already, ids otherwise: the list itself asks for nobody's name. */
const useNames = (): ((homeId: string) => string) => {
  const homes = useHomes({ jurisdictionId: null, search: '', show: 'all' })
  const places = useJurisdictions().data
  const summaries = homes.data?.pages.flatMap((page) => page.items) ?? []
  return (homeId) => {
    const found = summaries.find(({ home }) => home.id === homeId)
    if (found === undefined) return homeId
    const place = places?.find(({ id }) => id === found.home.jurisdictionId)?.name
    return [found.resident?.name ?? homeId, place, found.resident?.door].filter(Boolean).join(' · ')
  }
}

const Alerts = ({
  title,
  alerts,
  count,
}: {
  title: string
  alerts: readonly TrialAlert[]
  count: number
}) => {
  const { t } = useTranslation()
  const language = useLanguage()
  const { zone } = useMe()
  const now = useCivilNow(60_000)
  const nameOf = useNames()
  return (
    <section>
      <h3>
        {title} <span className="soft">{count}</span>
      </h3>
      {alerts.length === 0 && <p className="soft">{t('trial.noAlerts')}</p>}
      <ul className="trial-alerts">
        {alerts.slice(0, LISTED).map((alert) => (
          <li key={`${alert.homeId}${alert.kind}${alert.raisedAt}`} className={`severity-${alert.severity}`}>
            <SeverityShape severity={alert.severity} size={16} />
            <span>
              <b>{formatInstant(Date.parse(alert.raisedAt), now, zone, language)}</b>{' '}
              <Link to={`/homes/${alert.homeId}`}>{nameOf(alert.homeId)}</Link> {t(`kind.${alert.kind}`)}
            </span>
            <span className="soft">{alert.sentence[language]}</span>
          </li>
        ))}
      </ul>
      {count > LISTED && <p className="faint">{t('trial.more', { count: count - LISTED })}</p>}
    </section>
  )
}

const Homes = ({ homes }: { homes: NonNullable<Result['perHome']> }) => {
  const { t } = useTranslation()
  const nameOf = useNames()
  const changed = homes.filter(({ added, removed, wonHours }) => added + removed > 0 || (wonHours ?? 0) !== 0)
  if (changed.length < 2) return null
  return (
    <section>
      <h3>{t('trial.perHome')}</h3>
      <ul className="trial-homes">
        {changed.slice(0, LISTED).map(({ homeId, added, removed, wonHours }) => (
          <li key={homeId}>
            <Link to={`/homes/${homeId}`}>{nameOf(homeId)}</Link>
            <span>{t('trial.changesOf', { added, removed })}</span>
            <span className="soft">
              {wonHours === null ? '' : t('trial.hours', { hours: wonHours.toFixed(1) })}
            </span>
          </li>
        ))}
      </ul>
    </section>
  )
}

/** Both sides in numbers, and each alert that would have come or stayed away. */
export const TrialAnswer = ({ days, result }: { days: number; result: Result }) => {
  const { t } = useTranslation()
  const { wonHours } = result
  const won =
    wonHours === null
      ? t('trial.wonUnknown')
      : Math.abs(wonHours) < 0.05
        ? t('trial.wonNothing')
        : t(wonHours >= 0 ? 'trial.won' : 'trial.lost', { hours: Math.abs(wonHours).toFixed(1) })
  return (
    <section className="card trial-answer">
      <header className="card-head">
        <div>
          <h2>{t('trial.answer', { days, homes: result.homes })}</h2>
          <p className="trial-won">{won}</p>
          <p className="soft">
            {t('trial.timing', { sooner: result.soonerCount, later: result.laterCount })}
            {result.homesWithoutReadings > 0 && t('trial.unheard', { count: result.homesWithoutReadings })}
          </p>
        </div>
      </header>
      <Sides result={result} />
      {result.added === null || result.removed === null ? (
        <p className="soft">
          {t('trial.casesHidden', { added: result.addedCount, removed: result.removedCount })}
        </p>
      ) : (
        <div className="trial-lists">
          <Alerts title={t('trial.added')} alerts={result.added} count={result.addedCount} />
          <Alerts title={t('trial.removed')} alerts={result.removed} count={result.removedCount} />
        </div>
      )}
      {result.perHome !== null && <Homes homes={result.perHome} />}
    </section>
  )
}
