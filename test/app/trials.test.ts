import { describe, expect, it } from 'vitest'
import type { Bearing, HomeHistory } from '../../app/past/history.ts'
import { Comparison } from '../../app/trials/comparison.ts'
import { tryHome } from '../../app/trials/home-trial.ts'
import { StandStill } from '../../app/trials/incident.ts'
import { questionOf } from '../../app/trials/unaffected.ts'
import { DeviceId } from '../../contracts/ids.ts'
import type { Reading } from '../../contracts/reading.ts'
import { RuleSettings } from '../../contracts/settings.ts'
import { DAY_MS, HOUR_MS } from '../../contracts/time.ts'
import type { TrialAlert, TrialResult } from '../../contracts/trial.ts'
import { faultOf } from '../../simulators/fault.ts'
import { simulateHome } from '../../simulators/home.ts'
import { incidentOf } from '../../simulators/incident.ts'
import { HOURLY } from '../../simulators/meter.ts'
import {
  FIXED,
  HOME,
  historyOf,
  hourlyReadings,
  METER,
  NOW,
  period,
  settings,
  standing,
} from './trial-home.ts'

describe('one home under two settings', () => {
  const history = historyOf(hourlyReadings(60, 5))

  it('says what is added, what is removed, and what the hours won cost', () => {
    const { present, proposed } = tryHome(history, period, questionOf(settings(36), settings(12)))
    expect(present.alerts).toEqual([])
    // Ten hours of night pass unnoticed; the quiet day does not.
    expect(proposed.alerts).toMatchObject([{ kind: 'inactivity.water_none', severity: 'P2' }])
    expect(proposed.alerts[0]?.endedAt).not.toBeNull()
    expect(proposed.delays.length).toBeGreaterThan(5)
    const hours = (delays: typeof proposed.delays) => delays.map((delay) => Number(delay) / HOUR_MS)
    for (const [i, after] of hours(proposed.delays).entries()) {
      // From the last use it takes 12 h and a report or two; a quiet under way shortens that.
      expect(after).toBeGreaterThan(1)
      expect(after).toBeLessThanOrEqual(13.1)
      expect((hours(present.delays)[i] ?? 0) - after).toBeCloseTo(24, 0)
    }
  })

  it('knows of the absence that was told of, and of what the home has otherwise than all', () => {
    const [quietFrom, quietTo] = [NOW - 149 * HOUR_MS, NOW - 96 * HOUR_MS]
    const away = { away: [{ from: quietFrom, to: quietTo, source: 'planned' as const }] }
    const bearing = (bears: Bearing): HomeHistory => ({
      ...history,
      befell: [...history.befell, { type: 'bearing', at: 0, ...bears }],
    })
    const told = tryHome(
      bearing({ circumstances: away, own: null }),
      period,
      questionOf(settings(36), settings(12)),
    )
    expect(told.proposed.alerts).toEqual([])

    const budget = (budgetPer30Days: number) =>
      RuleSettings.parse({ ...FIXED, 'inactivity.personal': { enabled: true, budgetPer30Days } })
    const own = {
      homeId: HOME,
      budgetPer30Days: 3,
      capHours: null,
      changedAt: 0,
      changedBy: 'system' as const,
    }
    const [all, apart] = [budget(0.1), budget(3)].map((one) => questionOf(one, one))
    if (all === undefined || apart === undefined) throw new Error('two questions')
    expect(tryHome(bearing({ circumstances: {}, own }), period, all).present.delays).toEqual(
      tryHome(history, period, apart).present.delays,
    )
    expect(tryHome(history, period, all).present.delays).not.toEqual(
      tryHome(history, period, apart).present.delays,
    )
  })

  it('gives the same answer to the same question', () => {
    const ask = () => tryHome(history, period, questionOf(settings(36), settings(12)))
    expect(ask()).toEqual(ask())
  })

  it('lets nobody fall in an empty home', () => {
    const readings = hourlyReadings(60, 5).map((reading) =>
      reading.measuredAt > NOW - 40 * DAY_MS ? { ...reading, values: { water_total_m3: 5 } } : reading,
    )
    expect(
      tryHome(historyOf(readings), period, questionOf(settings(36), settings(12))).proposed.delays,
    ).toEqual([])
  })

  it('the comparison counts visits a week and hours won', () => {
    const compared = (before: number, after: number): TrialResult => {
      const both = { present: settings(before), proposed: settings(after) }
      const comparison = new Comparison({ from: period.from, to: period.to }, both)
      comparison.take(tryHome(history, period, questionOf(both.present, both.proposed)))
      return comparison.result()
    }
    const stricter = compared(36, 12)
    expect(stricter).toMatchObject({ homes: 1, homesWithoutReadings: 0, addedCount: 1, removedCount: 0 })
    expect(stricter.proposed.visitsPerWeek).toBeCloseTo(7 / 30, 2)
    expect(stricter.wonHours).toBeCloseTo(24, 0)
    expect(stricter.proposed.delay).toMatchObject({ never: 0, open: 0, within24Share: 1 })
    const looser = compared(12, 36)
    expect(looser).toMatchObject({ addedCount: 0, removedCount: 1, wonHours: -(stricter.wonHours ?? 0) })
    const shifted = compared(12, 14)
    expect(shifted).toMatchObject({ addedCount: 0, removedCount: 0, laterCount: 1, soonerCount: 0 })
  })
})

describe('families of rules that both documents set alike', () => {
  /** A lively home with both meters: leaks, guests and a failing radio give every family something to say. */
  const simulated = (n: number): HomeHistory => {
    const from = NOW - 70 * DAY_MS
    const at = (days: number) => from + days * DAY_MS
    const devices = { water: METER, electricity: DeviceId.parse('e1'), smoke: DeviceId.parse('s1') }
    const plan = { homeId: HOME, seed: `trial-${n}`, zone: 'Asia/Shanghai', originMs: from, devices }
    const { source } = simulateHome({
      ...plan,
      reporting: HOURLY,
      incidents: [incidentOf('leak', at(40), at(43)), incidentOf('cooker_left_on', at(50), at(50.4))],
      faults: [{ device: 'electricity', fault: faultOf('gone', at(55), at(57)) }],
    })
    const listed = (['water', 'electricity', 'smoke'] as const).map((kind) => ({
      deviceId: devices[kind],
      kind,
      cadenceS: null,
    }))
    const arrivals = source(from, NOW).map(({ at, deviceId, kind, samples }) => ({
      at,
      readings: samples.map(({ values }): Reading => {
        return {
          deviceId,
          kind,
          measuredAt: at,
          measuredAtSource: 'device',
          receivedAt: at,
          values,
          quality: [],
        }
      }),
    }))
    return { homeId: HOME, zone: plan.zone, befell: [standing(from, listed)], arrivals }
  }

  const said = ({ kind, severity }: TrialAlert) => `${kind} ${severity}`
  const compare = (x: string, y: string) => (x < y ? -1 : x > y ? 1 : 0)

  it('say the same as if they had been tried, too', () => {
    const present = RuleSettings.parse({ 'inactivity.personal': { enabled: true } })
    const proposed = RuleSettings.parse({ 'inactivity.personal': { enabled: true, budgetPer30Days: 3 } })
    const question = questionOf(present, proposed)
    expect([...question.unaffected]).toEqual(expect.arrayContaining(['water', 'device']))
    expect(question.unaffected.has('inactivity')).toBe(false)
    const everything = { ...question, tried: proposed, unaffected: new Set<string>() }
    const kinds = new Set<string>()
    for (let n = 0; n < 4; n += 1) {
      const history = simulated(n)
      const whole = tryHome(history, period, everything)
      const short = tryHome(history, period, question)
      const inOrder = (alerts: TrialAlert[]) =>
        alerts.toSorted((x, y) => compare(said(x), said(y)) || x.raisedAt - y.raisedAt)
      const [tried, left] = [inOrder(whole.proposed.alerts), inOrder(short.proposed.alerts)]
      expect(left.map(said)).toEqual(tried.map(said))
      // A rule that is asked at another's deadline may speak sooner than at the next report.
      for (const [i, { raisedAt }] of tried.entries())
        expect(Math.abs((left[i]?.raisedAt ?? 0) - raisedAt)).toBeLessThanOrEqual(HOUR_MS)
      expect(short.proposed.delays).toEqual(whole.proposed.delays)
      for (const { kind } of whole.proposed.alerts) kinds.add(kind)
    }
    expect(kinds.size).toBeGreaterThan(2)
  })
})

describe('an injected incident', () => {
  it('leaves water where it stood, and draws what the night draws', () => {
    const readings = hourlyReadings(4, -1).map((reading, n) => {
      const night = n % 24 >= 1 && n % 24 <= 5
      const kwh = Math.floor(n / 24) * 9 + (n % 24) * 0.1
      return { ...reading, values: { ...reading.values, energy_import_kwh: kwh, power_w: night ? 40 : 900 } }
    })
    const history = historyOf(readings)
    const t = NOW - 1.5 * DAY_MS
    const next = history.arrivals.findIndex(({ at }) => at > t)
    const incident = new StandStill(history, next, t)
    const after = history.arrivals.slice(next).map((arrival) => incident.change(arrival).readings[0]?.values)
    const stood = after[0]?.water_total_m3
    expect(stood).toBe(history.arrivals[next]?.readings[0]?.values.water_total_m3)
    expect(new Set(after.map((values) => values?.water_total_m3))).toEqual(new Set([stood]))
    expect(new Set(after.slice(1).map((values) => values?.power_w))).toEqual(new Set([40]))
    const kwh = after.map((values) => Number(values?.energy_import_kwh))
    expect((kwh.at(-1) ?? 0) - (kwh[0] ?? 0)).toBeCloseTo((kwh.length - 1) * 0.1, 5)
  })
})
