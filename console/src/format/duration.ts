export type Language = 'zh' | 'en'

const MINUTE_MS = 60_000
const HOUR_MIN = 60
const DAY_MIN = 1_440

/** How long, in the two largest units: "9 小时 20 分", "9 h 20 min", "3 d 4 h". Never negative. */
export const formatDuration = (durationMs: number, language: Language): string => {
  const minutes = Math.floor(Math.max(0, durationMs) / MINUTE_MS)
  const zh = language === 'zh'
  if (minutes < 1) return zh ? '不到 1 分钟' : 'under 1 min'
  if (minutes < HOUR_MIN) return zh ? `${minutes} 分钟` : `${minutes} min`
  if (minutes < DAY_MIN) {
    const hours = Math.floor(minutes / HOUR_MIN)
    const rest = minutes % HOUR_MIN
    if (rest === 0) return zh ? `${hours} 小时` : `${hours} h`
    return zh ? `${hours} 小时 ${rest} 分` : `${hours} h ${rest} min`
  }
  const days = Math.floor(minutes / DAY_MIN)
  const hours = Math.floor((minutes % DAY_MIN) / HOUR_MIN)
  if (hours === 0) return zh ? `${days} 天` : `${days} d`
  return zh ? `${days} 天 ${hours} 小时` : `${days} d ${hours} h`
}

/** How long ago, in one unit, for lists: "4 分钟前", "4 min ago". */
export const formatAgo = (durationMs: number, language: Language): string => {
  const minutes = Math.floor(Math.max(0, durationMs) / MINUTE_MS)
  const zh = language === 'zh'
  if (minutes < 1) return zh ? '刚刚' : 'just now'
  if (minutes < HOUR_MIN) return zh ? `${minutes} 分钟前` : `${minutes} min ago`
  if (minutes < 2 * DAY_MIN) {
    const hours = Math.floor(minutes / HOUR_MIN)
    return zh ? `${hours} 小时前` : `${hours} h ago`
  }
  const days = Math.floor(minutes / DAY_MIN)
  return zh ? `${days} 天前` : `${days} d ago`
}

/** A message interval as people say it: 900 s is "15 分钟", "15 min". */
export const formatCadence = (cadenceS: number, language: Language): string =>
  cadenceS < 60
    ? language === 'zh'
      ? `${Math.round(cadenceS)} 秒`
      : `${Math.round(cadenceS)} s`
    : formatDuration(cadenceS * 1_000, language)
