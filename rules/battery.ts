import type { Json } from '../contracts/finding.ts'
import type { Reading } from '../contracts/reading.ts'
import { iso } from '../contracts/time.ts'
import { NAMES, SWITCHED_OFF } from './device-silent.ts'
import { clear, openFinding, raise, type Turn } from './findings.ts'
import type { DeviceState } from './state.ts'

/** A battery must be this much above the limit before it counts as changed: the last percents waver. */
const RECOVERED_PERCENT = 10

/** device.battery_low: by the device's own word or by its percentage. Older readings than the last change nothing. */
export function takeBattery(turn: Turn, device: DeviceState, reading: Reading): void {
  const { battery_low: low, battery_pct: percent } = reading.values
  if (typeof low !== 'boolean' && typeof percent !== 'number') return
  if (device.batteryAt !== null && reading.measuredAt < device.batteryAt) return
  device.batteryAt = Math.min(reading.measuredAt, turn.now)
  const rule = turn.context.settings['device.battery_low']
  const open = openFinding(turn.home, 'device.battery_low', device.id)
  if (!rule.enabled) return
  const isLow = low === true || (typeof percent === 'number' && percent <= rule.percent)
  if (isLow && open === undefined) {
    batteryLow(turn, device, reading.measuredAt, percent)
    return
  }
  const recovered =
    low === false || (typeof percent === 'number' && percent >= rule.percent + RECOVERED_PERCENT)
  if (isLow || !recovered || open === undefined) return
  clear(turn, open, {
    data: { deviceId: device.id, ...(typeof percent === 'number' ? { percent } : {}) },
    sentence: {
      zh: `${NAMES[device.kind].zh}电量已恢复`,
      en: `${NAMES[device.kind].en}: the battery is good again`,
    },
  })
}

/** Takes the findings back when the rule is switched off. */
export function settleBattery(turn: Turn): null {
  if (turn.context.settings['device.battery_low'].enabled) return null
  for (const open of turn.home.open) if (open.kind === 'device.battery_low') clear(turn, open, SWITCHED_OFF)
  return null
}

function batteryLow(turn: Turn, device: DeviceState, at: number, percent: Json | undefined): void {
  const known = typeof percent === 'number' ? percent : null
  raise(turn, {
    kind: 'device.battery_low',
    severity: 'P3',
    subject: device.id,
    deviceId: device.id,
    since: Math.min(at, turn.now),
    evidence: {
      data: { deviceId: device.id, measuredAt: iso(at), percent: known },
      sentence: {
        zh: `${NAMES[device.kind].zh}电量低${known === null ? '' : `，剩余${known}%`}`,
        en: `${NAMES[device.kind].en}: battery low${known === null ? '' : `, ${known} % left`}`,
      },
    },
  })
}
