import { Alert, Button, Skeleton } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useCircumstances, useEndPeriod } from '../api/home-queries.ts'
import type { HomeDetail } from '../api/types.ts'
import { useCivilNow } from '../clock/civil.ts'
import { formatInstant } from '../format/instant.ts'
import { ErrorNote } from '../locale/ErrorNote.tsx'
import { useLanguage } from '../locale/i18n.ts'
import { OwnSettings } from './OwnSettings.tsx'
import { PeriodDialog } from './PeriodDialog.tsx'
import { endOf, type Period, PeriodLine, usePeriodWords } from './PeriodLine.tsx'

const PAST_SHOWN = 3
/** What holds for a whole place is ended where the place is looked after. */
const isOfHome = (period: Period) => !('factor' in period) || period.jurisdictionId === null

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
  const end = useEndPeriod()
  const [adding, setAdding] = useState<'away' | 'sensitivity' | null>(null)
  const { data } = circumstances
  const wordsOf = usePeriodWords()
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
          <PeriodLine
            key={period.id}
            period={period}
            zone={home.zone}
            what={wordsOf(period)}
            onEnd={isOfHome(period) ? () => end.mutate(period) : null}
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
