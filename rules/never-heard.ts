import { type EpochMs, HOUR_MS, iso, SECOND_MS } from '../contracts/time.ts'
import { NAMES, SWITCHED_OFF, withoutOutages } from './device-silent.ts'
import { clockTime } from './explanation.ts'
import { clear, openFinding, raise, type Turn } from './findings.ts'
import type { DeviceState } from './state.ts'

const KIND = 'device.never_heard'
const INTERVALS = 2

/** When a device of which nothing was ever heard should have been: two of its intervals, and some hours, at least. */
export function neverHeardAt(turn: Turn, device: DeviceState): EpochMs {
  const { hours } = turn.context.settings[KIND]
  const intervalMs = (device.cadenceS ?? 0) * SECOND_MS
  const waitMs = Math.max(hours * HOUR_MS, INTERVALS * intervalMs)
  return withoutOutages(device.since ?? 0, waitMs, intervalMs, turn.context.outages)
}

/** device.never_heard: mounted, registered, and nothing ever came. Returns when the next is due. */
export function settleNeverHeard(turn: Turn): EpochMs | null {
  const { enabled } = turn.context.settings[KIND]
  let next: EpochMs | null = null
  for (const device of turn.home.devices) {
    const open = openFinding(turn.home, KIND, device.id)
    if (open !== undefined && (!enabled || device.heardAt !== null))
      clear(turn, open, enabled ? nowHeard(device) : SWITCHED_OFF)
    if (!enabled || device.heardAt !== null || device.since === undefined || open !== undefined) continue
    const dueAt = neverHeardAt(turn, device)
    if (dueAt <= turn.now) tell(turn, device, device.since)
    else next = Math.min(next ?? dueAt, dueAt)
  }
  return next
}

function tell(turn: Turn, device: DeviceState, since: EpochMs): void {
  const time = clockTime(turn.home.zone, since, turn.now)
  const name = NAMES[device.kind]
  raise(turn, {
    kind: KIND,
    severity: 'P3',
    subject: device.id,
    deviceId: device.id,
    since,
    evidence: {
      data: { deviceId: device.id, deviceKind: device.kind, since: iso(since) },
      sentence: {
        zh: `${name.zh}自${time.zh}登记以来从未上报`,
        en: `${name.en} never heard since it was registered at ${time.en}`,
      },
    },
  })
}

const nowHeard = (device: DeviceState) => ({
  data: { deviceId: device.id, heardAt: iso(device.heardAt ?? 0) },
  sentence: { zh: `${NAMES[device.kind].zh}已开始上报`, en: `${NAMES[device.kind].en} is heard now` },
})
