import { z } from 'zod'
import type { CheckInChannel } from '../../contracts/check-in.ts'
import { AlertId, HomeId } from '../../contracts/ids.ts'
import { type Clock, SECOND_MS } from '../../contracts/time.ts'
import type { StateStore } from '../../store/state.ts'
import type { Pipeline } from '../pipeline/pipeline.ts'
import type { OutboxChannel } from './outbox.ts'

const Question = z.strictObject({ alertId: AlertId, homeId: HomeId, at: z.int() })

/** A resident who cannot be asked must not wait for long for somebody to come. */
const ATTEMPTS = 3
const ASK_MOST_MS = 20 * SECOND_MS
/** What stands in the journal of why: a channel's message may hold more than that needs. */
const REASON_CHARACTERS = 200

/** Asks residents from the outbox; a channel that fails for good is journaled, so that the alert opens at once. */
export const checkInOutbox = (
  channel: CheckInChannel,
  { state, pipeline, civil }: { state: StateStore; pipeline: Pipeline; civil: Clock },
): OutboxChannel => ({
  attempts: ATTEMPTS,
  mostMs: ASK_MOST_MS,
  async deliver({ payload }, signal) {
    const { alertId, homeId, at } = Question.parse(payload)
    // Meanwhile they may have used water, or somebody has taken it on: then nobody is to be called.
    if ((await state.alerts.get(alertId))?.state !== 'suspected') return 'dropped'
    await channel.ask(homeId, alertId, at, signal)
    return 'sent'
  },
  async givenUp({ payload }, reason) {
    const { alertId, homeId } = Question.parse(payload)
    const failure = {
      type: 'check_in_failed',
      alertId,
      homeId,
      reason: reason.slice(0, REASON_CHARACTERS),
    } as const
    await pipeline.execute(failure, civil.now())
  },
})
