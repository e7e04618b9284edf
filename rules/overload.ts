import type { Evidence } from '../contracts/finding.ts'
import { type EpochMs, iso, MINUTE_MS } from '../contracts/time.ts'
import { SWITCHED_OFF } from './device-silent.ts'
import { clockTime, sentenceOf } from './explanation.ts'
import { clear, openFinding, raise, type Turn, update } from './findings.ts'
import { type Drawn, meanWatts } from './load.ts'
import { SMOKE_GAP, smokeGap } from './smoke-cover.ts'
import type { DeviceState } from './state.ts'

const KIND = 'electricity.overload'
/** A mean over less is the rounding of the register. */
const SHORTEST_MEAN_MS = 5 * MINUTE_MS
/** A kettle and a cooker may meet for a moment: a gauge must say so twice, this far apart. */
const HOLDS_MS = MINUTE_MS
/** It is over only well below the limit. */
const OVER_SHARE = 0.9

/** electricity.overload: more power than the set limit, by the mean of an interval or by a gauge that says so twice. */
export function takeOverload(
  turn: Turn,
  device: DeviceState,
  at: EpochMs,
  gaugeWatts: unknown,
  drawn: Drawn | null,
): void {
  const rule = turn.context.settings[KIND]
  if (!rule.enabled) return
  const mean = drawn !== null && drawn.to - drawn.from >= SHORTEST_MEAN_MS ? meanWatts(drawn) : null
  const gauge = typeof gaugeWatts === 'number' ? gaugeWatts : null
  const most = Math.max(mean ?? 0, gauge ?? 0)
  if (most <= rule.watts && device.overSince === undefined) return
  if (mean === null && gauge === null) return
  const open = openFinding(turn.home, KIND, device.id)
  if (most <= rule.watts) {
    const stillHigh = open !== undefined && most > rule.watts * OVER_SHARE
    if (stillHigh) return
    delete device.overSince
    if (open !== undefined)
      clear(turn, open, overEvidence(turn, at, most, { zh: '功率已回落', en: 'Power has fallen again' }))
    return
  }
  device.overSince ??= mean !== null && mean > rule.watts && drawn !== null ? drawn.from : at
  if (open !== undefined || at - device.overSince < HOLDS_MS) return
  const since = Math.min(device.overSince, turn.now)
  raise(turn, {
    kind: KIND,
    severity: smokeGap(turn) === null ? 'P3' : 'P2',
    subject: device.id,
    deviceId: device.id,
    since,
    evidence: loadEvidence(turn, since, most),
  })
}

/** Takes the findings back when the rule is switched off; makes electricity graver where the smoke detector fails. */
export function settleOverload(turn: Turn): null {
  for (const open of turn.home.open) {
    if (open.kind === KIND && !turn.context.settings[KIND].enabled) clear(turn, open, SWITCHED_OFF)
    else if ((open.kind === KIND || open.kind === 'electricity.left_on') && open.severity === 'P3') {
      const gap = smokeGap(turn)
      if (gap === null) continue
      open.severity = 'P2'
      update(turn, open, {
        data: { smokeDetector: gap.reason, deviceId: gap.deviceId },
        sentence: SMOKE_GAP[gap.reason],
      })
    }
  }
  return null
}

function loadEvidence(turn: Turn, since: EpochMs, watts: number): Evidence {
  const time = clockTime(turn.home.zone, since, turn.now)
  const limit = turn.context.settings[KIND].watts
  const gap = smokeGap(turn)
  const said = overEvidence(turn, since, watts, {
    zh: `${time.zh}起用电${Math.round(watts)}瓦，超过${limit}瓦`,
    en: `Drawing ${Math.round(watts)} W since ${time.en}, more than ${limit} W`,
  })
  return gap === null
    ? said
    : {
        data: { ...said.data, smokeDetector: gap.reason },
        sentence: sentenceOf(said.sentence, SMOKE_GAP[gap.reason]),
      }
}

const overEvidence = (
  turn: Turn,
  at: EpochMs,
  watts: number,
  sentence: { zh: string; en: string },
): Evidence => ({
  data: { at: iso(at), watts: Math.round(watts), limitWatts: turn.context.settings[KIND].watts },
  sentence,
})
