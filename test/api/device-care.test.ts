import { describe, expect, it } from 'vitest'
import { careOf } from '../../api/device-care.ts'
import { DeviceId } from '../../contracts/ids.ts'
import { defaultRuleSettings } from '../../contracts/settings.ts'
import { DAY_MS, MINUTE_MS } from '../../contracts/time.ts'
import type { DeviceHealth } from '../../store/state/devices.ts'
import { device } from '../store/state-samples.ts'

const TODAY = 20_000
const NOW = TODAY * DAY_MS + 30 * MINUTE_MS
const health = (over: Partial<DeviceHealth> = {}): DeviceHealth => ({
  deviceId: DeviceId.parse('d'),
  lastReceivedAt: NOW - 5 * MINUTE_MS,
  lastMeasuredAt: NOW - 5 * MINUTE_MS,
  batteryPct: 80,
  batteryLow: false,
  signalDbm: -80,
  values: {},
  cadenceS: 900,
  perDay: Array.from({ length: 8 }, (_, n): [number, number] => [TODAY - 8 + n, 96]),
  clock: 'right',
  ...over,
})
const care = (over: Partial<DeviceHealth> | null) =>
  careOf(device('d', { cadenceS: 900 }), over === null ? undefined : health(over), defaultRuleSettings, NOW)

describe('what needs a technician', () => {
  it.each([
    ['never_heard', null],
    ['silent', { lastReceivedAt: NOW - DAY_MS }],
    ['fault', { values: { fault: true } }],
    ['tamper', { values: { tamper: true } }],
    ['battery_low', { batteryPct: 9 }],
    ['battery_low', { batteryPct: null, batteryLow: true }],
    ['clock_wrong', { clock: 'wrong' }],
    [
      'cadence_poor',
      {
        perDay: [
          [TODAY - 8, 96],
          [TODAY - 4, 96],
          [TODAY - 3, 20],
        ],
      },
    ],
    ['signal_weak', { signalDbm: -119 }],
  ] as [string, Partial<DeviceHealth> | null][])('%s', (reason, over) => {
    expect(care(over).reasons).toEqual([reason])
  })

  it('a healthy one needs nobody, and what is not known is no reason', () => {
    expect(care({})).toMatchObject({ reasons: [], cadenceKept: 1 })
    const {
      perDay: _,
      clock: __,
      ...silentAbout
    } = health({ batteryPct: null, batteryLow: null, signalDbm: null })
    expect(careOf(device('d', { cadenceS: null }), silentAbout, defaultRuleSettings, NOW)).toMatchObject({
      reasons: [],
      cadenceKept: null,
      clock: null,
    })
  })

  it('counts whole days since it was first heard', () => {
    expect(
      care({
        perDay: [
          [TODAY - 3, 2],
          [TODAY - 2, 48],
          [TODAY - 1, 96],
          [TODAY, 1],
        ],
      }).cadenceKept,
    ).toBe(0.75)
    expect(care({ perDay: [[TODAY, 1]] }).cadenceKept).toBeNull()
  })

  it('sorts the worst first, and of like ones the longest unheard', () => {
    const marks = [
      care({}),
      care({ signalDbm: -119 }),
      care({ batteryPct: 5, signalDbm: -119 }),
      care({ batteryPct: 5 }),
      care({ lastReceivedAt: NOW - DAY_MS }),
      care({ lastReceivedAt: NOW - 2 * DAY_MS }),
      care(null),
    ].map(({ mark }) => mark)
    expect([...marks].sort()).toEqual([marks[6], marks[5], marks[4], marks[2], marks[3], marks[1], marks[0]])
  })
})
