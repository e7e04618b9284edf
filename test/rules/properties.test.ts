import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Finding } from '../../contracts/finding.ts'
import type { HomeEvent, Outage, RuleContext } from '../../contracts/home.ts'
import type { DeviceId, HomeId } from '../../contracts/ids.ts'
import type { DeviceKind, Reading, Values } from '../../contracts/reading.ts'
import { Quality } from '../../contracts/reading.ts'
import { defaultRuleSettings, RuleSettings } from '../../contracts/settings.ts'
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../contracts/time.ts'
import { type HomeState, newHomeState, readHomeState, step } from '../../rules/home.ts'
import { whyNot } from '../../rules/why-not.ts'

const START = Date.parse('2026-03-01T00:00:00Z')
/** Every rule is on, also those that wait to be asked for. */
const settings = RuleSettings.parse({
  ...Object.fromEntries(
    Object.entries(defaultRuleSettings)
      .filter(([, rule]) => typeof rule === 'object' && 'enabled' in rule)
      .map(([name]) => [name, { enabled: true }]),
  ),
  'inactivity.water_none': { enabled: true, hours: 12 },
  'routine.late_rising': { enabled: true, minDays: 7 },
  'routine.no_evening': { enabled: true, minDays: 7 },
})
const context = (outages: Outage[] = []): RuleContext => ({
  homeId: 'home-1' as HomeId,
  settings,
  outages,
  away: [{ from: START + 5 * DAY_MS, to: START + 7 * DAY_MS, source: 'planned' }],
  sensitivity: [{ from: START + 2 * DAY_MS, to: START + 4 * DAY_MS, factor: 0.5, reason: 'heat' as const }],
})

const kinds = new Map<string, DeviceKind>([
  ['water', 'water'],
  ['power', 'electricity'],
  ['smoke', 'smoke'],
  ['constructor', 'other'],
])
const deviceId = fc.constantFrom(...kinds.keys())
const wild = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((n) => n + 0),
  fc.integer({ min: -5, max: 2_000 }),
  fc.boolean(),
  fc.constant(null),
)
const values: fc.Arbitrary<Values> = fc.dictionary(
  fc.constantFrom(
    'water_total_m3',
    'energy_import_kwh',
    'power_w',
    'smoke',
    'smoke_test',
    'battery_low',
    'battery_pct',
    'online',
    'tamper',
    'leak',
    'burst',
    'fault',
    'toString',
  ),
  wild,
)
const anyReading = (now: number): fc.Arbitrary<Reading> =>
  fc.record({
    deviceId: deviceId.map((id) => id as DeviceId),
    kind: fc.constantFrom(...kinds.values()),
    measuredAt: fc.oneof(fc.constant(now), fc.integer({ min: now - 35 * DAY_MS, max: now + 5 * MINUTE_MS })),
    measuredAtSource: fc.constantFrom('device', 'gateway', 'broker'),
    receivedAt: fc.constant(now),
    values,
    quality: fc.subarray([...Quality.options], { maxLength: 2 }),
  })
const anyEvent = (now: number): fc.Arbitrary<HomeEvent> =>
  fc.oneof(
    {
      weight: 8,
      arbitrary: fc
        .array(anyReading(now), { maxLength: 6 })
        .map((readings) => ({ type: 'readings' as const, readings })),
    },
    { weight: 3, arbitrary: fc.constant({ type: 'deadline' as const }) },
    {
      weight: 1,
      arbitrary: fc.subarray([...kinds.keys()]).map((ids) => ({
        type: 'devices' as const,
        devices: ids.map((id) => ({
          deviceId: id as DeviceId,
          kind: kinds.get(id) ?? ('other' as const),
          cadenceS: 900,
          ...(ids.length > 2 ? { since: now - DAY_MS } : {}),
        })),
      })),
    },
    {
      weight: 1,
      arbitrary: fc
        .constantFrom('Asia/Shanghai', 'Europe/Madrid')
        .map((zone) => ({ type: 'zone' as const, zone })),
    },
  )
/** Events at ascending instants, minutes to a day apart. */
const anyStory = fc
  .array(fc.integer({ min: 0, max: 24 * 60 }), { minLength: 1, maxLength: 40 })
  .chain((pauses) => {
    let now = START
    return fc.tuple(
      ...pauses.map((pause) => {
        now += pause * MINUTE_MS
        const at = now
        return anyEvent(at).map((event) => ({ event, now: at }))
      }),
    )
  })

function run(state: HomeState, story: readonly { event: HomeEvent; now: number }[], outages: Outage[] = []) {
  const findings: Finding[] = []
  let deadline: number | null = null
  for (const { event, now } of story) {
    const result = step(state, event, now, context(outages))
    state = readHomeState(JSON.parse(JSON.stringify(result.state)))
    expect(state).toEqual(result.state)
    if (result.deadline !== null) expect(result.deadline).toBeGreaterThan(now)
    deadline = result.deadline
    findings.push(...result.findings)
  }
  return { state, findings, deadline }
}

/** A home whose days, standby and habits are known, on the eve of `START`. */
const livedIn = (() => {
  let state = step(
    newHomeState('Asia/Shanghai'),
    {
      type: 'devices',
      devices: [...kinds].map(([id, kind]) => ({ deviceId: id as DeviceId, kind, cadenceS: 3_600 })),
    },
    START - 20 * DAY_MS,
    context(),
  ).state
  let m3 = 0
  let kwh = 0
  for (let now = START - 20 * DAY_MS; now < START; now += HOUR_MS) {
    const hour = (now / HOUR_MS + 8) % 24
    const awake = hour > 6 && hour < 23
    m3 += awake && hour % 3 === 0 ? 0.02 : 0
    kwh += awake ? 0.2 : 0.05
    const one = (id: string, kind: DeviceKind, values: Values): Reading => ({
      deviceId: id as DeviceId,
      kind,
      measuredAt: now,
      measuredAtSource: 'device',
      receivedAt: now,
      values,
      quality: [],
    })
    const readings = [
      one('water', 'water', { water_total_m3: m3 }),
      one('power', 'electricity', { energy_import_kwh: kwh }),
    ]
    state = step(state, { type: 'readings', readings }, now, context()).state
  }
  return readHomeState(JSON.parse(JSON.stringify(state)))
})()
const anyHome = fc.constantFrom(newHomeState('Asia/Shanghai'), livedIn)

const said = (home: HomeState, readings: Reading[]) =>
  run(home, [{ event: { type: 'readings', readings }, now: START + DAY_MS }]).findings

describe('whatever comes', () => {
  it('a step never throws, its state is plain JSON, and its deadline lies ahead', () => {
    fc.assert(
      fc.property(anyHome, anyStory, (home, story) => {
        const { findings } = run(home, story)
        const open = new Set<string>(home.open.map(({ id }) => id))
        for (const { id, phase } of findings) {
          expect(open.has(id)).toBe(phase !== 'raised')
          if (phase === 'raised') open.add(id)
          if (phase === 'cleared') open.delete(id)
        }
      }),
      { numRuns: 300 },
    )
  })

  it('the same events say the same, and asking early changes nothing', () => {
    fc.assert(
      fc.property(anyHome, anyStory, fc.integer({ min: 0, max: 600 }), (home, story, early) => {
        const { state, findings, deadline } = run(home, story)
        expect(run(home, story)).toEqual({ state, findings, deadline })
        const last = story.at(-1)?.now ?? START
        const asked = Math.min(last + early, (deadline ?? Number.POSITIVE_INFINITY) - 1)
        const again = step(state, { type: 'deadline' }, asked, context())
        expect(again).toEqual({ state, findings: [], deadline })
      }),
      { numRuns: 150 },
    )
  })

  it('the order and the doubling of the readings in one message change nothing that is said', () => {
    const message = fc.array(anyReading(START + DAY_MS), { maxLength: 8 }).chain((readings) =>
      fc.tuple(
        fc.constant(readings),
        fc.shuffledSubarray([...readings, ...readings], {
          minLength: readings.length * 2,
          maxLength: readings.length * 2,
        }),
      ),
    )
    fc.assert(
      fc.property(anyHome, message, (home, [once, mixed]) => {
        expect(said(home, mixed)).toEqual(said(home, once))
      }),
      { numRuns: 300 },
    )
  })

  it('each rule can say why it is silent, and what it foretells lies ahead', () => {
    fc.assert(
      fc.property(anyHome, anyStory, (home, story) => {
        const { state } = run(home, story)
        const now = (story.at(-1)?.now ?? START) + HOUR_MS
        for (const { status, at } of whyNot(state, now, context()))
          if (status === 'would_speak') expect(at).toBeGreaterThanOrEqual(now)
      }),
      { numRuns: 25 },
    )
  })

  it('fresh smoke is never lost, whatever came before', () => {
    fc.assert(
      fc.property(anyStory, fc.integer({ min: 1, max: 23 * 60 }), (story, lateMinutes) => {
        const { state } = run(newHomeState('UTC'), story)
        const now = (story.at(-1)?.now ?? START) + DAY_MS
        const measuredAt = now - lateMinutes * MINUTE_MS
        const smoke: Reading = {
          deviceId: 'smoke' as DeviceId,
          kind: 'smoke',
          measuredAt,
          measuredAtSource: 'device',
          receivedAt: now,
          values: { smoke: true },
          quality: [],
        }
        const result = step(state, { type: 'readings', readings: [smoke] }, now, context())
        const rings = result.findings.filter((finding) => finding.kind === 'smoke.alarm')
        expect(rings.some(({ phase, severity }) => severity === 'P1' && phase !== 'cleared')).toBe(true)
      }),
      { numRuns: 200 },
    )
  })

  /** A quiet at the cap of the personal rule is spoken of through so much silence. */
  const CAP_PATIENCE_MS = 4 * HOUR_MS + 5 * MINUTE_MS

  it('devices that fall silent never make their resident quiet', () => {
    const uses = fc.array(fc.tuple(fc.integer({ min: 0, max: 71 }), fc.integer({ min: 1, max: 60 })))
    fc.assert(
      fc.property(anyHome, uses, fc.integer({ min: 3, max: 71 }), (home, uses, lastHour) => {
        const story = Array.from({ length: lastHour + 1 }, (_, hour) => {
          const litres = uses.reduce((sum, [used, amount]) => (used <= hour ? sum + amount : sum), 0)
          const now = START + hour * HOUR_MS
          const one: Reading = {
            deviceId: 'water' as DeviceId,
            kind: 'water',
            measuredAt: now,
            measuredAtSource: 'device',
            receivedAt: now,
            values: { water_total_m3: litres / 1_000 },
            quality: [],
          }
          return { event: { type: 'readings' as const, readings: [one] }, now }
        })
        let { state, deadline } = run(home, story)
        const heardUntil = START + lastHour * HOUR_MS
        for (let turn = 0; deadline !== null && turn < 20; turn++) {
          const now = deadline
          const result = step(state, { type: 'deadline' }, now, context())
          state = result.state
          deadline = result.deadline
          for (const finding of result.findings)
            if (/^(inactivity|routine)\./.test(finding.kind) && finding.phase === 'raised')
              expect(now - heardUntil).toBeLessThanOrEqual(
                finding.kind === 'inactivity.personal' ? CAP_PATIENCE_MS : 1.5 * HOUR_MS,
              )
        }
      }),
      { numRuns: 100 },
    )
  })
})

describe('the memory of a home', () => {
  it('stays small with meters that report each minute of a busy week', () => {
    let state = newHomeState('Asia/Shanghai')
    let m3 = 500.123
    let kwh = 1_234.5
    for (let minute = 0; minute < 7 * 24 * 60; minute++) {
      const now = START + minute * MINUTE_MS
      m3 += minute % 7 < 2 ? 0.00213 : 0
      kwh += 0.0037 + (minute % 90 < 20 ? 0.02 : 0)
      const one = (id: string, kind: DeviceKind, values: Values): Reading => ({
        deviceId: id as DeviceId,
        kind,
        measuredAt: now,
        measuredAtSource: 'device',
        receivedAt: now,
        values,
        quality: [],
      })
      const readings = [
        one('meter-water-1', 'water', { water_total_m3: m3 }),
        one('meter-power-1', 'electricity', { energy_import_kwh: kwh, power_w: 200 }),
        one('detector-1', 'smoke', { smoke: false, battery_pct: 90 }),
      ]
      const ordinary = { ...context(), settings: defaultRuleSettings }
      state = step(state, { type: 'readings', readings }, now, ordinary).state
    }
    expect(JSON.stringify(state).length).toBeLessThan(6_144)
  })

  it('refuses a version it does not know', () => {
    expect(() => readHomeState({ version: 99 })).toThrow('unknown version')
    expect(() => readHomeState(null)).toThrow('unknown version')
    const habits = { personal: { baseline: { version: 99 } } }
    expect(() => readHomeState({ ...JSON.parse(JSON.stringify(newHomeState('UTC'))), ...habits })).toThrow(
      'unknown version of the habits',
    )
    expect(readHomeState(JSON.parse(JSON.stringify(newHomeState('UTC'))))).toEqual(newHomeState('UTC'))
  })
})
