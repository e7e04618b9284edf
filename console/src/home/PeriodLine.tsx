import { Button, Popconfirm } from 'antd'
import { useTranslation } from 'react-i18next'
import { useJurisdictions } from '../api/queries.ts'
import type { AwayPeriod, SensitivePeriod } from '../api/types.ts'
import { useCivilNow } from '../clock/civil.ts'
import { formatInstant } from '../format/instant.ts'
import { useLanguage } from '../locale/i18n.ts'

export type Period = AwayPeriod | SensitivePeriod
export const endOf = ({ to, endedAt }: Period) => Date.parse(endedAt ?? to)

/** One absence or special time; `onEnd` null: not to be ended from here. */
export const PeriodLine = ({
  period,
  zone,
  what,
  onEnd,
}: {
  period: Period
  zone: string
  what: string
  onEnd: (() => void) | null
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
      {!isOver && onEnd !== null && (
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

/** A period in words: what it is, how the hours change, and over which place. */
export const usePeriodWords = (): ((period: Period) => string) => {
  const { t } = useTranslation()
  const places = useJurisdictions().data
  return (period) => {
    if (!('factor' in period)) return t('circumstance.away')
    const reason = t(`circumstance.reasons.${period.reason}`)
    const said = period.factor === 1 ? reason : t('circumstance.times', { reason, factor: period.factor })
    const place = places?.find(({ id }) => id === period.jurisdictionId)
    return place === undefined ? said : t('circumstance.overPlace', { said, place: place.name })
  }
}
