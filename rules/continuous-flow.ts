import type { Evidence, Json } from '../contracts/finding.ts'
import { type EpochMs, HOUR_MS, iso, SECOND_MS } from '../contracts/time.ts'
import { SWITCHED_OFF } from './device-silent.ts'
import { clockTime, lengthOfTime, litresInWords, localHour, sentenceOf } from './explanation.ts'
import { clear, openFinding, raise, type Turn, update } from './findings.ts'
import { homePower } from './standby.ts'
import type { WaterTrack } from './water.ts'

/** Only reports this close together can show that water never stopped. */
const LONGEST_INTERVAL_S = 1.1 * 3_600
/** With fewer intervals in a row, a busy evening on hourly reports looks the same. */
const SURE_INTERVALS = 8
const NIGHT = { from: 22, to: 6 }
/** Electricity at standby for this long makes running water the graver sign. */
const QUIET_ELECTRICITY_MS = 2 * HOUR_MS

interface Flow {
  deviceId: string
  subject: string
  since: EpochMs
  until: EpochMs
  litres: number
  /** Reporting intervals in a row. */
  intervals: number
}

/** water.continuous_flow: it ran in every reporting interval of the last `hours`. Comes and goes with reports alone. */
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
      const flow = runningSince(track, rule.litresPerHour)
      if (flow === null || flow.since > (open?.since ?? flow.since)) {
        if (open !== undefined) clear(turn, open, stopped(turn, track))
        continue
      }
      const found = { ...flow, deviceId: device.id, subject }
      if (open !== undefined) worsen(turn, found)
      else if (found.until - found.since >= rule.hours * HOUR_MS && found.intervals >= SURE_INTERVALS)
        flows(turn, found)
    }
  }
  return null
}

/** The unbroken flow that the last report still showed; null when there is none. */
function runningSince(
  track: WaterTrack,
  litresPerHour: number,
): Pick<Flow, 'since' | 'until' | 'litres' | 'intervals'> | null {
  const until = Math.ceil(track.register.at / SECOND_MS)
  let since = until
  let litres = 0
  for (let i = track.uses.length - 1; i >= 0; i--) {
    const use = track.uses[i]
    if (use === undefined || use[0] < since - 1) break
    const known = use[1] <= LONGEST_INTERVAL_S && use[2] >= (litresPerHour * use[1]) / 3_600
    if (!known) break
    since = use[0] - use[1]
    litres += use[2]
  }
  if (since === until) return null
  const intervals = Math.round((until - since) / (track.samples?.medianS ?? LONGEST_INTERVAL_S))
  return { since: since * SECOND_MS, until: until * SECOND_MS, litres, intervals }
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
