import type { Evidence } from '../contracts/finding.ts'
import type { NodeEvent } from '../contracts/neighbourhood.ts'
import { type EpochMs, HOUR_MS, iso, MINUTE_MS } from '../contracts/time.ts'
import { SWITCHED_OFF } from './device-silent.ts'
import { clockTime, lengthOfTime, sentenceOf } from './explanation.ts'
import { learnPause, learnUse, usesPerHomeHour } from './node-rhythm.ts'
import {
  changeIncident,
  clearIncident,
  type NodeTurn,
  openIncident,
  type Pause,
  raiseIncident,
} from './node-state.ts'

/** What a report says of longer ago is too blurred to tell a pause by, and a use in it could have been at any time. */
const CLEAR_MS = 2 * HOUR_MS
/** A pause must be this much more surprising than any that ended by itself. */
const BEYOND_LONGEST = 1.5
/** One home's use may be a tank or a glitch of its meter; two are supply. */
const HOMES_BACK = 2

type WaterSignal = Extract<NodeEvent, { type: 'water' }>

/**
 * A home's water is known a little further. Quiet time adds to the pause what it is worth at that hour of the day: the
 * uses that would have been expected in it, so nights weigh next to nothing. A use ends the pause.
 */
export function takeWater(turn: NodeTurn, signal: WaterSignal): void {
  const from = Math.max(signal.from, signal.to - CLEAR_MS)
  const uses = signal.uses.filter((use) => use.to > from)
  const known = uses.filter((use) => use.to - use.from <= CLEAR_MS)
  // Somewhere in a gap of the reports: neither quiet nor a use that one could date.
  if (known.length < uses.length) return
  const lastUse = known.at(-1)
  if (lastUse !== undefined) endPause(turn, signal.homeId, lastUse)
  const quietFrom = Math.max(from, lastUse?.to ?? 0, turn.node.pause?.since ?? signal.to)
  if (signal.to > quietFrom) addQuiet(turn, signal.homeId, quietFrom, signal.to)
  const { rhythm, zone } = turn.node
  if (openIncident(turn.node, 'neighbourhood.quiet') === undefined)
    turn.node = { ...turn.node, rhythm: learnUse(rhythm, zone, signal.to, signal.to - from, known.length) }
}

function endPause(turn: NodeTurn, homeId: string, use: { from: EpochMs; to: EpochMs }): void {
  const { pause, rhythm } = turn.node
  if (pause !== null && use.to <= pause.since) return
  const open = openIncident(turn.node, 'neighbourhood.quiet')
  if (open === undefined) {
    if (pause !== null) turn.node = { ...turn.node, rhythm: learnPause(rhythm, pause.surprise) }
  } else {
    // It may have flowed before the cut, in the part of the interval that lies before it.
    if (use.from < open.since) return
    const before = open.back?.homes ?? []
    const homes = before.includes(homeId) ? before : [...before, homeId]
    // From the home that makes it certain on, the others have time to show their use.
    const at = open.back !== null && before.length >= HOMES_BACK ? open.back.at : turn.now
    const back = { at, homes }
    changeIncident(turn, open, { back })
  }
  turn.node = { ...turn.node, pause: { since: use.to, homes: [], surprise: 0 } }
}

function addQuiet(turn: NodeTurn, homeId: string, from: EpochMs, to: EpochMs): void {
  const { pause, rhythm, zone } = turn.node
  if (pause === null) return
  const expected = usesPerHomeHour(rhythm, zone, to) * ((to - from) / HOUR_MS)
  const known = pause.homes.findIndex(([id]) => id === homeId)
  const homes = known < 0 ? [...pause.homes, [homeId, to] as const] : pause.homes.with(known, [homeId, to])
  turn.node = { ...turn.node, pause: { ...pause, homes, surprise: pause.surprise + expected } }
}

export function forgetPauseOf(turn: NodeTurn, homeId: string): void {
  const { pause } = turn.node
  if (pause !== null)
    turn.node = { ...turn.node, pause: { ...pause, homes: pause.homes.filter(([id]) => id !== homeId) } }
}

/** neighbourhood.quiet. Returns when it comes to its end by itself. */
export function settleQuiet(turn: NodeTurn): EpochMs | null {
  const rule = turn.context.settings['neighbourhood.quiet']
  const open = openIncident(turn.node, 'neighbourhood.quiet')
  if (!rule.enabled) {
    if (open !== undefined) clearIncident(turn, open, SWITCHED_OFF)
    return null
  }
  const { pause } = turn.node
  if (open === undefined) {
    if (pause !== null && isRemarkable(turn, pause, rule)) {
      const homes = homesHeard(turn, pause)
      raiseIncident(turn, 'neighbourhood.quiet', pause.since, homes, quietEvidence(turn, pause, homes))
    }
    return null
  }
  if (open.back === null) return null
  if (open.back.homes.length >= HOMES_BACK) {
    const overAt = open.back.at + rule.settleMinutes * MINUTE_MS
    if (overAt > turn.now) return overAt
    clearIncident(turn, open, usedAgain(turn, open.back.at, open.back.homes.length))
    return null
  }
  // One home used water and then all are as dry as before: the cut goes on.
  if (pause !== null && isRemarkable(turn, pause, rule)) changeIncident(turn, open, { back: null })
  return null
}

/** Those that are heard still: whoever fell silent in the pause cannot say that it goes on. */
const homesHeard = (turn: NodeTurn, { homes }: Pause): number =>
  homes.filter(([, until]) => until >= turn.now - CLEAR_MS).length

const isRemarkable = (turn: NodeTurn, pause: Pause, rule: { homes: number; surprise: number }): boolean =>
  pause.surprise >= Math.max(rule.surprise, BEYOND_LONGEST * turn.node.rhythm.longestPause) &&
  homesHeard(turn, pause) >= rule.homes

function quietEvidence(turn: NodeTurn, { since, surprise }: Pause, homes: number): Evidence {
  const { zone, rhythm } = turn.node
  const rate = usesPerHomeHour(rhythm, zone, turn.now)
  const time = clockTime(zone, since, turn.now)
  const length = lengthOfTime(turn.now - since)
  const usualMs = rate === 0 ? null : HOUR_MS / (rate * homes)
  const usual = usualMs === null ? null : lengthOfTime(Math.max(MINUTE_MS, usualMs))
  return {
    data: {
      since: iso(since),
      quietMs: turn.now - since,
      homesHeard: homes,
      homesUsing: 0,
      expectedUses: Math.round(surprise * 10) / 10,
      ...(usualMs === null ? {} : { usualPauseMs: Math.round(usualMs) }),
    },
    sentence: sentenceOf(
      {
        zh: `${time.zh}起${homes}户有上报，无一户用水，已${length.zh}`,
        en: `Of ${homes} homes heard since ${time.en} none used water, ${length.en}`,
      },
      usual === null
        ? null
        : {
            zh: `此时段通常每${usual.zh}就有人用水`,
            en: `at this time of day somebody usually does every ${usual.en}`,
          },
      {
        zh: '可能停水；是否停水、各户是否平安均未知',
        en: 'perhaps the supply is cut; whether it is, and how anybody is meanwhile, is not known',
      },
    ),
  }
}

function usedAgain(turn: NodeTurn, at: EpochMs, homes: number): Evidence {
  const time = clockTime(turn.node.zone, at, turn.now)
  return {
    data: { usedAt: iso(at), homesUsing: homes },
    sentence: { zh: `${time.zh}起${homes}户恢复用水`, en: `${homes} homes use water again since ${time.en}` },
  }
}
