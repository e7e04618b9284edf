import { expect, it } from 'vitest'
import { StoryService } from '../support/service.ts'

it('a service whose disk is full stops when it is told to, and nobody who waits is kept', async () => {
  const story = await StoryService.start('2026-03-01T19:00:00Z')
  const { state } = story.service
  const { transaction } = state
  state.transaction = () => Promise.reject(new Error('disk full'))
  const rules = await story.call<object>('GET', '/rules')
  const asked = story.call('PUT', '/rules', { ...rules, quietHoursAfterResolve: 6 })
  const refused = expect(asked).rejects.toThrow(/503.*not_ready/)
  const head = story.service.journal.head()
  while (story.service.journal.head() === head) await new Promise((next) => setImmediate(next))
  await story.shutdown()
  await refused
  state.transaction = transaction
  await story.boot()
  await story.service.pipeline.caughtUp()
  expect(await story.call('GET', '/rules')).toMatchObject({ quietHoursAfterResolve: 6 })
})
