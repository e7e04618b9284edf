import type { Evidence, Json } from '../contracts/finding.ts'
import { type EpochMs, HOUR_MS, iso, SECOND_MS } from '../contracts/time.ts'
import { SWITCHED_OFF } from './device-silent.ts'
import { clockTime, lengthOfTime, litresInWords, localHour, sentenceOf } from './explanation.ts'
import { clear, openFinding, raise, type Turn, update } from './findings.ts'
import { instantOf, localDay } from './local-time.ts'
import { homePower } from './standby.ts'
import type { Use, WaterTrack } from './water.ts'

/** Only reports this close together can show that water never stopped. */
const LONGEST_INTERVAL_S = 1.1 * 3_600
/** With fewer intervals in a row, a busy evening on hourly reports looks the same. */
const SURE_INTERVALS = 8
const NIGHT = { from: 22, to: 6 }
/** What runs by itself is even wherever people leave it alone: as many intervals, and for as long, as chance never is. */
const EVEN_INTERVALS = 5
const EVEN_S = 2 * 3_600
const UNEVENNESS = 0.05
/** One step of a common register. */
const RESOLUTION_LITRES = 1
/** Where hardly anybody draws water each hour. */
const DEEP_NIGHT = { from: 1, to: 5 }
/** More than people use in every hour of a day: a tap left open needs no other proof. */
const OPEN_TAP_LITRES_PER_HOUR = 100
/** Electricity at standby for this long makes running water the graver sign. */
const QUIET_ELECTRICITY_MS = 2 * HOUR_MS

interface Flow {
  deviceId: string
  subject: string
  since: EpochMs
  until: EpochMs
  litres: number
  /** Reporting intervals in a row, and remembered uses: several short intervals are kept as one. */
  intervals: number
  uses: number
}

/** water.continuous_flow: it ran by itself in every reporting interval of the last `hours`. Comes and goes with reports alone. */
export function settleContinuousFlow(turn: Turn): null {
  const rule = turn.context.settings['water.continuous_flow']
  for (const device of turn.home.devices) {
    for (const track of device.water) {
      const subject = track.channel === '' ? device.id : `${device.id}#${track.channel}`
      const open = openFinding(turn.home, 'water.continuous_flow', subject)
      if (!rule.enabled) {
        if (open !== undefined) clear(turn, open, SWITCHED_OFF)
        continue
      }
      const flow = runningSince(track, rule.litresPerHour, open?.since)
      if (flow === null || flow.since > (open?.since ?? flow.since)) {
        if (open !== undefined) clear(turn, open, stopped(turn, track))
        continue
      }
      const found = { ...flow, deviceId: device.id, subject }
      if (open !== undefined) worsen(turn, found)
      else if (found.until - found.since >= rule.hours * HOUR_MS && runsByItself(turn, track, found))
        flows(turn, found)
    }
  }
  return null
}

/**
 * The unbroken flow that the last report still showed; null when there is none. One that outlasts what is remembered
 * runs since `knownSince`: its beginning is forgotten, and it has not stopped for that.
 */
function runningSince(
  track: WaterTrack,
  litresPerHour: number,
  knownSince = Number.POSITIVE_INFINITY,
): Omit<Flow, 'deviceId' | 'subject'> | null {
  const until = Math.ceil(track.register.at / SECOND_MS)
  let since = until
  let litres = 0
  let uses = 0
  for (let i = track.uses.length - 1; i >= 0; i--) {
    const use = track.uses[i]
    if (use === undefined || use[0] < since - 1) break
    const known = use[1] <= LONGEST_INTERVAL_S && use[2] >= (litresPerHour * use[1]) / 3_600
    if (!known) break
    since = use[0] - use[1]
    litres += use[2]
    uses += 1
  }
  if (since === until) return null
  const intervals = Math.round((until - since) / (track.samples?.medianS ?? LONGEST_INTERVAL_S))
  // The oldest that is remembered may be several in one.
  const isRemembered = uses < track.uses.length - 1
  const from = isRemembered ? since * SECOND_MS : Math.min(since * SECOND_MS, knownSince)
  return { since: from, until: until * SECOND_MS, litres, intervals, uses }
}

/** On a busy day people, too, use water in every hour: so it must be more than they would, or show itself between them. */
function runsByItself(turn: Turn, track: WaterTrack, flow: Omit<Flow, 'deviceId' | 'subject'>): boolean {
  const uses = track.uses.slice(-flow.uses)
  if (uses.every(([, flowS, litres]) => litres >= (OPEN_TAP_LITRES_PER_HOUR * flowS) / 3_600)) return true
  if (flow.intervals < SURE_INTERVALS) return false
  return runsThroughNight(turn, flow) || uses.some((_, i) => isEvenFrom(uses, i))
}

function runsThroughNight({ home }: Turn, { since, until }: Pick<Flow, 'since' | 'until'>): boolean {
  const today = localDay(home.zone, until)
  return [today, today - 1].some(
    (day) =>
      since <= instantOf(home.zone, day, DEEP_NIGHT.from) &&
      until >= instantOf(home.zone, day, DEEP_NIGHT.to),
  )
}

/** Whether it ran evenly from the use at `first` on, for long enough. */
function isEvenFrom(uses: readonly Use[], first: number): boolean {
  let [flowS, litres, last] = [0, 0, first]
  for (; last < uses.length && (flowS < EVEN_S || last - first < EVEN_INTERVALS); last++) {
    flowS += uses[last]?.[1] ?? 0
    litres += uses[last]?.[2] ?? 0
  }
  if (flowS < EVEN_S || last - first < EVEN_INTERVALS) return false
  return uses.slice(first, last).every((use) => {
    const expected = (litres * use[1]) / flowS
    return Math.abs(use[2] - expected) <= RESOLUTION_LITRES + UNEVENNESS * expected
  })
}

function flows(turn: Turn, flow: Flow): void {
  raise(turn, {
    kind: 'water.continuous_flow',
    severity: gravityOf(turn),
    subject: flow.subject,
    deviceId: flow.deviceId,
    since: flow.since,
    evidence: flowEvidence(turn, flow),
  })
}

function worsen(turn: Turn, flow: Flow): void {
  const open = openFinding(turn.home, 'water.continuous_flow', flow.subject)
  if (open === undefined || open.severity === 'P2' || gravityOf(turn) !== 'P2') return
  open.severity = 'P2'
  update(turn, open, flowEvidence(turn, { ...flow, since: open.since }))
}

/** Running water is graver by night, or where nobody seems to be up. */
export function gravityOf(turn: Turn): 'P2' | 'P3' {
  return isNight(turn) || standbySince(turn) !== null ? 'P2' : 'P3'
}

function isNight(turn: Turn): boolean {
  const hour = localHour(turn.home.zone, turn.now)
  return hour >= NIGHT.from || hour < NIGHT.to
}

/** Since when electricity has been at standby, where that is long enough to mean something. */
export function standbySince(turn: Turn): EpochMs | null {
  const since = homePower(turn.home)?.standbySince
  return since !== undefined && turn.now - since >= QUIET_ELECTRICITY_MS ? since : null
}

function flowEvidence(turn: Turn, flow: Flow): Evidence {
  const quietSince = standbySince(turn)
  const time = clockTime(turn.home.zone, flow.since, turn.now)
  const length = lengthOfTime(flow.until - flow.since)
  const litres = litresInWords(flow.litres)
  const data: Record<string, Json> = {
    deviceId: flow.deviceId,
    since: iso(flow.since),
    flowingMs: flow.until - flow.since,
    litres: flow.litres,
    night: isNight(turn),
  }
  if (quietSince !== null) data.standbySince = iso(quietSince)
  const quiet = quietSince === null ? null : clockTime(turn.home.zone, quietSince, turn.now)
  return {
    data,
    sentence: sentenceOf(
      {
        zh: `${time.zh}起持续用水，已${length.zh}，共${litres}升`,
        en: `Water has not stopped since ${time.en}, ${length.en}, ${litres} L`,
      },
      quiet === null
        ? null
        : { zh: `${quiet.zh}起用电处于待机`, en: `electricity at standby since ${quiet.en}` },
    ),
  }
}

function stopped(turn: Turn, track: WaterTrack): Evidence {
  const time = clockTime(turn.home.zone, track.register.at, turn.now)
  return {
    data: { stoppedAt: iso(track.register.at) },
    sentence: { zh: `${time.zh}水流已停`, en: `The water had stopped by ${time.en}` },
  }
}
