import type { Befallen, HomeHistory } from '../../app/past/history.ts'
import type { HomeDevice } from '../../contracts/home.ts'
import { DeviceId, HomeId } from '../../contracts/ids.ts'
import type { HomeReading } from '../../contracts/reading.ts'
import { defaultRuleSettings, RuleSettings } from '../../contracts/settings.ts'
import { DAY_MS, type EpochMs, HOUR_MS } from '../../contracts/time.ts'

export const NOW = Date.parse('2026-11-20T00:00:00Z')
export const HOME = HomeId.parse('h1')
export const METER = DeviceId.parse('w1')
/** Every rule that can be switched off is. */
export const FIXED = Object.fromEntries(
  Object.entries(defaultRuleSettings).flatMap(([name, rule]) =>
    typeof rule === 'object' && 'enabled' in rule ? [[name, { enabled: false }]] : [],
  ),
)
export const settings = (hours: number) =>
  RuleSettings.parse({
    ...FIXED,
    version: hours,
    'inactivity.water_none': { enabled: true, hours },
  })

/** Twenty litres in each hour of the day from 7 to 21 UTC; `quietDay` days before the end nothing is used all day. */
export const litresAt = (at: EpochMs, quietDay: number): number => {
  const hour = Math.floor(at / HOUR_MS) % 24
  const daysLeft = Math.floor((NOW - at) / DAY_MS)
  return hour >= 7 && hour < 21 && daysLeft !== quietDay ? 20 : 0
}

export function hourlyReadings(days: number, quietDay: number): HomeReading[] {
  let litres = 0
  return Array.from({ length: days * 24 }, (_, n) => {
    const at = NOW - days * DAY_MS + n * HOUR_MS
    litres += litresAt(at - HOUR_MS, quietDay)
    return {
      deviceId: METER,
      homeId: HOME,
      kind: 'water',
      measuredAt: at,
      measuredAtSource: 'device',
      receivedAt: at + 5_000,
      values: { water_total_m3: litres / 1_000 },
      quality: [],
    }
  })
}

export const standing = (at: EpochMs, devices: HomeDevice[]): Befallen => ({
  type: 'event',
  at,
  event: { type: 'devices', devices },
})

export const historyOf = (readings: HomeReading[]): HomeHistory => ({
  homeId: HOME,
  zone: 'UTC',
  befell: [standing(0, [{ deviceId: METER, kind: 'water', cadenceS: 3_600 }])],
  arrivals: readings.map((reading) => ({ at: reading.receivedAt, readings: [reading] })),
})

export const period = { from: NOW - 30 * DAY_MS, to: NOW, incidents: 10, outages: [] }
