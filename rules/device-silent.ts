import type { Outage } from '../contracts/home.ts'
import { type EpochMs, HOUR_MS, iso, SECOND_MS } from '../contracts/time.ts'
import { highGapS } from './cadence.ts'
import { clockTime, lengthOfTime, sentenceOf } from './explanation.ts'
import { clear, openFinding, raise, type Turn } from './findings.ts'
import type { DeviceState, OpenFinding } from './state.ts'

/** A device of which nothing is known but that it spoke once is expected daily: most detectors check in so often. */
const UNKNOWN_CADENCE_S = 24 * 3_600

/** device.silent: a technical finding about the device, never about the resident. Returns when the next is due. */
export function settleDeviceSilent(turn: Turn): EpochMs | null {
  const rule = turn.context.settings['device.silent']
  let next: EpochMs | null = null
  for (const device of turn.home.devices) {
    if (device.heardAt === null) continue
    const open = openFinding(turn.home, 'device.silent', device.id)
    if (!rule.enabled) {
      if (open !== undefined) clear(turn, open, SWITCHED_OFF)
      continue
    }
    if (open !== undefined && device.heardAt <= open.since) continue
    if (open !== undefined) hearsAgain(turn, open, device, device.heardAt)
    const dueAt = silentAt(turn, device, device.heardAt)
    if (dueAt <= turn.now) fallenSilent(turn, device, device.heardAt, expectedS(device))
    else next = Math.min(next ?? dueAt, dueAt)
  }
  return next
}

/** What is registered may be how often it measures: whoever proves slower is expected when it is wont to come. */
function expectedS({ cadenceS, gaps }: DeviceState): number {
  const learnedS = highGapS(gaps)
  return cadenceS === null ? (learnedS ?? UNKNOWN_CADENCE_S) : Math.max(cadenceS, learnedS ?? 0)
}

/** When a device last heard at `heardAt` counts as silent, if nothing comes. */
export function silentAt(turn: Turn, device: DeviceState, heardAt: EpochMs): EpochMs {
  const { intervals, minHours } = turn.context.settings['device.silent']
  const intervalMs = expectedS(device) * SECOND_MS
  const waitMs = Math.max(intervals * intervalMs, minHours * HOUR_MS)
  return withoutOutages(heardAt, waitMs, intervalMs, turn.context.outages)
}

export const SWITCHED_OFF = {
  data: { reason: 'rule_disabled' },
  sentence: { zh: '该规则已停用', en: 'The rule was switched off' },
}

/** Time in which we were not there, and one interval to come back in, does not count against a device. */
export function withoutOutages(
  from: EpochMs,
  waitMs: number,
  intervalMs: number,
  outages: readonly Outage[],
): EpochMs {
  let dueAt = from + waitMs
  for (const outage of outages) {
    if (outage.to <= from || outage.from >= dueAt) continue
    dueAt += outage.to - Math.max(outage.from, from) + intervalMs
  }
  return dueAt
}

function fallenSilent(turn: Turn, device: DeviceState, heardAt: EpochMs, intervalS: number): void {
  const time = clockTime(turn.home.zone, heardAt, turn.now)
  const length = lengthOfTime(turn.now - heardAt)
  const every = lengthOfTime(intervalS * SECOND_MS)
  raise(turn, {
    kind: 'device.silent',
    severity: 'P3',
    subject: device.id,
    deviceId: device.id,
    since: heardAt,
    evidence: {
      data: {
        deviceId: device.id,
        deviceKind: device.kind,
        heardAt: iso(heardAt),
        intervalS: Math.round(intervalS),
        online: device.online,
      },
      sentence: sentenceOf(
        {
          zh: `${NAMES[device.kind].zh}${time.zh}后无上报，已${length.zh}（平时每${every.zh}一次）`,
          en: `${NAMES[device.kind].en} not heard since ${time.en}, ${length.en} (usually every ${every.en})`,
        },
        device.online === false ? { zh: '设备已离线', en: 'it is reported offline' } : null,
      ),
    },
  })
}

function hearsAgain(turn: Turn, open: OpenFinding, device: DeviceState, at: EpochMs): void {
  const time = clockTime(turn.home.zone, at, turn.now)
  clear(turn, open, {
    data: { deviceId: device.id, heardAt: iso(at) },
    sentence: {
      zh: `${NAMES[device.kind].zh}${time.zh}恢复上报`,
      en: `${NAMES[device.kind].en} heard again at ${time.en}`,
    },
  })
}

export const NAMES = {
  water: { zh: '水表', en: 'Water meter' },
  electricity: { zh: '电表', en: 'Electricity meter' },
  smoke: { zh: '烟感', en: 'Smoke detector' },
  gateway: { zh: '网关', en: 'Gateway' },
  other: { zh: '设备', en: 'Device' },
} as const
