import type { Reading } from '../contracts/reading.ts'
import { iso } from '../contracts/time.ts'
import { clockStands } from './device.ts'
import { NAMES } from './device-silent.ts'
import { clockTime } from './explanation.ts'
import { clear, openFinding, raise, type Turn } from './findings.ts'
import type { DeviceState } from './state.ts'

/** device.clock: it goes on speaking, always for the same instant. Clears with the first reading of a later one. */
export function takeClock(turn: Turn, device: DeviceState, reading: Reading): void {
  const { clock } = device
  if (clock === null || !clockStands(device)) return
  const open = openFinding(turn.home, 'device.clock', device.id)
  const name = NAMES[device.kind]
  if (reading.measuredAt > clock.at) {
    device.clock = null
    if (open === undefined) return
    clear(turn, open, {
      data: { deviceId: device.id, measuredAt: iso(reading.measuredAt) },
      sentence: { zh: `${name.zh}时钟恢复走时`, en: `${name.en}: the clock runs again` },
    })
  } else if (open === undefined) {
    const time = clockTime(turn.home.zone, clock.at, turn.now)
    raise(turn, {
      kind: 'device.clock',
      severity: 'P3',
      subject: device.id,
      deviceId: device.id,
      since: Math.min(clock.at, turn.now),
      evidence: {
        data: { deviceId: device.id, stuckAt: iso(clock.at) },
        sentence: {
          zh: `${name.zh}时钟停在${time.zh}，以到达时间代替`,
          en: `${name.en}: its clock stands still at ${time.en}; arrival time serves instead`,
        },
      },
    })
  }
}
