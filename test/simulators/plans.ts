import { DeviceId, HomeId } from '../../contracts/ids.ts'
import { DAY_MS, type EpochMs } from '../../contracts/time.ts'
import { type HomePlan, type SimulatedHome, simulateHome } from '../../simulators/home.ts'
import type { Report } from '../../simulators/report.ts'

export const ORIGIN = Date.parse('2026-03-01T16:00:00Z')
export const START = ORIGIN + 3 * DAY_MS

export const homeWith = (change: Partial<HomePlan> = {}): SimulatedHome =>
  simulateHome({
    homeId: HomeId.parse('h1'),
    seed: 'someone',
    zone: 'Asia/Shanghai',
    originMs: ORIGIN,
    devices: {
      water: DeviceId.parse('w1'),
      electricity: DeviceId.parse('e1'),
      smoke: DeviceId.parse('s1'),
    },
    tune: { dayOutChance: 0, bedMinute: 22 * 60, irregularityMinutes: 10 },
    ...change,
  })

export const ofKind = (reports: Report[], kind: Report['kind']) =>
  reports.filter((report) => report.kind === kind)

/** The values of one metric with their stamps, as sent. */
export const valuesOf = (reports: Report[], metric: string) =>
  reports.flatMap(({ samples }) =>
    samples.flatMap(({ measuredAtMs, values }) =>
      metric in values ? [{ at: measuredAtMs, value: values[metric] }] : [],
    ),
  )

/** Litres between two instants, by the home's exact register. */
export const litres = (home: SimulatedHome, fromMs: EpochMs, toMs: EpochMs) =>
  (home.registers.at(toMs).millilitres - home.registers.at(fromMs).millilitres) / 1000
export const kwh = (home: SimulatedHome, fromMs: EpochMs, toMs: EpochMs) =>
  (home.registers.at(toMs).wattMs - home.registers.at(fromMs).wattMs) / 3.6e9
