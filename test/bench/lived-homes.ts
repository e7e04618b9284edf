import type { HomeDevice, RuleContext } from '../../contracts/home.ts'
import { DeviceId, HomeId } from '../../contracts/ids.ts'
import type { DeviceKind, Reading } from '../../contracts/reading.ts'
import { RuleSettings } from '../../contracts/settings.ts'
import { DAY_MS, type EpochMs } from '../../contracts/time.ts'
import { type HomeState, newHomeState, step } from '../../rules/home.ts'
import { simulateHome } from '../../simulators/home.ts'
import { HOURLY, QUARTER_HOURLY } from '../../simulators/meter.ts'

/** Homes with a past, so that every rule has learned what it learns and looks at what it looks at. */
export interface LivedHomes {
  states: HomeState[]
  contexts: RuleContext[]
  /** What came next, of all homes, in the order of arrival. */
  next: { home: number; at: EpochMs; reading: Reading }[]
}

const ZONE = 'Asia/Shanghai'
const ORIGIN = Date.parse('2026-03-02T00:00:00+08:00')
const KINDS = ['water', 'electricity', 'smoke'] as const satisfies readonly DeviceKind[]

/** The defaults, and the personal rule. */
export const benchSettings = RuleSettings.parse({ 'inactivity.personal': { enabled: true } })

/** Simulated lives of `pastDays`, half of the homes reporting each hour and half each quarter, three devices each. */
export function livedHomes(count: number, pastDays: number, nextDays: number): LivedHomes {
  const lived: LivedHomes = { states: [], contexts: [], next: [] }
  const now = ORIGIN + pastDays * DAY_MS
  for (let home = 0; home < count; home++) {
    const homeId = HomeId.parse(`home-${home}`)
    const id = (kind: DeviceKind) => DeviceId.parse(`${kind}-${home}`)
    const { source } = simulateHome({
      homeId,
      seed: `bench ${home}`,
      zone: ZONE,
      originMs: ORIGIN,
      devices: { water: id('water'), electricity: id('electricity'), smoke: id('smoke') },
      reporting: home % 2 === 0 ? HOURLY : QUARTER_HOURLY,
    })
    const context: RuleContext = { homeId, settings: benchSettings, outages: [] }
    const devices = KINDS.map((kind): HomeDevice => ({ deviceId: id(kind), kind, cadenceS: null }))
    const arrivals = source(ORIGIN, now + nextDays * DAY_MS).flatMap(({ at, deviceId, kind, samples }) =>
      samples.map(({ measuredAtMs, values }) => ({
        home,
        at,
        reading: readingOf(at, deviceId, kind, measuredAtMs ?? at, values),
      })),
    )
    let state = step(newHomeState(ZONE), { type: 'devices', devices }, ORIGIN, context).state
    for (const { at, reading } of arrivals) {
      if (at >= now) break
      state = hear(state, at, reading, context)
    }
    lived.states.push(state)
    lived.contexts.push(context)
    for (const arrival of arrivals) if (arrival.at >= now) lived.next.push(arrival)
  }
  lived.next.sort((a, b) => a.at - b.at)
  // In the service each has just been parsed; from all over the memory, fetching them would be a tenth of what is measured.
  lived.next = structuredClone(lived.next)
  return lived
}

/** One reading, after what came due before it, each at its own time: what the service asks of the rules. */
export function hear(home: HomeState, at: EpochMs, reading: Reading, context: RuleContext): HomeState {
  let state = home
  while (state.due !== null && state.due <= at)
    state = step(state, { type: 'deadline' }, state.due, context).state
  return step(state, { type: 'readings', readings: [reading] }, at, context).state
}

const readingOf = (
  receivedAt: EpochMs,
  deviceId: DeviceId,
  kind: DeviceKind,
  measuredAt: EpochMs,
  values: Reading['values'],
): Reading => ({ deviceId, kind, measuredAt, measuredAtSource: 'device', receivedAt, values, quality: [] })
