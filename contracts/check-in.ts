import { z } from 'zod'
import { AlertId, HomeId } from './ids.ts'
import type { EpochMs } from './time.ts'

/** What a resident answered: a sign of life, or a call for help. */
export const CheckInAnswer = z.strictObject({
  type: z.literal('check_in'),
  alertId: AlertId,
  homeId: HomeId,
  answer: z.enum(['well', 'help']),
})
export type CheckInAnswer = z.infer<typeof CheckInAnswer>

export const CheckInFailure = z.strictObject({
  type: z.literal('check_in_failed'),
  alertId: AlertId,
  homeId: HomeId,
  reason: z.string().max(200),
})
export type CheckInFailure = z.infer<typeof CheckInFailure>

/** How a resident is asked whether all is well: a call, a message, an app. The channel knows the number, nobody else. */
export interface CheckInChannel {
  /**
   * Settles when the question is on its way; rejects when it cannot be. Asked twice for one alert, it asks once.
   * The answer comes back through the journal, whenever it comes. Once `signal` says so nobody waits for it any more:
   * what has not left by then does not leave, because the next try brings it again.
   */
  ask(homeId: HomeId, alertId: AlertId, at: EpochMs, signal: AbortSignal): Promise<void>
}

/** Where gateways bring back what a resident pressed. */
export interface CheckInDoor {
  /** Settles when it has taken effect; refused when the token is none of ours, or too old. */
  answer(token: string, answer: CheckInAnswer['answer']): Promise<void>
}
