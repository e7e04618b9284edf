import type { DayHistory } from './days.ts'
import { clear, openFinding, raise, type Turn } from './findings.ts'
import { departure } from './trend.ts'

const KIND = 'routine.night_restlessness'
/** So far beyond its own wavering a week is no chance. */
const CLEAR_DEPARTURE = 3

/** routine.night_restlessness: more uses a night than for months. For the next visit; weighed when a day has ended. */
export function weighNights(turn: Turn, days: DayHistory): void {
  const rule = turn.context.settings[KIND]
  if (!rule.enabled) return
  const open = openFinding(turn.home, KIND)
  const [, recent, usual] = days.nightUses
  const more = recent - usual
  if (open !== undefined && more < rule.uses / 2) clear(turn, open, evidenceOf(recent, usual, CALMER))
  if (open !== undefined || more < rule.uses || departure(days.nightUses) < CLEAR_DEPARTURE) return
  raise(turn, {
    kind: KIND,
    severity: 'P4',
    since: days.from,
    evidence: evidenceOf(recent, usual, {
      zh: `近一周每夜用水约${recent.toFixed(1)}次，以往${usual.toFixed(1)}次`,
      en: `About ${recent.toFixed(1)} uses of water a night lately, ${usual.toFixed(1)} before`,
    }),
  })
}

const CALMER = { zh: '夜间用水已恢复往常', en: 'Nights are as they used to be' }

const evidenceOf = (recent: number, usual: number, sentence: { zh: string; en: string }) => ({
  data: { usesPerNight: recent, usualUsesPerNight: usual },
  sentence,
})
