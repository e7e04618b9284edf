import { expect, it } from 'vitest'
import { fuzzBroker } from './broker.ts'
import { conversation } from './conversation.ts'

const SECONDS = 20
const SEED = 20_261_121
/** What an innocent may notice on a machine that does many other things too: 2.2 s was seen at low priority. */
const WORST_MS = 10_000

it('lets no malformed, mutated or cut-up stream harm the broker or those who do nothing wrong', {
  timeout: 180_000,
}, async () => {
  const { connections, innocents, failures } = await fuzzBroker({ seconds: SECONDS, seed: SEED })
  expect(failures).toEqual([])
  expect(connections).toBeGreaterThan(500)
  expect(innocents.acknowledged).toBeGreaterThan(50)
  expect(innocents.worstPubackMs).toBeLessThan(WORST_MS)
})

it('says the same again for the same seed', () => {
  expect(conversation(SEED, 7)).toEqual(conversation(SEED, 7))
  expect(conversation(SEED, 7)).not.toEqual(conversation(SEED + 1, 7))
})
