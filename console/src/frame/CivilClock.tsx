import { useTranslation } from 'react-i18next'
import { useCivilNow } from '../clock/civil.ts'
import { clockTime, formatDate, localDate, weekdayName } from '../format/instant.ts'
import { useLanguage } from '../locale/i18n.ts'
import { useMe } from '../session/session.ts'

export const CivilClock = () => {
  const { zone } = useMe()
  const { t } = useTranslation()
  const language = useLanguage()
  const now = useCivilNow(60_000)
  if (now === 0) return null
  const date = localDate(now, zone)
  return (
    <time className="civil-clock" dateTime={new Date(now).toISOString()} title={t('frame.clock', { zone })}>
      <span className="civil-date">
        {formatDate(date, language)} {weekdayName(date, language)}
      </span>
      <span className="civil-time">{clockTime(now, zone)}</span>
    </time>
  )
}
