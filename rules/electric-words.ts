import type { Evidence, Json, Sentence } from '../contracts/finding.ts'
import { HOUR_MS, iso, MINUTE_MS, SECOND_MS } from '../contracts/time.ts'
import { type ElectricAct, evidenceSince, mainTrack } from './electric-use.ts'
import { hoursOfPlan } from './electric-weighing.ts'
import { clockTime, lengthOfTime, sentenceOf } from './explanation.ts'
import type { Turn } from './findings.ts'
import type { PersonalState, Standing } from './habits.ts'

/** What is said of one hour: a half as likely, or twice as likely, where nobody acts. */
const WORTH_SAYING = Math.log(2)
/** Nothing is said of electricity that was heard lately. */
const FRESH_MS = 2.5 * HOUR_MS

/** What electricity had to say of a quiet, and what of it is not known; null where it had no say. */
export function electricEvidence(turn: Turn, state: PersonalState, plan: Standing): Evidence | null {
  const track = mainTrack(turn.home)
  if (plan.weighed === undefined || track === null) return null
  const { evidence, acts } = evidenceSince(state.electric ?? '', turn.home, plan.since)
  const odds = acts.map((act, i) => ({ act, logOdds: evidence[i]?.logOdds ?? 0 }))
  const strongest = odds.toSorted((a, b) => a.logOdds - b.logOdds)[0]
  const sign = strongest !== undefined && strongest.logOdds <= -WORTH_SAYING ? strongest.act : null
  const left = odds.find(({ act, logOdds }) => act.act === 'on' && logOdds >= WORTH_SAYING)?.act ?? null
  const doubt = odds.reduce((sum, one) => sum + (one.act.act === 'low' ? one.logOdds : 0), 0)
  const heardAt = track.register.at
  const movedHours = hoursOfPlan(plan) - plan.hours
  const data: Record<string, Json> = {
    hoursByWaterAlone: plan.hours,
    movedHours,
    knownUntil: iso(heardAt),
    ...(sign === null ? {} : { sign: actData(sign) }),
    ...(left === null ? {} : { leftOn: actData(left) }),
  }
  return {
    data: { electricity: data },
    sentence: sentenceOf(
      sign === null ? null : signInWords(turn, sign),
      left === null ? null : leftOnInWords(turn, left),
      sign === null && left === null && doubt >= WORTH_SAYING ? NOBODY : null,
      movedHours === 0 ? null : moved(movedHours),
      turn.now - heardAt > FRESH_MS ? unheard(turn, heardAt) : null,
    ),
  }
}

const actData = ({ fromS, toS, act, watts, stepWatts }: ElectricAct): Json => ({
  from: iso(fromS * SECOND_MS),
  to: iso(toS * SECOND_MS),
  act,
  watts: Math.round(watts),
  stepWatts,
})

function signInWords(turn: Turn, { fromS, toS, stepWatts }: ElectricAct): Sentence {
  const [from, to] = [fromS, toS].map((atS) => clockTime(turn.home.zone, minute(atS), turn.now))
  const watts = Math.abs(stepWatts)
  return {
    zh: `${from?.zh}至${to?.zh}用电${stepWatts < 0 ? '下降' : '上升'}${watts}瓦，此户通常是有人在活动`,
    en: `power ${stepWatts < 0 ? 'fell' : 'rose'} by ${watts} W between ${from?.en} and ${to?.en}, in this home the usual sign of somebody`,
  }
}

function leftOnInWords(turn: Turn, { fromS, watts }: ElectricAct): Sentence {
  const time = clockTime(turn.home.zone, minute(fromS), turn.now)
  return {
    zh: `${time.zh}起仍有电器开着（约${Math.round(watts)}瓦），往常此时已关`,
    en: `something was still on at ${time.en} (about ${Math.round(watts)} W), when it usually is off`,
  }
}

const minute = (atS: number): number => Math.round((atS * SECOND_MS) / MINUTE_MS) * MINUTE_MS

const NOBODY: Sentence = {
  zh: '往常有人用电的时段也未见用电变化',
  en: 'electricity shows nobody at hours when it usually shows somebody',
}

function moved(hours: number): Sentence {
  const length = lengthOfTime(Math.abs(hours) * HOUR_MS)
  return hours > 0
    ? { zh: `结合用电推迟${length.zh}`, en: `with electricity the deadline came ${length.en} later` }
    : { zh: `结合用电提前${length.zh}`, en: `with electricity the deadline came ${length.en} sooner` }
}

function unheard(turn: Turn, at: number): Sentence {
  const time = clockTime(turn.home.zone, at, turn.now)
  return {
    zh: `电表${time.zh}后无上报，其后用电未知，不作判断`,
    en: `the electricity meter was not heard since ${time.en}, what it would say is not known`,
  }
}

/** Said when hours of electricity came late and the alert would not have been raised, had they come in time. */
export function disprovedByElectricity(turn: Turn, state: PersonalState, plan: Standing): Evidence {
  const said = electricEvidence(turn, state, plan)
  return {
    data: { disprovedByLateReadings: true, ...said?.data },
    sentence: sentenceOf(
      { zh: '迟到的用电读数显示当时未到时限，告警不成立', en: 'Late electricity readings disprove it' },
      said?.sentence ?? null,
    ),
  }
}
