import { z } from 'zod'
import { Actor } from './alert.ts'
import { CheckInAnswer, CheckInFailure } from './check-in.ts'
import { CircumstanceChange } from './circumstance.ts'
import { AlertCommand, RegistryChange } from './command.ts'
import { ChannelState, ClockState, DutyChange, PageAnswer, PageResult } from './duty-change.ts'
import { DeviceId, HomeId } from './ids.ts'
import { ProposalDecision } from './proposal.ts'
import { type Reading, ReadingSchema } from './reading.ts'
import { Report } from './report.ts'
import { RotaSettings } from './rota.ts'
import { RuleSettings } from './settings.ts'
import { VisitCommand } from './visit.ts'

/** What happened, in the order it was accepted. Everything that the service knows is derived from these. */
export type JournalBody =
  /** One accepted message, or the part of it that belongs to one device and home. */
  | { type: 'readings'; deviceId: DeviceId; homeId: HomeId | null; readings: Reading[] }
  | { type: 'command'; command: AlertCommand }
  | { type: 'act'; act: VisitCommand }
  | { type: 'report'; report: Report }
  | { type: 'rota'; settings: RotaSettings }
  | { type: 'proposal'; decision: ProposalDecision }
  | { type: 'registry'; change: RegistryChange }
  | { type: 'circumstance'; change: CircumstanceChange }
  | { type: 'settings'; settings: RuleSettings; by: Actor }
  /** What a resident answered to a check-in. */
  | CheckInAnswer
  /** The resident could not be asked; `reason` is a channel's own word and names nobody. */
  | CheckInFailure
  /** Who is on duty, and how alerts climb, has changed. */
  | { type: 'duty'; change: DutyChange; by: Actor }
  | PageResult
  | PageAnswer
  | ChannelState
  | ClockState
  /** The habits of this home were learned anew; what was learned is handed over beside the journal. */
  | { type: 'relearned'; homeId: HomeId }
  /** The service is alive, and time has reached the entry's `at`: what was due until then comes due. */
  | { type: 'tick' }
  /** The service came up; between `lastAliveAt` and the entry's `at` it was not there. Null on the very first start. */
  | { type: 'started'; lastAliveAt: number | null }

/** `at` is civil time at acceptance and never runs backwards along `seq`. */
export type JournalEntry = { seq: number; at: number } & JournalBody

export const JournalBodySchema: z.ZodType<JournalBody> = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('readings'),
    deviceId: DeviceId,
    homeId: HomeId.nullable(),
    readings: z.array(ReadingSchema),
  }),
  z.strictObject({ type: z.literal('command'), command: AlertCommand }),
  z.strictObject({ type: z.literal('act'), act: VisitCommand }),
  z.strictObject({ type: z.literal('report'), report: Report }),
  z.strictObject({ type: z.literal('rota'), settings: RotaSettings }),
  z.strictObject({ type: z.literal('proposal'), decision: ProposalDecision }),
  z.strictObject({ type: z.literal('registry'), change: RegistryChange }),
  z.strictObject({ type: z.literal('circumstance'), change: CircumstanceChange }),
  z.strictObject({ type: z.literal('settings'), settings: RuleSettings, by: Actor }),
  CheckInAnswer,
  CheckInFailure,
  z.strictObject({ type: z.literal('duty'), change: DutyChange, by: Actor }),
  PageResult,
  PageAnswer,
  ChannelState,
  ClockState,
  z.strictObject({ type: z.literal('relearned'), homeId: HomeId }),
  z.strictObject({ type: z.literal('tick') }),
  z.strictObject({ type: z.literal('started'), lastAliveAt: z.int().nullable() }),
])
