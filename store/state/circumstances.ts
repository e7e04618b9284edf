import type { AwayPeriod, HomeSettings, PlannedCut, SensitivePeriod } from '../../contracts/circumstance.ts'
import type { CircumstanceId, HomeId, JurisdictionId } from '../../contracts/ids.ts'
import type { EpochMs } from '../../contracts/time.ts'

/** What is known of homes and places for a time, and what a home has otherwise than all. */
export interface CircumstanceTable {
  away(id: CircumstanceId): Promise<AwayPeriod | null>
  /** Latest first, the last 200. */
  awayOf(homeId: HomeId): Promise<AwayPeriod[]>
  /** Of all homes, those that end after `at`. */
  awaySince(at: EpochMs): Promise<AwayPeriod[]>
  putAway(away: AwayPeriod): Promise<void>
  sensitivity(id: CircumstanceId): Promise<SensitivePeriod | null>
  /** Those of the home itself, latest first, the last 200. */
  sensitivityOf(homeId: HomeId): Promise<SensitivePeriod[]>
  /** Those of these very places, latest first, the last 200. */
  sensitivityAt(ids: readonly JurisdictionId[]): Promise<SensitivePeriod[]>
  sensitivitySince(at: EpochMs): Promise<SensitivePeriod[]>
  putSensitivity(sensitivity: SensitivePeriod): Promise<void>
  cut(id: CircumstanceId): Promise<PlannedCut | null>
  /** Those of these very places, latest first, the last 200. */
  cutsAt(ids: readonly JurisdictionId[]): Promise<PlannedCut[]>
  cutsSince(at: EpochMs): Promise<PlannedCut[]>
  putCut(cut: PlannedCut): Promise<void>
  settingsOf(homeId: HomeId): Promise<HomeSettings | null>
  /** As they were one after another, the first first; the last is what holds. */
  settingsHistory(homeId: HomeId): Promise<HomeSettings[]>
  allSettings(): Promise<HomeSettings[]>
  putSettings(settings: HomeSettings): Promise<void>
}
