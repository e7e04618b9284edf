import { expect, test } from 'vitest'
import { type Finding, familyOf } from '../../contracts/finding.ts'
import type { HomeEvent, RuleContext } from '../../contracts/home.ts'
import type { Reading } from '../../contracts/reading.ts'
import { defaultRuleSettings } from '../../contracts/settings.ts'
import { DAY_MS, type EpochMs, HOUR_MS } from '../../contracts/time.ts'
import { newHomeState, step } from '../../rules/home.ts'
import { DEMO_CADENCE_S, DEMO_HISTORY_DAYS, makeDemoStory } from '../../simulators/demo-story.ts'
import type { SimulatedHome } from '../../simulators/home.ts'
import type { Report } from '../../simulators/report.ts'

/** Eight in the morning in Shanghai, when the demo begins. */
const T0 = Date.parse('2026-11-21T00:00:00Z')
const story = makeDemoStory(T0)

const readingsOf = ({ at, deviceId, kind, samples, garbage }: Report): Reading[] =>
  garbage === undefined
    ? samples.map(({ measuredAtMs, values }) => ({
        deviceId,
        kind,
        measuredAt: measuredAtMs ?? at,
        measuredAtSource: 'device',
        receivedAt: at,
        values,
        quality: [],
      }))
    : []

/** What the default rules raise in one home, driven as the service drives them. */
function raisedIn(home: SimulatedHome, fromMs: EpochMs, toMs: EpochMs): Finding[] {
  const { homeId, zone, devices } = home.plan
  const context: RuleContext = { homeId, settings: defaultRuleSettings, outages: [] }
  const found: Finding[] = []
  let state = newHomeState(zone)
  let deadline: EpochMs | null = null
  const take = (event: HomeEvent, now: EpochMs) => {
    const result = step(state, event, now, context)
    state = result.state
    deadline = result.deadline
    found.push(...result.findings)
  }
  const passTo = (now: EpochMs) => {
    if (deadline === null || deadline > now) return
    take({ type: 'deadline' }, deadline)
    passTo(now)
  }
  const kinds = ['water', 'electricity', 'smoke'] as const
  const standing = kinds.map((kind) => ({ deviceId: devices[kind], kind, cadenceS: DEMO_CADENCE_S[kind] }))
  take({ type: 'devices', devices: standing }, fromMs)
  for (const report of home.source(fromMs, toMs)) {
    passTo(report.at)
    const readings = readingsOf(report)
    if (readings.length > 0) take({ type: 'readings', readings }, report.at)
  }
  passTo(toMs)
  return found.filter(({ phase }) => phase === 'raised')
}

const DAYS_AFTER = 10
const findings = story.homes.map((home) =>
  raisedIn(home, T0 - DEMO_HISTORY_DAYS * DAY_MS, T0 + DAYS_AFTER * DAY_MS),
)

test('the rules see what the script promises, in time', () => {
  const promised = story.scenes.filter(
    ({ expect, toMs }) => expect && expect.byMs < T0 + 36 * HOUR_MS && toMs > expect.byMs,
  )
  expect(promised.length).toBeGreaterThanOrEqual(4)
  for (const { home, expect: promise, fromMs, what } of promised) {
    const kept = findings[home]?.find(
      ({ kind, raisedAt }) => kind === promise?.kind && raisedAt >= fromMs && raisedAt <= promise.byMs,
    )
    expect(kept, `${what} in home ${home}`).toBeDefined()
  }

  // Two civil hours are two wall minutes at factor 60.
  const firstMinutes = findings.flat().filter(({ raisedAt }) => raisedAt > T0 && raisedAt < T0 + 2 * HOUR_MS)
  const families = new Set(firstMinutes.map(({ kind }) => familyOf(kind)))
  for (const family of ['device', 'smoke', 'inactivity']) expect(families).toContain(family)
})

test('a desk of 54 homes hears a few alerts a civil day, not a constant ringing', () => {
  const history = findings.flat().filter(({ raisedAt }) => raisedAt < T0)
  const live = findings.flat().filter(({ raisedAt }) => raisedAt >= T0)
  expect(history.length / DEMO_HISTORY_DAYS).toBeLessThan(1)
  expect(live.length / DAYS_AFTER).toBeGreaterThan(1)
  expect(live.length / DAYS_AFTER).toBeLessThan(8)
})
