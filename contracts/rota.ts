import { z } from 'zod'
import { Actor } from './alert.ts'
import { HomeId, JurisdictionId, PersonId } from './ids.ts'
import { TimeZone } from './registry.ts'

/** How a place plans friendly visits and calls that no alert asks for. */
export const RotaSettings = z.strictObject({
  jurisdictionId: JurisdictionId,
  enabled: z.boolean(),
  zone: TimeZone,
  /** When the day is planned, by the wall clock of `zone`. */
  minuteOfDay: z.int().min(0).max(1_439),
  /** Everybody is to be seen or spoken to within so many days. */
  seeWithinDays: z.int().min(2).max(90),
  mostPerDay: z.int().min(1).max(500),
  changedAt: z.int(),
  changedBy: Actor,
})
export type RotaSettings = z.infer<typeof RotaSettings>

/** A home in the rota: when somebody last saw or spoke to whoever lives there, and whether a weak sign speaks for going. */
export const RotaHome = z.strictObject({
  homeId: HomeId,
  /** Null: never. */
  lastSeenAt: z.int().nullable(),
  lastContact: z.enum(['seen', 'phone']).nullable(),
  /** From when on nobody has been there: the last contact, or when the home was enrolled. */
  unseenSince: z.int(),
  weakSign: z.boolean(),
  /** Somebody is asked or on the way already. */
  isPlanned: z.boolean(),
})
export type RotaHome = z.infer<typeof RotaHome>

/** Somebody who may be asked, and since when they have waited to be. */
export const RotaHelper = z.strictObject({
  personId: PersonId,
  pairedWith: z.array(HomeId),
  waitingSince: z.int(),
  timesAsked: z.int(),
  /** Is asked, or has something to do, already. */
  hasTask: z.boolean(),
})
export type RotaHelper = z.infer<typeof RotaHelper>

export const Rota = z.strictObject({
  settings: RotaSettings.nullable(),
  /** When the next day is planned; null: not at all. */
  nextAt: z.int().nullable(),
  /** Those whose turn comes first, first. */
  homes: z.array(RotaHome),
  /** Those who have waited longest, first. */
  helpers: z.array(RotaHelper),
})
export type Rota = z.infer<typeof Rota>
