import type { HomeId, JurisdictionId, PersonId } from '../../contracts/ids.ts'
import type { RotaSettings } from '../../contracts/rota.ts'
import type { EpochMs } from '../../contracts/time.ts'

/** How places plan friendly visits, and what the plan looks at. */
export interface RotaTable {
  get(id: JurisdictionId): Promise<RotaSettings | null>
  /** `dueAt`: when the place next plans its day; null: not at all. */
  put(settings: RotaSettings, dueAt: EpochMs | null): Promise<void>
  /** The first that is due at or before `at`. */
  due(at: EpochMs): Promise<{ nodeId: JurisdictionId; dueAt: EpochMs } | null>
  nextDueAt(): Promise<EpochMs | null>
  /** When each home that stands in these places was last seen or spoken to, by a visit or a case; drills left out. */
  contacts(
    scope: readonly JurisdictionId[],
  ): Promise<{ homeId: HomeId; at: EpochMs; contact: 'seen' | 'phone' }[]>
  /** To how many visits each person was asked, and when the newest of them was made; drills left out. */
  asked(): Promise<{ personId: PersonId; at: EpochMs; times: number }[]>
}
