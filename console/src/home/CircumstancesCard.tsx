import { Alert, Button, Popconfirm, Skeleton } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useCircumstances, useEndPeriod, useJurisdictions } from '../api/queries.ts'
import type { AwayPeriod, HomeDetail, SensitivePeriod } from '../api/types.ts'
import { useCivilNow } from '../clock/civil.ts'
import { formatInstant } from '../format/instant.ts'
import { ErrorNote } from '../locale/ErrorNote.tsx'
import { useLanguage } from '../locale/i18n.ts'
import { OwnSettings } from './OwnSettings.tsx'
import { PeriodDialog } from './PeriodDialog.tsx'

const PAST_SHOWN = 3
type Period = AwayPeriod | SensitivePeriod
const endOf = ({ to, endedAt }: Period) => Date.parse(endedAt ?? to)

const Line = ({
  period,
  zone,
  what,
  onEnd,
}: {
  period: Period
  zone: string
  what: string
  onEnd: () => void
}) => {
  const { t } = useTranslation()
  const language = useLanguage()
  const now = useCivilNow(60_000)
  const isOver = endOf(period) <= now
  const began = Date.parse(period.from)
  const state = isOver ? 'over' : began > now ? 'coming' : 'present'
  return (
    <li className={`period is-${state}`}>
      <span className="period-state">{t(`circumstance.${state}`)}</span>
      <span className="period-what">{what}</span>
      <span className="period-when">
        {formatInstant(began, now, zone, language)} – {formatInstant(endOf(period), now, zone, language)}
        {isOver && period.endedAt !== null && <span className="faint"> {t('circumstance.endedByHand')}</span>}
      </span>
      {!isOver && (
        <Popconfirm
          title={t('circumstance.endTitle')}
          description={<div className="ask-narrow">{t('circumstance.endExplain')}</div>}
          okText={t('circumstance.end')}
          cancelText={t('action.cancel')}
          onConfirm={onEnd}
        >
          <Button>{t('circumstance.end')}</Button>
        </Popconfirm>
      )}
    </li>
  )
}

/** What people know of a home and its meters do not: that nobody is there, or that it needs a closer eye. */
export const CircumstancesCard = ({
  home: { home },
  seesPeople,
}: {
  home: HomeDetail
  seesPeople: boolean
}) => {
  const { t } = useTranslation()
  const language = useLanguage()
  const now = useCivilNow(60_000)
  const circumstances = useCircumstances(home.id, seesPeople)
  const places = useJurisdictions().data
  const end = useEndPeriod(home.id)
  const [adding, setAdding] = useState<'away' | 'sensitivity' | null>(null)
  const { data } = circumstances
  const wordsOf = (period: Period): string => {
    if (!('factor' in period)) return t('circumstance.away')
    const reason = t(`circumstance.reasons.${period.reason}`)
    const said = period.factor === 1 ? reason : t('circumstance.times', { reason, factor: period.factor })
    const place = places?.find(({ id }) => id === period.jurisdictionId)
    return place === undefined ? said : t('circumstance.overPlace', { said, place: place.name })
  }
  const periods = [...(data?.away ?? []), ...(data?.sensitivities ?? [])].sort(
    (a, b) => Date.parse(b.from) - Date.parse(a.from),
  )
  const present = periods.filter((period) => endOf(period) > now)
  const past = periods.filter((period) => endOf(period) <= now).slice(0, PAST_SHOWN)
  return (
    <section className="card">
      <header className="card-head">
        <div>
          <h2>{t('circumstance.title')}</h2>
          <p className="soft">{t('circumstance.explain')}</p>
        </div>
        {seesPeople && (
          <div className="page-tools">
            <Button onClick={() => setAdding('away')}>{t('circumstance.addAway')}</Button>
            <Button onClick={() => setAdding('sensitivity')}>{t('circumstance.addSensitivity')}</Button>
          </div>
        )}
      </header>
      {circumstances.isError && (
        <ErrorNote error={circumstances.error} onRetry={() => void circumstances.refetch()} />
      )}
      {end.isError && <ErrorNote error={end.error} />}
      {seesPeople && circumstances.isPending && <Skeleton active paragraph={{ rows: 1 }} />}
      {typeof data?.seemsBackSince === 'string' && (
        <Alert
          className="error-note"
          type="warning"
          showIcon
          title={t('circumstance.seemsBack', {
            at: formatInstant(Date.parse(data.seemsBackSince), now, home.zone, language),
          })}
        />
      )}
      {data !== undefined && periods.length === 0 && <p className="soft">{t('circumstance.none')}</p>}
      <ul className="periods">
        {[...present, ...past].map((period) => (
          <Line
            key={period.id}
            period={period}
            zone={home.zone}
            what={wordsOf(period)}
            onEnd={() => end.mutate(period)}
          />
        ))}
      </ul>
      <OwnSettings homeId={home.id} />
      {adding !== null && (
        <PeriodDialog
          about={{ homeId: home.id }}
          what={adding}
          zone={home.zone}
          onClose={() => setAdding(null)}
        />
      )}
    </section>
  )
}
