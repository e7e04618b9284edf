import { PhoneOutlined } from '@ant-design/icons'
import { Skeleton } from 'antd'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { Actogram } from '../actogram/Actogram.tsx'
import { useAlert } from '../api/case-queries.ts'
import { useActogram, useHome } from '../api/home-queries.ts'
import type { AlertDetail, AlertView } from '../api/types.ts'
import { UseChart } from '../charts/UseChart.tsx'
import { usualBefore } from '../charts/usual.ts'
import { useCivilNow } from '../clock/civil.ts'
import { Since } from '../clock/Times.tsx'
import { clockTime } from '../format/instant.ts'
import { CaseReports } from '../incident/CaseReports.tsx'
import { ErrorNote } from '../locale/ErrorNote.tsx'
import { useLanguage } from '../locale/i18n.ts'
import { OutcomeWords } from '../outcome/OutcomeWords.tsx'
import { useMe } from '../session/session.ts'
import { SeverityLabel } from '../severity/Severity.tsx'
import { VisitCard } from '../visit/VisitCard.tsx'
import { AlertActions } from './AlertActions.tsx'
import { DrillMark, StateWord, useAlertName } from './AlertRow.tsx'
import { Facts } from './Facts.tsx'
import { LadderLine } from './LadderLine.tsx'
import { Members } from './Members.tsx'
import { Timeline } from './Timeline.tsx'

const HOUR_MS = 3_600_000
/** Four weeks tell what is usual; the last of them is shown. */
const ACTOGRAM_DAYS = 28

/** The 48 h that the alert stands on: what led to it, and a little of what came after. */
const Trace = ({ alert, homeId }: { alert: AlertView; homeId: string }) => {
  const { t } = useTranslation()
  const me = useMe()
  const home = useHome(homeId)
  const zone = home.data?.home.zone ?? me.zone
  const openedAt = Date.parse(alert.openedAt)
  const sinceAt = Date.parse(alert.since)
  const quarter = useCivilNow(HOUR_MS / 4) + HOUR_MS / 4
  const toAt = Math.min(quarter, openedAt + 6 * HOUR_MS)
  const fromAt = toAt - 48 * HOUR_MS
  const days = useActogram(homeId, ACTOGRAM_DAYS, true).data
  const usual = useMemo(
    () => (days === undefined ? undefined : usualBefore(days, openedAt)),
    [days, openedAt],
  )
  const lines = useMemo(
    () => [
      ...(openedAt - sinceAt > HOUR_MS
        ? [{ at: sinceAt, label: t('chart.since', { at: clockTime(sinceAt, zone) }), tone: 'since' as const }]
        : []),
      {
        at: openedAt,
        label: t('chart.decided', { at: clockTime(openedAt, zone) }),
        tone: 'decision' as const,
      },
    ],
    [openedAt, sinceAt, zone, t],
  )
  return (
    <section className="panel-section">
      <h3>{t('queue.trace')}</h3>
      <UseChart
        homeId={homeId}
        zone={zone}
        devices={home.data?.devices ?? []}
        fromAt={fromAt}
        toAt={toAt}
        lines={lines}
        usual={usual}
        compact
        withSmoke={alert.family === 'smoke'}
      />
    </section>
  )
}

const Week = ({ alert, homeId }: { alert: AlertView; homeId: string }) => {
  const { t } = useTranslation()
  const { data } = useActogram(homeId, ACTOGRAM_DAYS, true)
  const marks = useMemo(() => [alert], [alert])
  const week = useMemo(() => (data === undefined ? null : { ...data, days: data.days.slice(-7) }), [data])
  if (week === null) return null
  return (
    <section className="panel-section">
      <h3>{t('queue.week')}</h3>
      <Actogram data={week} alerts={marks} />
    </section>
  )
}

const Who = ({ alert }: { alert: AlertView }) => {
  const { t } = useTranslation()
  const { who } = alert
  const name = useAlertName(alert)
  return (
    <div className="panel-who">
      <h2>
        {alert.homeId === null ? name : <Link to={`/homes/${alert.homeId}`}>{name}</Link>}
        {who?.age != null && <span className="age">{t('who.age', { count: who.age })}</span>}
      </h2>
      <p className="place">
        {who === null ? alert.jurisdictionPath.join(' · ') : `${who.compound} ${who.door}`}
        <span className="path">{alert.jurisdictionPath.slice(0, -1).join(' · ')}</span>
      </p>
      {who !== null && who.phone !== '' && (
        <a className="phone" href={`tel:${who.phone.replace(/\s/g, '')}`}>
          <PhoneOutlined aria-hidden /> {who.phone}
        </a>
      )}
    </div>
  )
}

const PanelSkeleton = () => (
  <div className="panel">
    <Skeleton active title={{ width: '40%' }} paragraph={{ rows: 2 }} />
    <Skeleton.Node active style={{ width: '100%', height: 220 }} />
    <Skeleton active paragraph={{ rows: 4 }} title={false} />
  </div>
)

const Contacts = ({ homeId }: { homeId: string }) => {
  const { t } = useTranslation()
  const resident = useHome(homeId).data?.resident
  if (!resident || (resident.contacts.length === 0 && resident.notes === '')) return null
  return (
    <section className="panel-section">
      <h3>{t('queue.contacts')}</h3>
      <ul className="contacts">
        {resident.contacts.map((contact) => (
          <li key={`${contact.name}${contact.phone}`}>
            <b>{contact.name}</b>
            <span>{contact.relation}</span>
            {contact.holdsKey && <span className="key">{t('who.holdsKey')}</span>}
            <a href={`tel:${contact.phone}`}>{contact.phone}</a>
          </li>
        ))}
      </ul>
      {resident.notes !== '' && <p className="resident-notes">{resident.notes}</p>}
    </section>
  )
}

/** The visit that is over is still what the outcome rests on. */
const lastVisitOf = (detail: AlertDetail | undefined): string | null => {
  const id = detail?.timeline.findLast((line) => line.evidence?.data['visitId'] !== undefined)?.evidence
    ?.data['visitId']
  return typeof id === 'string' ? id : null
}

/** Everything one needs to act on an alert, top down in the order in which it is asked. */
export const AlertPanel = ({ id, known }: { id: string; known: AlertView | undefined }) => {
  const { t } = useTranslation()
  const language = useLanguage()
  const { zone } = useMe()
  const detail = useAlert(id)
  // What the live line says is at least as new as what was fetched.
  const fetched: AlertDetail | undefined = detail.data
  const alert: AlertView | undefined =
    known !== undefined && (fetched === undefined || known.version >= fetched.version) ? known : fetched
  if (alert === undefined)
    return detail.isError ? (
      <div className="panel">
        <ErrorNote error={detail.error} onRetry={() => void detail.refetch()} />
      </div>
    ) : (
      <PanelSkeleton />
    )
  const visitId = alert.visitId ?? lastVisitOf(fetched)
  return (
    <article className={`panel severity-${alert.severity}`} key={id}>
      <header className="panel-head">
        <div className="panel-kind">
          <SeverityLabel severity={alert.severity} size={22} />
          <DrillMark alert={alert} />
          <span className="kind">{t(`kind.${alert.kind}`)}</span>
          <StateWord state={alert.state} />
        </div>
        <AlertActions alert={alert} visitId={visitId} />
      </header>
      <div className="panel-body">
        <Who alert={alert} />
        <p className="why">{alert.evidence.sentence[language]}</p>
        <p className="panel-since">
          <Since at={alert.since} until={alert.resolvedAt ?? alert.recoveredAt} zone={zone} />
          {alert.count > 1 && <span>{t('queue.times', { count: alert.count })}</span>}
        </p>
        <LadderLine alert={alert} detail={fetched} zone={zone} />
        {alert.members > 0 && <Members id={alert.id} version={alert.version} />}
        {visitId !== null && <VisitCard id={visitId} zone={zone} settled={alert.outcome} />}
        {alert.outcome !== null && (
          <section className="panel-section">
            <h3>{t('outcome.title')}</h3>
            <OutcomeWords outcome={alert.outcome} zone={zone} />
          </section>
        )}
        {alert.homeId !== null && (
          <>
            <Contacts homeId={alert.homeId} />
            <Trace alert={alert} homeId={alert.homeId} />
            <Week alert={alert} homeId={alert.homeId} />
          </>
        )}
        <CaseReports alert={alert} />
        <Facts evidence={alert.evidence} zone={zone} />
        <section className="panel-section">
          <h3>{t('queue.timeline')}</h3>
          {fetched === undefined ? (
            <Skeleton active title={false} />
          ) : (
            <Timeline detail={fetched} zone={zone} />
          )}
        </section>
      </div>
    </article>
  )
}
