import type { Json, Sentence } from '../contracts/finding.ts'
import type { Away, Sensitivity, SensitivityReason } from '../contracts/home.ts'
import { type EpochMs, HOUR_MS, iso } from '../contracts/time.ts'
import { dayKind, type Festival, festivalAt } from './calendar.ts'
import { clockTime } from './explanation.ts'
import type { Turn } from './findings.ts'
import type { HomeState } from './state.ts'

/** Whoever goes away on a day may leave some hours after it was said. */
const LEAVES_WITHIN_MS = 3 * HOUR_MS
const GUESTS_FACTOR = 2
const LEARNED_DAYS = 14

/**
 * When a quiet that began at `since` will have lasted `hours`, as things stand with this home: a planned absence does
 * not count, unless somebody acted within it; heat, cold or illness make the hours count sooner or later.
 */
export function quietCompleteAt(turn: Turn, since: EpochMs, hours: number): EpochMs {
  const { away = [], sensitivity = [] } = turn.context
  let from = since
  for (const one of away) {
    const holds = holdsBack(one, since) && one.from < from + hours * HOUR_MS
    if (holds) from = Math.max(from, one.to)
  }
  const usual = from + hours * HOUR_MS
  let at = usual
  for (const one of sensitivity) {
    const length = one.factor * hours * HOUR_MS
    if (one.factor < 1) {
      const sooner = Math.max(from + length, one.from)
      if (sooner < one.to) at = Math.min(at, sooner)
    } else if (at === usual && usual >= one.from && usual < one.to) {
      at = Math.min(from + length, Math.max(usual, one.to))
    }
  }
  return at
}

/** An absence ends with the first thing that anybody does in it, but for what is done before leaving. */
const holdsBack = (away: Away, since: EpochMs): boolean =>
  away.source === 'planned' && since < away.from + LEAVES_WITHIN_MS && since < away.to

/** Whether the use that ended at `since` was within the absence, and not of somebody about to leave. */
export const hasActedIn = (away: Away, since: EpochMs): boolean =>
  since >= away.from + LEAVES_WITHIN_MS && since < away.to

/** Whether early signs say nothing at `at`: a festival, or a planned absence that nobody's act has ended. */
export const isHeldBack = (turn: Turn, since: EpochMs, at: EpochMs): boolean =>
  dayKind(turn.home.zone, at) === 'festival' ||
  (turn.context.away ?? []).some((one) => holdsBack(one, since) && one.from <= at && at < one.to)

/** What of a home's circumstances bears on a quiet since `since`: as data, and in words. */
export function circumstances(
  turn: Turn,
  since: EpochMs,
): { data: Record<string, Json>; clauses: (Sentence | null)[] } {
  const { now, home, context } = turn
  const data: Record<string, Json> = {}
  const clauses: Sentence[] = []
  const say = (name: string, value: Json, sentence: Sentence) => {
    data[name] = value
    clauses.push(sentence)
  }
  for (const one of context.away ?? []) {
    if (one.from > now || one.to <= since) continue
    const said = awayInWords(turn, one, since)
    say(said.name, { from: iso(one.from), to: iso(one.to), source: one.source }, said.sentence)
  }
  const sensitive = (context.sensitivity ?? []).find((one) => one.from <= now && now < one.to)
  if (sensitive !== undefined)
    say('sensitivity', { factor: sensitive.factor, reason: sensitive.reason }, sensitivityInWords(sensitive))
  const festival = festivalAt(home.zone, now)
  if (festival !== null) say('festival', festival, FESTIVALS[festival])
  if (hasGuests(home)) say('guests', true, GUESTS)
  return { data, clauses }
}

/** Yesterday far more was used than on the home's own days: whoever is with the resident may hide a quiet. */
function hasGuests({ days }: HomeState): boolean {
  return (
    days !== undefined && days.litres[0] >= LEARNED_DAYS && days.lastLitres >= GUESTS_FACTOR * days.litres[2]
  )
}

function awayInWords(turn: Turn, away: Away, since: EpochMs): { name: string; sentence: Sentence } {
  const to = clockTime(turn.home.zone, away.to, turn.now)
  if (away.source === 'learned')
    return {
      name: 'awayLearned',
      sentence: { zh: '按往常规律此时可能外出', en: 'by its habits the home may be empty now' },
    }
  if (turn.now < away.to && !holdsBack(away, since))
    return {
      name: 'awayEndedEarly',
      sentence: {
        zh: `原报备外出至${to.zh}，但其间已有用水用电，视为在家`,
        en: `said to be away until ${to.en}, but somebody acted since: taken to be at home`,
      },
    }
  return {
    name: 'awayPlanned',
    sentence: { zh: `报备外出至${to.zh}`, en: `said to be away until ${to.en}` },
  }
}

const REASONS: Record<SensitivityReason, Sentence> = {
  heat: { zh: '高温', en: 'heat' },
  cold: { zh: '寒潮', en: 'cold' },
  illness: { zh: '患病', en: 'illness' },
  frailty: { zh: '体弱', en: 'frailty' },
  guests: { zh: '家中有客', en: 'guests' },
  works: { zh: '装修', en: 'works in the home' },
  other: { zh: '特殊情况', en: 'special circumstances' },
}

function sensitivityInWords({ factor, reason }: Sensitivity): Sentence {
  const { zh, en } = REASONS[reason]
  const times = Math.round(factor * 100) / 100
  return times === 1
    ? { zh: `正值${zh}期间`, en: `a time of ${en}` }
    : { zh: `${zh}期间，时限按${times}倍计`, en: `${en}: the hours are multiplied by ${times}` }
}

const GUESTS: Sentence = {
  zh: '近日用量远高于往常，可能有客，静默或被掩盖',
  en: 'use lately far above its own days: guests may hide a quiet',
}

const FESTIVALS: Record<Festival, Sentence> = {
  new_year: { zh: '正值元旦', en: "it is New Year's Day" },
  spring_festival: { zh: '正值春节', en: 'it is Spring Festival' },
  qingming: { zh: '正值清明', en: 'it is Qingming' },
  labour_day: { zh: '正值五一', en: 'it is the Labour Day holiday' },
  dragon_boat: { zh: '正值端午', en: 'it is the Dragon Boat Festival' },
  mid_autumn: { zh: '正值中秋', en: 'it is Mid-Autumn' },
  national_day: { zh: '正值国庆', en: 'it is the National Day holiday' },
}
