import { z } from 'zod'
import { Actor } from './alert.ts'
import { SensitivityReason } from './home.ts'
import { CircumstanceId, HomeId, JurisdictionId } from './ids.ts'

/** Who wrote it down and who took it back, each with the time; a circumstance that was not ended holds until `to`. */
const kept = {
  createdAt: z.int(),
  createdBy: Actor,
  endedAt: z.int().nullable(),
  endedBy: Actor.nullable(),
}

/** Somebody said that nobody will be at home. It always has an end. */
export const AwayPeriod = z.strictObject({
  id: CircumstanceId,
  homeId: HomeId,
  from: z.int(),
  to: z.int(),
  ...kept,
})
export type AwayPeriod = z.infer<typeof AwayPeriod>

/** Heat over a district, an illness in a home: of one home, or of a place and everything below it. */
export const SensitivePeriod = z.strictObject({
  id: CircumstanceId,
  homeId: HomeId.nullable(),
  jurisdictionId: JurisdictionId.nullable(),
  from: z.int(),
  to: z.int(),
  /** The hours that a quiet may last are multiplied by it. */
  factor: z.number().min(0.25).max(3),
  reason: SensitivityReason,
  ...kept,
})
export type SensitivePeriod = z.infer<typeof SensitivePeriod>

export const Supply = z.enum(['water', 'electricity', 'network'])
export type Supply = z.infer<typeof Supply>

/** An announced cut of a place and everything below it: what it explains does not ring until it ends. */
export const PlannedCut = z.strictObject({
  id: CircumstanceId,
  jurisdictionId: JurisdictionId,
  supplies: z.array(Supply).min(1).max(3),
  from: z.int(),
  to: z.int(),
  ...kept,
})
export type PlannedCut = z.infer<typeof PlannedCut>

/** What a home has otherwise than the rules say for all; null: as for all. */
export const HomeSettings = z.strictObject({
  homeId: HomeId,
  budgetPer30Days: z.number().positive().max(30).nullable(),
  capHours: z.number().positive().max(72).nullable(),
  changedAt: z.int(),
  changedBy: Actor,
})
export type HomeSettings = z.infer<typeof HomeSettings>

/** A change of circumstances, as it stands in the journal. */
export const CircumstanceChange = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('away'), away: AwayPeriod }),
  z.strictObject({ type: z.literal('sensitivity'), sensitivity: SensitivePeriod }),
  z.strictObject({ type: z.literal('cut'), cut: PlannedCut }),
  z.strictObject({ type: z.literal('home_settings'), settings: HomeSettings }),
])
export type CircumstanceChange = z.infer<typeof CircumstanceChange>
