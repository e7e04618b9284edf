import type { Evidence } from '../contracts/finding.ts'
import type { DayHistory } from './days.ts'
import { SWITCHED_OFF } from './device-silent.ts'
import { clear, openFinding, raise, type Turn } from './findings.ts'
import { departure } from './trend.ts'
import { type HomeWater, NO_METER } from './water-quiet.ts'

const KIND = 'routine.falling_trend'
const NIGHT_SHARE = 'night_share'
/** So far beyond its own wavering a week is no chance. */
const CLEAR_DEPARTURE = 2.5

/**
 * routine.falling_trend: less water than for months, or its use moving from the day into the night. For the next visit;
 * weighed when a day has ended. What lasts becomes the usual within months, and the finding ends by itself.
 */
export function weighTrend(turn: Turn, days: DayHistory): void {
  const rule = turn.context.settings[KIND]
  if (!rule.enabled) return
  const [, litres, usualLitres] = days.litres
  const fallen = usualLitres === 0 ? 0 : 1 - litres / usualLitres
  tell(turn, '', fallen / rule.share, -departure(days.litres), () => ({
    data: { litresPerDay: litres, usualLitresPerDay: usualLitres },
    sentence: {
      zh: `近来日用水约${Math.round(litres)}升，以往${Math.round(usualLitres)}升`,
      en: `About ${Math.round(litres)} L of water a day lately, ${Math.round(usualLitres)} L before`,
    },
  }))
  const [, share, usualShare] = days.nightShare
  tell(turn, NIGHT_SHARE, (share - usualShare) / 100 / rule.nightShare, departure(days.nightShare), () => ({
    data: { nightPercent: share, usualNightPercent: usualShare },
    sentence: {
      zh: `近来夜间用水占${Math.round(share)}%，以往${Math.round(usualShare)}%`,
      en: `${Math.round(share)} % of the water is used by night lately, ${Math.round(usualShare)} % before`,
    },
  }))
}

/** Takes back what was told of a home's days when the rule is switched off or the last water meter has gone. */
export function settleTrends(turn: Turn, water: HomeWater | null): null {
  for (const open of turn.home.open) {
    if (open.kind !== KIND && open.kind !== 'routine.night_restlessness') continue
    if (!turn.context.settings[open.kind].enabled) clear(turn, open, SWITCHED_OFF)
    else if (water === null) clear(turn, open, NO_METER)
  }
  return null
}

/** `size`: 1 at the set limit. `beyond`: how many times its own wavering. */
function tell(turn: Turn, subject: string, size: number, beyond: number, evidence: () => Evidence): void {
  const open = openFinding(turn.home, KIND, subject)
  if (open !== undefined) {
    if (size < 0.5) clear(turn, open, { ...evidence(), sentence: AS_BEFORE })
  } else if (size >= 1 && beyond >= CLEAR_DEPARTURE) {
    raise(turn, {
      kind: KIND,
      severity: 'P4',
      subject,
      since: turn.home.days?.from ?? turn.now,
      evidence: evidence(),
    })
  }
}

const AS_BEFORE = { zh: '用水已恢复往常，或新习惯已成常态', en: 'Use is as usual again' }
