import { z } from 'zod'
import type { Alert } from './alert.ts'
import { type EscalationPolicy, Recipient, type Roster, type RosterFault, Stretch, Target } from './duty.ts'
import { type JurisdictionId, PersonId } from './ids.ts'
import type { EpochMs } from './time.ts'

/** What a district writes: the version that it follows is named, 0 for the first. */
export type RosterDraft = Omit<Roster, 'publishedAt'>

/** Who is on duty for a node: now, and through a time. */
export const DutyCalendar = z.strictObject({
  now: Stretch.nullable(),
  stretches: z.array(Stretch),
  /** Where nobody is. */
  gaps: z.array(z.strictObject({ from: z.int(), to: z.int() })),
  /** The test pages of this shift. */
  tests: z.array(
    z.strictObject({
      personId: PersonId,
      key: z.string(),
      dueAt: z.int(),
      state: z.enum(['waiting', 'reached', 'missed']),
    }),
  ),
  /** How often each of those on duty now was paged. */
  load: z.array(
    z.strictObject({
      personId: PersonId,
      thisShift: z.int(),
      lastDay: z.int(),
    }),
  ),
})
export type DutyCalendar = z.infer<typeof DutyCalendar>

/** What the ladder of an alert does next. */
export const NextStep = z.strictObject({
  dueAt: z.int(),
  /** The last step again. */
  isRepeat: z.boolean(),
  tell: z.array(Target),
  /** Whom it would tell as things stand; who is on duty may have changed by then. */
  told: z.array(Recipient),
})
export type NextStep = z.infer<typeof NextStep>

/** What `api/` asks about duty; `app/` answers it from memory. */
export interface DutyDesk {
  /** Without a roster anywhere nobody is told: the console alone rings. */
  isSetUp(): boolean
  /** In force for a place: its own, the nearest above it, or the default. */
  policyFor(id: JurisdictionId): Promise<EscalationPolicy>
  /** All that speaks against publishing it. */
  faultsOf(draft: RosterDraft): Promise<RosterFault[]>
  /** Null where nothing comes due: somebody has it, it waits, or it is over. */
  nextStep(alert: Alert): Promise<NextStep | null>
  calendar(id: JurisdictionId, from: EpochMs, to: EpochMs, now: EpochMs): DutyCalendar
}
