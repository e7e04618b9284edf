import { z } from 'zod'
import { Actor } from './alert.ts'
import { EscalationPolicy, Person, Roster } from './duty.ts'
import { ChannelId, JurisdictionId } from './ids.ts'

/**
 * What the journal may know of somebody on duty: nothing by which they could be named or rung up. Not `enabled`: they do
 * not serve, or the account with which they sign in is shut.
 */
export const PersonOnFile = Person.omit({ name: true, phone: true, addresses: true, place: true })
export type PersonOnFile = z.infer<typeof PersonOnFile>

export const DutyChange = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('person'), person: PersonOnFile }),
  z.strictObject({ type: z.literal('roster'), roster: Roster }),
  z.strictObject({ type: z.literal('policy'), policy: EscalationPolicy }),
])
export type DutyChange = z.infer<typeof DutyChange>

const key = z.string().min(1).max(200)

/** What became of a page; `failed`: for good, through every address there was. */
export const PageResult = z.strictObject({
  type: z.literal('page_result'),
  key,
  channelId: ChannelId.nullable(),
  outcome: z.enum(['sent', 'failed']),
  reason: z.string().max(200).nullable(),
  at: z.int(),
})
export type PageResult = z.infer<typeof PageResult>

/** Whoever was paged says so: in the console, or through the channel itself. */
export const PageAnswer = z.strictObject({ type: z.literal('page_answered'), key, by: Actor })
export type PageAnswer = z.infer<typeof PageAnswer>

/** A way out of the service has broken, or works again. */
export const ChannelState = z.strictObject({
  type: z.literal('channel_state'),
  channelId: ChannelId,
  jurisdictionId: JurisdictionId,
  failing: z.boolean(),
  reason: z.string().max(200).nullable(),
})
export type ChannelState = z.infer<typeof ChannelState>

/** The clock of the machine was put back: civil time lies so far ahead of it, in ms; 0: they agree again. */
export const ClockState = z.strictObject({ type: z.literal('clock_state'), aheadMs: z.int() })
export type ClockState = z.infer<typeof ClockState>
