import { useTranslation } from 'react-i18next'
import { formatAgo, formatDuration } from '../format/duration.ts'
import { formatInstant, formatInstantFull } from '../format/instant.ts'
import { useLanguage } from '../locale/i18n.ts'
import { useCivilNow } from './civil.ts'

/** "9 小时 20 分 · 自 06:40", with the whole instant at hand. */
export const Since = ({ at, zone }: { at: string; zone: string }) => {
  const { t } = useTranslation()
  const language = useLanguage()
  const now = useCivilNow(60_000)
  const began = Date.parse(at)
  return (
    <time className="since" dateTime={at} title={formatInstantFull(began, zone, language)}>
      <b>{formatDuration(now - began, language)}</b>
      <span>{t('since', { at: formatInstant(began, now, zone, language) })}</span>
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
