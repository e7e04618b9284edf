import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useCivilNow } from '../clock/civil.ts'
import { formatDuration } from '../format/duration.ts'
import { clockTime } from '../format/instant.ts'
import { useLive } from '../live/live.tsx'
import { useLanguage } from '../locale/i18n.ts'
import { useMe } from '../session/session.ts'

const useWallSeconds = (running: boolean): number => {
  const [now, setNow] = useState(() => performance.now())
  useEffect(() => {
    if (!running) return
    const timer = setInterval(() => setNow(performance.now()), 1_000)
    return () => clearInterval(timer)
  }, [running])
  return now
}

/** Always there and always in words: whether what one sees is now. */
export const ConnectionState = () => {
  const { connection } = useLive()
  const { t } = useTranslation()
  const language = useLanguage()
  const now = useWallSeconds(connection.state === 'lost')
  const { zone, civilFactor } = useMe()
  const civil = useCivilNow()
  if (connection.state === 'lost') {
    const lostMs = Math.max(0, now - connection.sinceMs)
    const seconds = Math.round(lostMs / 1_000)
    return (
      <span className="connection is-lost" role="status">
        <i aria-hidden="true" />
        {t('connection.lost', {
          at: clockTime(civil - lostMs * civilFactor, zone),
          age: seconds < 60 ? t('connection.seconds', { count: seconds }) : formatDuration(lostMs, language),
        })}
      </span>
    )
  }
  return (
    <span className={`connection is-${connection.state}`} role="status">
      <i aria-hidden="true" />
      {t(`connection.${connection.state}`)}
    </span>
  )
}
