import { Button } from 'antd'
import { useTranslation } from 'react-i18next'
import { Link, useParams } from 'react-router'
import { useChannels, usePersonNames } from '../api/duty-queries.ts'
import { useJurisdictions } from '../api/queries.ts'
import { useDrill, useHomeNames } from '../api/report-queries.ts'
import type { DrillReport } from '../api/types.ts'
import { useCivilNow } from '../clock/civil.ts'
import { formatDuration } from '../format/duration.ts'
import { clockTime, formatInstant, formatInstantFull } from '../format/instant.ts'
import { PageSkeleton } from '../frame/PageSkeleton.tsx'
import { ErrorNote } from '../locale/ErrorNote.tsx'
import { useLanguage } from '../locale/i18n.ts'
import { useHolds, useMe } from '../session/session.ts'
import { SeverityLabel } from '../severity/Severity.tsx'
import { phaseOf, stepTimes } from './steps.ts'

const Steps = ({ report }: { report: DrillReport }) => {
  const { t } = useTranslation()
  const language = useLanguage()
  const { zone } = useMe()
  const startedAt = Date.parse(report.startsAt)
  return (
    <section className="card">
      <h2>{t('drill.steps')}</h2>
      <table className="drill-table">
        <thead>
          <tr>
            <th scope="col">{t('drill.step')}</th>
            <th scope="col">{t('drill.at')}</th>
            <th scope="col">{t('drill.after')}</th>
            <th scope="col">{t('drill.took')}</th>
          </tr>
        </thead>
        <tbody>
          {stepTimes(report).map(({ step, afterMs, tookMs }) => (
            <tr key={step} className={afterMs === null ? 'is-not' : ''}>
              <th scope="row">{t(`drill.stepName.${step}`)}</th>
              <td>
                {afterMs === null
                  ? t(report.isOver ? 'drill.didNot' : 'drill.notYet')
                  : clockTime(startedAt + afterMs, zone)}
              </td>
              <td>{afterMs !== null && formatDuration(afterMs, language)}</td>
              <td>{tookMs !== null && formatDuration(tookMs, language)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

const Told = ({ told }: { told: DrillReport['told'] }) => {
  const { t } = useTranslation()
  const { zone } = useMe()
  // Whoever does not set up channels does not know their names; the column then says only whether it arrived.
  const channels = useChannels(useHolds('administrator')).data
  const personOf = (recipient: string) => recipient.replace(/^person:/, '')
  const names = usePersonNames(told.map(({ recipient }) => personOf(recipient)))
  const clock = (at: string | null) => (at === null ? '—' : clockTime(Date.parse(at), zone))
  return (
    <section className="card">
      <h2>{t('drill.told')}</h2>
      {told.length === 0 && <p className="soft">{t('drill.toldNobody')}</p>}
      <ul className="drill-told">
        {told.map((page) => (
          <li key={`${page.recipient}${page.purpose}${page.createdAt}`}>
            <span>
              <b>{names.get(personOf(page.recipient)) ?? t('duty.somebody')}</b>{' '}
              <span className="soft">{t(`ownPage.purpose.${page.purpose}`)}</span>
            </span>
            <span>
              {t('drill.toldAt', { at: clock(page.createdAt) })}
              {page.createdAt !== page.dueAt && clock(page.createdAt) !== clock(page.dueAt) && (
                <span className="soft"> {t('drill.dueAt', { at: clock(page.dueAt) })}</span>
              )}
            </span>
            <span className={page.state === 'failed' ? 'is-bad' : ''}>
              {t(`drill.pageState.${page.state}`, { at: clock(page.sentAt) })}
              {page.channelId !== null && channels !== undefined && (
                <span className="soft"> {channels.find(({ id }) => id === page.channelId)?.name}</span>
              )}
              {page.reason !== null && <span className="soft"> {page.reason}</span>}
            </span>
            <span>
              {page.answeredAt === null
                ? t('drill.noAnswer')
                : t('drill.answeredAt', { at: clock(page.answeredAt) })}
            </span>
          </li>
        ))}
      </ul>
    </section>
  )
}

const Report = ({ report }: { report: DrillReport }) => {
  const { t } = useTranslation()
  const language = useLanguage()
  const { zone } = useMe()
  const now = useCivilNow(15_000)
  const places = useJurisdictions().data
  const nameOf = useHomeNames(report.homeId === null ? [] : [report.homeId])
  const phase = phaseOf(report, now)
  const name =
    report.homeId === null
      ? (places?.find(({ id }) => id === report.jurisdictionId)?.name ?? report.jurisdictionId)
      : nameOf(report.homeId)
  const startsAt = Date.parse(report.startsAt)
  return (
    <>
      <header className="page-head">
        <div>
          <p className="home-path no-print">
            <Link to="/duty">{t('place.duty')}</Link>
            <Link to="/duty/drills">{t('drill.title')}</Link>
          </p>
          <h1>{t('drill.reportOf', { name })}</h1>
          <p className="drill-head">
            <SeverityLabel severity={report.severity} size={18} />
            <span>{formatInstantFull(startsAt, zone, language)}</span>
            <span className={`standing is-${phase}`}>{t(`drill.phase.${phase}`)}</span>
          </p>
        </div>
        <div className="page-tools no-print">
          <Link to={`/queue/${report.alertId}`}>
            <Button>{t('drill.toAlert')}</Button>
          </Link>
          <Button onClick={() => window.print()}>{t('drill.print')}</Button>
        </div>
      </header>
      {phase === 'planned' ? (
        <p className="quiet-note">
          {t('drill.plannedFor', { at: formatInstant(startsAt, now, zone, language) })}
        </p>
      ) : (
        <>
          {report.nobodyOnDuty + report.pagesFailed > 0 && (
            <section className="card drill-faults">
              {report.nobodyOnDuty > 0 && <p>{t('drill.nobodyLong', { count: report.nobodyOnDuty })}</p>}
              {report.pagesFailed > 0 && <p>{t('drill.failedLong', { count: report.pagesFailed })}</p>}
            </section>
          )}
          <Steps report={report} />
          <Told told={report.told} />
          <p className="faint">{t('drill.outside')}</p>
        </>
      )}
    </>
  )
}

/** What a drill showed, to be looked at together and printed. */
const DrillPage = () => {
  const { alertId = '' } = useParams()
  const drill = useDrill(alertId)
  if (drill.data === undefined && !drill.isError) return <PageSkeleton />
  return (
    <div className="page drill-report">
      {drill.isError && <ErrorNote error={drill.error} onRetry={() => void drill.refetch()} />}
      {drill.data !== undefined && <Report report={drill.data} />}
    </div>
  )
}

export default DrillPage
