import type { DeviceId } from '../../contracts/ids.ts'
import { RuleSettings } from '../../contracts/settings.ts'
import { DAY_MS, type EpochMs, HOUR_MS } from '../../contracts/time.ts'
import { engine } from '../../evaluation/engine.ts'
import type { EvaluatedHome, Incident } from '../../evaluation/panel.ts'
import { reportsAfter } from '../../evaluation/scorer.ts'
import type { Report } from '../../evaluation/watch.ts'

export const START = Date.parse('2026-03-01T00:00:00Z')

const OFF = { enabled: false }
/** One of our fixed rules and no other. */
export const only = (change: object) =>
  engine(
    'fixed',
    'fixed',
    RuleSettings.parse({
      'inactivity.personal': OFF,
      'inactivity.water_volume': OFF,
      'inactivity.water_none': OFF,
      'inactivity.electricity_flat': OFF,
      ...change,
    }),
  )

/** Hourly reports of a register; `litresOf` says what flowed in the hour before each. */
export function hourly(days: number, litresOf: (hour: number, day: number) => number): Report[] {
  let litres = 0
  return Array.from({ length: days * 24 + 1 }, (_, n) => {
    const at = START + n * HOUR_MS
    if (n > 0) litres += litresOf((n - 1) % 24, Math.floor((n - 1) / 24))
    return {
      at,
      readings: [
        {
          deviceId: 'w1' as DeviceId,
          kind: 'water',
          measuredAt: at,
          measuredAtSource: 'device',
          receivedAt: at,
          values: { water_total_m3: litres / 1_000 },
          quality: [],
        },
      ],
    }
  })
}

/** Life as reported, the first 28 days to learn from, and incidents at which the register stands still. */
export function homeOf(reports: Report[], incidents: EpochMs[] = []): EvaluatedHome {
  const standing = (at: EpochMs): Incident => ({
    at,
    kind: 'stands still',
    reports: () => {
      const last = reports.findLast((report) => report.at <= at)
      const values = last?.readings[0]?.values ?? {}
      return reportsAfter(reports, at, (report) => ({
        at: report.at,
        readings: report.readings.map((reading) => ({ ...reading, values })),
      }))
    },
  })
  return {
    id: 'h1',
    zone: 'UTC',
    stepMs: HOUR_MS,
    reports,
    scoreFrom: START + 28 * DAY_MS,
    absences: [],
    incidents: incidents.map(standing),
  }
}
