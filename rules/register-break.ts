import type { Evidence } from '../contracts/finding.ts'
import type { HomeDevice } from '../contracts/home.ts'
import type { Quality, Reading } from '../contracts/reading.ts'
import { DAY_MS, type EpochMs, iso } from '../contracts/time.ts'
import { NAMES, SWITCHED_OFF } from './device-silent.ts'
import { clockTime } from './explanation.ts'
import { clear, openFinding, raise, type Turn } from './findings.ts'
import type { Difference } from './register.ts'
import type { DeviceState, OpenFinding } from './state.ts'

const KIND = 'device.register'

/** device.register: a register leapt or began anew and nobody registered a swap. Never a leak, never a sign of life. */
export function takeRegisterBreak(
  turn: Turn,
  device: DeviceState,
  reading: Reading,
  metric: 'water_total_m3' | 'energy_import_kwh',
  difference: Difference,
  quality: readonly Quality[],
): void {
  const rule = turn.context.settings[KIND]
  if (difference.type !== 'break' || !rule.enabled || quality.includes('counter_reset')) return
  const until = turn.now + rule.holdDays * DAY_MS
  const subject = reading.channel === undefined ? device.id : `${device.id}#${reading.channel}`
  const open = openFinding(turn.home, KIND, subject)
  if (open !== undefined) {
    open.until = until
    return
  }
  const since = Math.min(reading.measuredAt, turn.now)
  const after = Number(reading.values[metric])
  raise(turn, {
    kind: KIND,
    severity: 'P3',
    subject,
    deviceId: device.id,
    since,
    until,
    evidence: brokenEvidence(turn, device, { metric, since, after, ...difference }),
  })
}

/** Ends what has been told of long enough. Returns when the next ends. */
export function settleRegisterBreak(turn: Turn): EpochMs | null {
  const { enabled } = turn.context.settings[KIND]
  let next: EpochMs | null = null
  for (const open of turn.home.open) {
    if (open.kind !== KIND || open.until === undefined) continue
    if (!enabled) clear(turn, open, SWITCHED_OFF)
    else if (open.until <= turn.now) clear(turn, open, RAN_ON)
    else next = Math.min(next ?? open.until, open.until)
  }
  return next
}

/** Registered after it leapt: that was the swap. */
export function clearRegistered(turn: Turn, devices: readonly HomeDevice[]): void {
  for (const open of turn.home.open) {
    const device = open.kind === KIND ? devices.find((one) => one.deviceId === open.deviceId) : undefined
    if (device?.since !== undefined && device.since >= open.since) clear(turn, open, REGISTERED)
  }
}

/** The swap or reset that explains it was registered afterwards. */
export const clearRegisteredBy = (turn: Turn, open: OpenFinding): void => clear(turn, open, REGISTERED)

function brokenEvidence(
  turn: Turn,
  device: DeviceState,
  found: { metric: string; since: EpochMs; before: number; after: number; cause: string },
): Evidence {
  const time = clockTime(turn.home.zone, found.since, turn.now)
  const name = NAMES[device.kind]
  return {
    data: {
      deviceId: device.id,
      metric: found.metric,
      before: found.before,
      after: found.after,
      cause: found.cause,
      at: iso(found.since),
    },
    sentence: {
      zh: `${name.zh}读数${time.zh}由${found.before}变为${found.after}，未登记换表；其间用量未知，不计为漏水或活动`,
      en: `${name.en}: the register went from ${found.before} to ${found.after} at ${time.en} and no swap is registered; what flowed is unknown and counts neither as a leak nor as use`,
    },
  }
}

const RAN_ON = {
  data: { reason: 'ran_on' },
  sentence: { zh: '读数此后持续正常', en: 'The register has run on from there' },
}
const REGISTERED = {
  data: { reason: 'registered' },
  sentence: { zh: '已登记换表或清零', en: 'The swap or reset has been registered' },
}
