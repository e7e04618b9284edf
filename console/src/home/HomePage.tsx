import { Alert, Button, Segmented, Skeleton } from 'antd'
import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useParams } from 'react-router'
import { Actogram } from '../actogram/Actogram.tsx'
import { useAlertsOfHome } from '../api/case-queries.ts'
import { useActogram, useHome } from '../api/home-queries.ts'
import type { AlertRecord, HomeDetail } from '../api/types.ts'
import { UseChart } from '../charts/UseChart.tsx'
import { usualBefore } from '../charts/usual.ts'
import { useCivilNow } from '../clock/civil.ts'
import { Since } from '../clock/Times.tsx'
import { useDeviceDialogs } from '../device/DeviceDialogs.tsx'
import { DeviceTable } from '../device/DeviceTable.tsx'
import { byKind } from '../device/order.ts'
import { formatInstantFull } from '../format/instant.ts'
import { PageSkeleton } from '../frame/PageSkeleton.tsx'
import { ReportIncident } from '../incident/ReportIncident.tsx'
import { ConsentCard } from '../install/ConsentCard.tsx'
import { ErrorNote } from '../locale/ErrorNote.tsx'
import { useLanguage } from '../locale/i18n.ts'
import { StateWord } from '../queue/AlertRow.tsx'
import { useHolds, useMe } from '../session/session.ts'
import { SeverityShape } from '../severity/Severity.tsx'
import { CircumstancesCard } from './CircumstancesCard.tsx'
import { EditResident } from './EditResident.tsx'
import { HomeActions } from './HomeActions.tsx'
import { OutlookCard } from './OutlookCard.tsx'
import { ResidentCard } from './ResidentCard.tsx'

const HOUR_MS = 3_600_000
const RANGES = { '24h': 24, '48h': 48, '7d': 168, '28d': 672 } as const
type Range = keyof typeof RANGES

const OpenAlerts = ({ alerts, zone }: { alerts: readonly AlertRecord[]; zone: string }) => {
  const { t } = useTranslation()
  const language = useLanguage()
  return (
    <ul className="home-alerts">
      {alerts.map((alert) => (
        <li key={alert.id} className={`severity-${alert.severity}`}>
          <Link to={`/queue/${alert.id}`}>
            <SeverityShape severity={alert.severity} size={20} />
            <span className="home-alert-kind">
              <b>
                {alert.severity} {t(`kind.${alert.kind}`)}
              </b>
              <StateWord state={alert.state} />
              <Since at={alert.since} until={alert.resolvedAt ?? alert.recoveredAt} zone={zone} />
            </span>
            <span className="home-alert-why">{alert.evidence.sentence[language]}</span>
          </Link>
        </li>
      ))}
    </ul>
  )
}

const Life = ({ home, alerts }: { home: HomeDetail; alerts: readonly AlertRecord[] }) => {
  const { t } = useTranslation()
  const [days, setDays] = useState(28)
  const actogram = useActogram(home.home.id, days, true)
  return (
    <section className="card">
      <header className="card-head">
        <div>
          <h2>{t('actogram.title')}</h2>
          <p className="soft">{t('actogram.explain')}</p>
        </div>
        <Segmented
          aria-label={t('actogram.title')}
          value={days}
          options={[14, 28, 56].map((value) => ({ value, label: t('actogram.days', { count: value }) }))}
          onChange={setDays}
        />
      </header>
      {actogram.isError && <ErrorNote error={actogram.error} onRetry={() => void actogram.refetch()} />}
      {actogram.isPending && <Skeleton.Node active style={{ width: '100%', height: 480 }} />}
      {actogram.data !== undefined && <Actogram data={actogram.data} alerts={alerts} />}
    </section>
  )
}

const Curves = ({ home, alerts }: { home: HomeDetail; alerts: readonly AlertRecord[] }) => {
  const { t } = useTranslation()
  const [range, setRange] = useState<Range>('48h')
  const hours = RANGES[range]
  // The right edge moves in steps, so that the picture is asked for again only when it would differ.
  const stepMs = Math.max(HOUR_MS / 4, (hours * HOUR_MS) / 192)
  const toAt = useCivilNow(stepMs) + stepMs
  const days = useActogram(home.home.id, 28, true).data
  const today = useCivilNow(24 * HOUR_MS)
  const isHourly = hours <= RANGES['7d']
  const usual = useMemo(
    () => (days === undefined || !isHourly ? undefined : usualBefore(days, today)),
    [days, isHourly, today],
  )
  const marks = useMemo(
    () => alerts.map(({ id, severity, openedAt }) => ({ id, severity, at: Date.parse(openedAt) })),
    [alerts],
  )
  return (
    <section className="card">
      <header className="card-head">
        <h2>{t('home.curves')}</h2>
        <Segmented<Range>
          aria-label={t('home.curves')}
          value={range}
          options={(Object.keys(RANGES) as Range[]).map((value) => ({ value, label: t(`range.${value}`) }))}
          onChange={setRange}
        />
      </header>
      <UseChart
        homeId={home.home.id}
        zone={home.home.zone}
        devices={home.devices}
        fromAt={toAt - hours * HOUR_MS}
        toAt={toAt}
        alerts={marks}
        usual={usual}
      />
    </section>
  )
}

/** The three by which a home is watched. */
const WATCHING = ['water', 'electricity', 'smoke'] as const

/** Its devices, and what is still missing to see the home. */
const Devices = ({ home, name }: { home: HomeDetail; name: string }) => {
  const { t } = useTranslation()
  const administers = useHolds('administrator')
  const missing = WATCHING.filter((kind) => !home.devices.some((device) => device.kind === kind))
  const dialogs = useDeviceDialogs()
  const known = { home: { id: home.home.id, name } }
  return (
    <section className="card">
      <header className="card-head">
        <h2>{t('home.devices')}</h2>
        {administers && missing.length < WATCHING.length && (
          <Button onClick={() => dialogs.register(known)}>{t('register.open')}</Button>
        )}
      </header>
      {home.devices.length > 0 && <DeviceTable devices={byKind(home.devices)} zone={home.home.zone} />}
      {home.devices.length === 0 && (
        <p className="soft">{t(administers ? 'home.noDevices' : 'home.noDevicesYet')}</p>
      )}
      {administers && missing.length > 0 && home.home.archivedAt === null && (
        <div className="missing-devices">
          {home.devices.length > 0 && <span className="soft">{t('home.missing')}</span>}
          {missing.map((kind) => (
            <Button
              key={kind}
              type={home.devices.length === 0 && kind === 'water' ? 'primary' : 'default'}
              onClick={() => dialogs.register({ ...known, kind })}
            >
              {t(`register.kinds.${kind}`)}
            </Button>
          ))}
        </div>
      )}
    </section>
  )
}

const HomePage = () => {
  const { homeId = '' } = useParams()
  const { t } = useTranslation()
  const me = useMe()
  const seesPeople = useHolds('case_worker')
  const administers = useHolds('administrator')
  const language = useLanguage()
  const home = useHome(homeId)
  const day = useCivilNow(24 * HOUR_MS)
  const from = new Date(day - 56 * 24 * HOUR_MS).toISOString()
  const past = useAlertsOfHome(homeId, from, seesPeople && day > 0)
  const marks = useMemo(() => past.data?.items ?? [], [past.data])
  if (home.isError)
    return (
      <div className="page">
        <ErrorNote error={home.error} onRetry={() => void home.refetch()} />
      </div>
    )
  if (home.data === undefined) return <PageSkeleton />
  const { data } = home
  const { zone } = data.home
  const open = data.openAlerts ?? []
  const place = data.jurisdictionPath.at(-1)?.name ?? ''
  const name =
    data.resident === null
      ? `${place} ${data.home.id}`
      : `${data.resident.name} · ${place} ${data.resident.door}`
  /** Before the first message there is nothing to draw: what is to be done comes first. */
  const isNew = data.devices.every((device) => device.health === null)
  return (
    <div className="page home-page">
      <header className="page-head home-head">
        <div>
          <p className="home-path">
            <Link to="/homes">{t('place.homes')}</Link>
            {data.jurisdictionPath.map((place) => (
              <span key={place.id}>{place.name}</span>
            ))}
          </p>
          <h1>
            {data.resident?.name ?? (seesPeople ? t('who.unknown') : data.home.id)}
            {data.resident !== null && <span className="door">{data.resident.door}</span>}
          </h1>
        </div>
        {zone !== me.zone && <span className="zone-note">{t('home.zone', { zone })}</span>}
        <div className="page-tools">
          {seesPeople && data.home.archivedAt === null && <ReportIncident homeId={homeId} />}
          {administers && <HomeActions home={data} />}
        </div>
      </header>
      {data.home.archivedAt !== null && (
        <Alert
          className="error-note"
          type="warning"
          showIcon
          title={t('home.archivedSince', {
            at: formatInstantFull(Date.parse(data.home.archivedAt), zone, language),
          })}
        />
      )}
      {open.length > 0 && <OpenAlerts alerts={open} zone={zone} />}
      {seesPeople && (
        <section className="card resident-card">
          <ResidentCard home={data} />
          <EditResident home={data} />
        </section>
      )}
      {seesPeople && !isNew && <OutlookCard homeId={homeId} alerts={marks} zone={zone} />}
      {isNew && <Devices home={data} name={name} />}
      {seesPeople && !isNew && <Life home={data} alerts={marks} />}
      {seesPeople && !isNew && <Curves home={data} alerts={marks} />}
      <CircumstancesCard home={data} seesPeople={seesPeople} />
      <ConsentCard homeId={data.home.id} zone={data.home.zone} />
      {!isNew && <Devices home={data} name={name} />}
    </div>
  )
}

export default HomePage
