import { expect, test } from 'vitest'
import { Resident, UNSAID } from '../../contracts/registry.ts'
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../contracts/time.ts'
import { DEMO_HISTORY_DAYS, demoHistory, demoLive, makeDemoStory } from '../../simulators/demo-story.ts'
import { makeDistrict } from '../../simulators/district.ts'
import type { SimMessage } from '../../simulators/report.ts'

const T0 = Date.parse('2026-11-20T06:30:00Z')
const story = makeDemoStory(T0)
const at = (hours: number) => T0 + hours * HOUR_MS

function* take(messages: Iterable<SimMessage>, untilMs: number): Generator<SimMessage> {
  for (const message of messages) {
    if (message.at >= untilMs) return
    yield message
  }
}

const bytes = (messages: SimMessage[]) =>
  messages.map(({ at, topic, payload }) => `${at} ${topic} ${payload}`).join('\n')

test('54 homes in three compounds, each with somebody to look after and three devices', () => {
  const { jurisdictions, homes } = story.district
  expect(homes).toHaveLength(54)
  const compounds = jurisdictions.filter(({ level }) => level === 'compound')
  expect(compounds).toHaveLength(3)
  for (const { id } of compounds) {
    expect(homes.filter(({ jurisdictionId }) => jurisdictionId === id)).toHaveLength(18)
  }
  expect(new Set(homes.flatMap(({ devices }) => Object.values(devices))).size).toBe(162)
})

test('residents are fit for the registry, old, fictitious, and behind a door', () => {
  const { homes, jurisdictions } = makeDistrict('any', { homes: 300, compounds: 20 })
  for (const { id, resident } of homes) {
    Resident.parse({ ...UNSAID, ...resident, id: `r-${id}`, homeId: id })
    expect(resident.birthYear).toBeGreaterThanOrEqual(1935)
    expect(resident.birthYear).toBeLessThanOrEqual(1955)
    expect(resident.door).toMatch(/^\d+号楼\d单元\d0\d$/)
    expect(resident.phone).toMatch(/^100 0000 \d{4}$/)
  }
  const known = new Set<string>()
  for (const { id, parentId } of jurisdictions) {
    expect(parentId === null || known.has(parentId)).toBe(true)
    known.add(id)
  }
  expect(new Set(jurisdictions.map(({ parentId, name }) => `${parentId} ${name}`)).size).toBe(
    jurisdictions.length,
  )
  expect(makeDistrict('any', { homes: 300, compounds: 20 })).toEqual({ homes, jurisdictions })
})

test('a demo that is stopped and started again goes on exactly where it was', () => {
  const untilMs = at(30)
  const once = [...demoHistory(story, at(-30), T0), ...take(demoLive(story, T0), untilMs)]
  const again = makeDemoStory(T0)
  const resumed = [
    ...demoHistory(story, at(-30), at(-11.3)),
    ...demoHistory(makeDemoStory(T0), at(-11.3), T0),
    ...take(demoLive(story, T0), at(7.77)),
    ...take(demoLive(again, at(7.77)), untilMs),
  ]
  expect(bytes(resumed)).toBe(bytes(once))
  const times = once.map((message) => message.at)
  expect(times.every((time, n) => time >= (times[n - 1] ?? 0))).toBe(true)
})

test('the first minutes hold a fall, a fire, a silent meter and a device that talks nonsense', () => {
  const messages = [...demoHistory(story, at(-13), at(2))]
  const of = (home: number) => messages.filter(({ homeId }) => homeId === story.homes[home]?.plan.homeId)
  const scene = (what: string) => {
    const found = story.scenes.find((scene) => scene.what === what && scene.fromMs < at(4))
    if (!found) throw new Error(`no ${what}`)
    return found
  }

  const fallen = scene('fall')
  expect(fallen.expect?.byMs).toBeLessThanOrEqual(at(1.5))
  const { registers } = story.homes[fallen.home] ?? {}
  const stand = (ms: number) => (registers?.at(ms).millilitres ?? 0) / 1000
  expect(stand(at(2)) - stand(fallen.fromMs)).toBe(0)
  expect(stand(fallen.fromMs) - stand(fallen.fromMs - 5 * MINUTE_MS)).toBeGreaterThanOrEqual(14)

  const burning = of(scene('fire').home).filter(({ payload }) => payload.includes('"smoke":true'))
  expect(burning[0]?.at).toBe(at(1))

  const silent = of(scene('water meter silent').home).filter(({ kind }) => kind === 'water')
  const lastHeard = silent.at(-1)?.at ?? 0
  expect(lastHeard + 3 * HOUR_MS).toBeGreaterThan(T0 + 15 * MINUTE_MS)
  expect(lastHeard + 3 * HOUR_MS).toBeLessThanOrEqual(T0 + 36 * MINUTE_MS)

  const nonsense = of(scene('garbled messages').home).filter(({ payload }) => payload.includes('\uFFFD'))
  expect(nonsense.length).toBeGreaterThan(1)
})

test('three weeks of history are there at once, quarter by quarter', () => {
  const counts = { water: 0, electricity: 0, smoke: 0 }
  for (const { kind } of demoHistory(story, T0 - DEMO_HISTORY_DAYS * DAY_MS, T0)) {
    if (kind === 'water' || kind === 'electricity' || kind === 'smoke') counts[kind] += 1
  }
  const expected = 54 * DEMO_HISTORY_DAYS
  expect(counts.water / expected).toBeGreaterThan(94)
  expect(counts.electricity / expected).toBeGreaterThan(94)
  expect(counts.smoke / expected).toBeGreaterThan(5.9)
})

test('afterwards something happens a few times a civil day, and nobody is hit twice at once', () => {
  const later = story.scenes.filter(({ fromMs }) => fromMs > at(10))
  const days = (Math.max(...later.map(({ fromMs }) => fromMs)) - T0) / DAY_MS
  expect(days).toBeGreaterThan(300)
  expect(later.length / days).toBeGreaterThan(1)
  expect(later.length / days).toBeLessThan(5)
  for (const scene of later) {
    const same = later.filter((other) => other !== scene && other.home === scene.home)
    expect(same.every(({ fromMs, toMs }) => toMs < scene.fromMs || fromMs > scene.toMs)).toBe(true)
  }
})

/** The district's rule as a duty desk would count it: how often a home falls below 10 L in 12 h. */
function quietSpells(homeIndex: number, fromMs: number, toMs: number): number[] {
  const home = story.homes[homeIndex]
  if (!home) return []
  const begun: number[] = []
  const litres: number[] = []
  let quiet = false
  for (let now = fromMs; now < toMs; now += 15 * MINUTE_MS) {
    litres.push(home.registers.at(now).millilitres / 1000)
    const twelveHoursAgo = litres.at(-49)
    const below = twelveHoursAgo !== undefined && (litres.at(-1) ?? 0) - twelveHoursAgo < 10
    if (below && !quiet) begun.push(now)
    quiet = below
  }
  return begun
}

test('ordinary life trips the 12 h / 10 L rule less than once a civil day in all 54 homes', () => {
  const fromMs = at(-20 * 24)
  const all = story.homes.flatMap((_, n) => {
    const own = story.scenes.filter(({ home }) => home === n)
    const inScene = (ms: number) => own.some((scene) => ms > scene.fromMs && ms < scene.toMs + 12 * HOUR_MS)
    return quietSpells(n, fromMs, at(10 * 24)).filter((ms) => !inScene(ms))
  })
  expect(all.length / 30).toBeLessThan(1)
})
