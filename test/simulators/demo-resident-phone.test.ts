import { expect, test } from 'vitest'
import type { AlertId } from '../../contracts/ids.ts'
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../contracts/time.ts'
import { answerDelayMs, ResidentPhone } from '../../simulators/demo-resident-phone.ts'
import { makeDemoStory } from '../../simulators/demo-story.ts'

const T0 = Date.parse('2026-11-21T00:00:00Z')
const story = makeDemoStory(T0)
const falls = story.scenes.filter(({ what }) => what === 'fall')

test('nobody who has fallen ever answers', () => {
  expect(falls.length).toBeGreaterThan(50)
  for (const { home, fromMs, toMs } of falls)
    for (let at = fromMs; at < toMs; at += HOUR_MS)
      expect(answerDelayMs(story, story.homes[home]?.plan.homeId ?? never(), at)).toBeNull()
})

test('of the others nine in ten answer within the time they have', () => {
  const calm = T0 - 20 * DAY_MS
  const delays = story.homes.flatMap(({ plan }) =>
    Array.from({ length: 50 }, (_, n) => answerDelayMs(story, plan.homeId, calm + n * HOUR_MS)),
  )
  const answered = delays.filter((ms) => ms !== null)
  expect(answered.length / delays.length).toBeGreaterThan(0.87)
  expect(answered.length / delays.length).toBeLessThan(0.93)
  expect(Math.max(...answered)).toBeLessThan(30 * MINUTE_MS)
})

test('a question that is put before the story has begun waits for it', async () => {
  const phone = new ResidentPhone()
  const { homeId } = story.homes[0]?.plan ?? never()
  const at = T0 - 20 * DAY_MS
  expect(answerDelayMs(story, homeId, at)).not.toBeNull()
  const answered = Promise.withResolvers<unknown[]>()
  const service = {
    answer: (...said: unknown[]) => {
      answered.resolve(said)
      return Promise.resolve()
    },
  }
  const asked = phone.ask(homeId, 'alert-1' as AlertId, at)
  phone.connect({ service, story, factor: 3_600_000, onFault: never })
  await asked
  expect(await answered.promise).toEqual([homeId, 'alert-1', 'well'])
})

function never(): never {
  throw new Error('must not happen')
}
