import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { DeviceId, HomeId } from '../../contracts/ids.ts'
import type { NodeEvent } from '../../contracts/neighbourhood.ts'
import { RuleSettings } from '../../contracts/settings.ts'
import { HOUR_MS, MINUTE_MS } from '../../contracts/time.ts'
import { compound, days, live, Place } from './place.ts'

const T0 = Date.parse('2026-03-01T00:00:00+08:00')
const LEARNED = T0 + days(30)
const homes = compound('neighbourhood', 18, T0)

/** A compound of 18 homes that has been heard for a month, quarter by quarter. */
function learnedPlace(): Place {
  const place = new Place(T0)
  live(place, homes, T0, LEARNED, 15)
  return place
}

describe('a supply cut', () => {
  it('in daytime is one finding of the place within two hours, and over an hour after the water is back', () => {
    const place = learnedPlace()
    expect(place.said).toEqual([])
    const from = LEARNED + 9 * HOUR_MS
    const to = LEARNED + 15 * HOUR_MS
    live(place, homes, LEARNED, LEARNED + days(1), 15, { cut: (at) => at > from && at <= to })
    expect(place.said).toEqual(['raised neighbourhood.quiet', 'cleared neighbourhood.quiet'])
    const [raised, cleared] = place.findings
    expect(raised?.severity).toBe('P3')
    expect((raised?.raisedAt ?? 0) - from).toBeLessThan(2 * HOUR_MS)
    expect(raised?.evidence.data).toMatchObject({ homesHeard: 18, homesUsing: 0 })
    expect(raised?.evidence.sentence.en).toMatch(
      /Of 18 homes heard since 0\d:\d\d none used water.*not known/,
    )
    expect(raised?.evidence.sentence.zh).toMatch(/18户有上报，无一户用水.*未知/)
    expect((cleared?.clearedAt ?? 0) - to).toBeGreaterThanOrEqual(HOUR_MS)
    expect((cleared?.clearedAt ?? 0) - to).toBeLessThan(2 * HOUR_MS)
  })

  it('is told from a night, however quiet', () => {
    const place = learnedPlace()
    live(place, homes, LEARNED, LEARNED + days(20), 15)
    expect(place.said).toEqual([])
  })

  it('is not concluded from a few homes that are still heard while the network is down', () => {
    const place = learnedPlace()
    const from = LEARNED + 9 * HOUR_MS
    live(place, homes, LEARNED, from + 5 * HOUR_MS, 15, {
      lost: (at, home) => at > from && home >= 4,
      cut: (at) => at > from,
    })
    expect(place.said).toEqual([])
  })

  it('goes on when one home alone draws from its tank, and is over when a second one uses water', () => {
    const place = learnedPlace()
    const from = LEARNED + 9 * HOUR_MS
    const tank = (at: number, home: number) =>
      home === 3 && at > from + 3 * HOUR_MS && at < from + 3.3 * HOUR_MS
    live(place, homes, LEARNED, from + 7 * HOUR_MS, 15, { cut: (at, home) => at > from && !tank(at, home) })
    expect(place.said).toEqual(['raised neighbourhood.quiet'])
  })

  it('is not ended by a report that reaches back to before it', () => {
    const place = learnedPlace()
    const from = LEARNED + 9 * HOUR_MS
    const now = from + 3 * HOUR_MS
    live(place, homes, LEARNED, now, 15, { cut: (at) => at > from })
    for (const homeId of ['late-1', 'late-2'] as HomeId[])
      place.hear(
        { type: 'water', homeId, from: from - HOUR_MS, to: now, uses: [{ from: from - HOUR_MS, to: now }] },
        now,
      )
    live(place, homes, now, now + 2 * HOUR_MS, 15, { cut: () => true })
    expect(place.said).toEqual(['raised neighbourhood.quiet'])
  })

  it('is nothing that a place of four homes, or one heard for two days, could know', () => {
    const small = new Place(T0)
    live(small, homes.slice(0, 4), T0, LEARNED, 15)
    live(small, homes.slice(0, 4), LEARNED, LEARNED + days(1), 15, { cut: () => true })
    const fresh = new Place(T0)
    live(fresh, homes.slice(0, 5), T0, T0 + days(2), 60)
    live(fresh, homes.slice(0, 5), T0 + days(2), T0 + days(3), 60, { cut: () => true })
    expect([...small.said, ...fresh.said]).toEqual([])
  })

  it('is taken back when the rule is switched off', () => {
    const place = learnedPlace()
    const from = LEARNED + 9 * HOUR_MS
    live(place, homes, LEARNED, from + 3 * HOUR_MS, 15, { cut: (at) => at > from })
    place.settings = RuleSettings.parse({ 'neighbourhood.quiet': { enabled: false } })
    place.hear({ type: 'deadline' }, from + 3 * HOUR_MS)
    expect(place.said).toEqual(['raised neighbourhood.quiet', 'cleared neighbourhood.quiet'])
  })
})

const silent = (home: number, since: number): NodeEvent => ({
  type: 'silent',
  homeId: `home-${home}` as HomeId,
  deviceId: `water-${home}` as DeviceId,
  since,
  homes: 18,
})
const heard = (home: number): NodeEvent => ({
  type: 'heard',
  homeId: `home-${home}` as HomeId,
  deviceId: `water-${home}` as DeviceId,
})

describe('a network fault', () => {
  it('is what six of eighteen homes have in common that fall silent together; it ends when they are heard', () => {
    const place = new Place(T0)
    const at = T0 + 3 * HOUR_MS
    for (let home = 0; home < 5; home++) place.hear(silent(home, T0 + home * 5 * MINUTE_MS), at)
    expect(place.said).toEqual([])
    place.hear(silent(5, T0 + 30 * MINUTE_MS), at)
    expect(place.said).toEqual(['raised neighbourhood.silent'])
    expect(place.findings[0]).toMatchObject({ since: T0, severity: 'P3' })
    expect(place.findings[0]?.evidence.data).toMatchObject({ homesSilent: 6, homes: 18, percent: 33 })
    expect(place.findings[0]?.evidence.sentence.en).toMatch(/6 of 18 homes \(33 %\).*nothing is known/)
    for (const home of [0, 1, 2, 3]) place.hear(heard(home), at + HOUR_MS)
    expect(place.deadline).toBe(at + 2 * HOUR_MS)
    place.hear({ type: 'deadline' }, at + 2 * HOUR_MS)
    expect(place.said).toEqual(['raised neighbourhood.silent', 'cleared neighbourhood.silent'])
    expect(place.findings[1]?.evidence.data).toMatchObject({ homesSilent: 2 })
  })

  it('is not what meters have in common that die one by one', () => {
    const place = new Place(T0)
    for (let home = 0; home < 18; home++) place.hear(silent(home, T0 + home * 100 * MINUTE_MS), T0 + days(2))
    expect(place.said).toEqual([])
  })

  it('goes on while the homes come and go', () => {
    const place = new Place(T0)
    for (let home = 0; home < 6; home++) place.hear(silent(home, T0), T0 + HOUR_MS)
    for (const home of [0, 1, 2, 3]) place.hear(heard(home), T0 + 2 * HOUR_MS)
    for (const home of [0, 1]) place.hear(silent(home, T0), T0 + 2.5 * HOUR_MS)
    expect(place.deadline).toBeNull()
    place.hear({ type: 'left', homeId: 'home-4' as HomeId }, T0 + 6 * HOUR_MS)
    place.hear({ type: 'left', homeId: 'home-5' as HomeId }, T0 + 6 * HOUR_MS)
    expect(place.deadline).toBe(T0 + 7 * HOUR_MS)
  })
})

it('whatever comes in whatever order: findings are raised once and cleared once, and the state is plain JSON', () => {
  const signal = fc.record({
    home: fc.nat(7),
    what: fc.constantFrom('quiet', 'use', 'silent', 'heard', 'left', 'deadline'),
    passMinutes: fc.nat(200),
    backMinutes: fc.nat(300),
  })
  const known = new Place(T0)
  live(known, homes.slice(0, 8), T0, T0 + days(20), 60)
  fc.assert(
    fc.property(fc.array(signal, { maxLength: 80 }), (signals) => {
      const place = new Place(T0)
      place.state = known.state
      let now = T0 + days(20) + 8 * HOUR_MS
      for (const { home, what, passMinutes, backMinutes } of signals) {
        now += passMinutes * MINUTE_MS
        const homeId = `home-${home}` as HomeId
        const from = now - backMinutes * MINUTE_MS
        if (what === 'quiet') place.hear({ type: 'water', homeId, from, to: now, uses: [] }, now)
        else if (what === 'use')
          place.hear({ type: 'water', homeId, from, to: now, uses: [{ from, to: now }] }, now)
        else if (what === 'silent') place.hear({ ...silent(home, from), homes: 8 } as NodeEvent, now)
        else if (what === 'heard') place.hear(heard(home), now)
        else if (what === 'left') place.hear({ type: 'left', homeId }, now)
        else place.hear({ type: 'deadline' }, now)
        expect(JSON.parse(JSON.stringify(place.state))).toEqual(place.state)
      }
      for (const kind of ['neighbourhood.quiet', 'neighbourhood.silent']) {
        const phases = place.findings.filter((one) => one.kind === kind).map((one) => one.phase)
        expect(phases).toEqual(phases.map((_, n) => (n % 2 === 0 ? 'raised' : 'cleared')))
        expect(place.state.open.filter((one) => one.kind === kind).length).toBe(phases.length % 2)
      }
    }),
  )
})
