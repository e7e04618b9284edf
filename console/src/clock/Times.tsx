import { useTranslation } from 'react-i18next'
import { formatAgo, formatDuration } from '../format/duration.ts'
import { formatInstant, formatInstantFull } from '../format/instant.ts'
import { useLanguage } from '../locale/i18n.ts'
import { useCivilNow } from './civil.ts'

/** "9 小时 20 分 · 06:40 起", or from when to when once it is over; the whole instant is at hand. */
export const Since = ({ at, until, zone }: { at: string; until: string | null; zone: string }) => {
  const { t } = useTranslation()
  const language = useLanguage()
  const now = useCivilNow(60_000)
  const began = Date.parse(at)
  const ended = until === null ? null : Date.parse(until)
  const said = formatInstant(began, now, zone, language)
  return (
    <time className="since" dateTime={at} title={formatInstantFull(began, zone, language)}>
      <b>{formatDuration((ended ?? now) - began, language)}</b>
      <span>
        {ended === null ? t('since', { at: said }) : `${said} – ${formatInstant(ended, now, zone, language)}`}
      </span>
    </time>
  )
}

/** "4 分钟前", with the whole instant at hand; `exact` puts the clock time beside it. */
export const Ago = ({ at, zone, exact = false }: { at: string; zone: string; exact?: boolean }) => {
  const language = useLanguage()
  const now = useCivilNow(60_000)
  const then = Date.parse(at)
  return (
    <time className="ago" dateTime={at} title={formatInstantFull(then, zone, language)}>
      {formatAgo(now - then, language)}
      {exact && <span className="exact">{formatInstant(then, now, zone, language)}</span>}
    </time>
  )
}
