import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { HomeId, PersonId } from '../../contracts/ids.ts'
import type { RotaHelper, RotaHome } from '../../contracts/rota.ts'
import { DAY_MS, HOUR_MS } from '../../contracts/time.ts'
import { planRota } from '../../dispatch/rota.ts'

const START = Date.parse('2026-03-01T01:00:00Z')

interface Town {
  homes: number
  helpers: number
  seeWithinDays: number
  days: number
  /** Which of them have a friendly visitor of their own; by index. */
  paired: number[]
  /** One number a day, from which weak signs are drawn. */
  signs: number[]
}

const towns: fc.Arbitrary<Town> = fc.record({
  homes: fc.integer({ min: 1, max: 40 }),
  helpers: fc.integer({ min: 1, max: 12 }),
  seeWithinDays: fc.integer({ min: 4, max: 21 }),
  days: fc.integer({ min: 30, max: 60 }),
  paired: fc.array(fc.nat(39), { maxLength: 6 }),
  signs: fc.array(fc.nat(200), { minLength: 60, maxLength: 60 }),
})

/** Days through which everybody goes where they are asked to, within the day. */
function live(town: Town, { withPairs, withSigns }: { withPairs: boolean; withSigns: boolean }) {
  const homes = new Map<string, RotaHome>()
  for (let n = 0; n < town.homes; n++)
    homes.set(`home-${n}`, {
      homeId: HomeId.parse(`home-${n}`),
      lastSeenAt: null,
      lastContact: null,
      unseenSince: START,
      weakSign: false,
      isPlanned: false,
    })
  const helpers = new Map<string, RotaHelper>()
  for (let n = 0; n < town.helpers; n++)
    helpers.set(`helper-${n}`, {
      personId: PersonId.parse(`helper-${n}`),
      pairedWith: withPairs
        ? town.paired.filter((_, i) => i % town.helpers === n).map((home) => HomeId.parse(`home-${home}`))
        : [],
      waitingSince: START,
      timesAsked: 0,
      hasTask: false,
    })
  const asked = new Map([...helpers.keys()].map((id) => [id, 0]))
  const longestUnseenMs = { value: 0 }
  const perDay: { homeId: string; first: string }[][] = []
  for (let day = 1; day <= town.days; day++) {
    const now = START + day * DAY_MS
    const sign = town.signs[day % 60] ?? 200
    for (const [id, home] of homes) homes.set(id, { ...home, weakSign: withSigns && id === `home-${sign}` })
    const plan = planRota([...homes.values()], [...helpers.values()], { ...town, mostPerDay: 500 }, now)
    perDay.push(plan.map(({ homeId, candidates }) => ({ homeId, first: candidates[0] ?? '' })))
    for (const { homeId, kind, candidates } of plan) {
      const [first = ''] = candidates
      const home = homes.get(homeId)
      const helper = helpers.get(first)
      if (!home || !helper) throw new Error('a plan names whom it was given')
      const at = now + HOUR_MS
      longestUnseenMs.value = Math.max(longestUnseenMs.value, at - home.unseenSince)
      const lastContact = kind === 'call' ? 'phone' : 'seen'
      homes.set(homeId, { ...home, lastSeenAt: at, unseenSince: at, lastContact })
      helpers.set(first, { ...helper, waitingSince: now, timesAsked: helper.timesAsked + 1 })
      asked.set(first, (asked.get(first) ?? 0) + 1)
    }
    for (const home of homes.values())
      longestUnseenMs.value = Math.max(longestUnseenMs.value, now - home.unseenSince)
  }
  return { asked, perDay, longestUnseenMs: longestUnseenMs.value, helpers, homes }
}

describe('whatever the town', () => {
  it('nobody is asked first more often than anybody else by more than one', () => {
    fc.assert(
      fc.property(towns, (town) => {
        const { asked } = live(town, { withPairs: false, withSigns: true })
        const counts = [...asked.values()]
        expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1)
      }),
    )
  })

  it('everybody is seen or spoken to in time, where there are enough to go', () => {
    fc.assert(
      fc.property(towns, (town) => {
        fc.pre(town.helpers >= Math.ceil(town.homes / (town.seeWithinDays - 1)))
        const { longestUnseenMs } = live(town, { withPairs: true, withSigns: false })
        expect(longestUnseenMs).toBeLessThanOrEqual(town.seeWithinDays * DAY_MS)
      }),
    )
  })

  it('nobody is sent to two homes of a day or asked twice for one, and a friendly visitor keeps their own', () => {
    fc.assert(
      fc.property(towns, (town) => {
        const { perDay, helpers } = live(town, { withPairs: true, withSigns: true })
        const pairsOf = (home: string) =>
          [...helpers.values()].filter(({ pairedWith }) => pairedWith.some((id) => id === home))
        for (const day of perDay) {
          const first = day.map((one) => one.first)
          expect(new Set(first).size).toBe(first.length)
          expect(new Set(day.map(({ homeId }) => homeId)).size).toBe(day.length)
          for (const { homeId, first: asked } of day) {
            const own = pairsOf(homeId).map(({ personId }): string => personId)
            // Their own visitor goes, unless that one is with another of their own today.
            const others = day.filter((one) => one.homeId !== homeId).map((one) => one.first)
            if (own.length > 0 && !own.includes(asked))
              expect(own.every((id) => others.includes(id))).toBe(true)
          }
        }
      }),
    )
  })
})
