import type { HomeId, JurisdictionId, ResidentId } from '../../contracts/ids.ts'
import type { Home, Jurisdiction, Resident } from '../../contracts/registry.ts'
import type { Page, PageRequest, Scope } from './lists.ts'

export interface JurisdictionTable {
  all(): Promise<Jurisdiction[]>
  get(id: JurisdictionId): Promise<Jurisdiction | null>
  put(jurisdiction: Jurisdiction): Promise<void>
}

export interface HomeTable {
  get(id: HomeId): Promise<Home | null>
  /** Those of `ids` that exist, in no order. */
  of(ids: readonly HomeId[]): Promise<Home[]>
  /** Ascending by id. `archived` false leaves the archived out. */
  list(filter: { scope: Scope; archived: boolean }, page: PageRequest): Promise<Page<Home>>
  put(home: Home): Promise<void>
}

/** The one place that knows who is who. */
export interface ResidentTable {
  get(id: ResidentId): Promise<Resident | null>
  ofHomes(homeIds: readonly HomeId[]): Promise<Resident[]>
  /** `search` looks into name, door, address and phone. Ascending by id. */
  list(filter: { scope: Scope; search: string | null }, page: PageRequest): Promise<Page<Resident>>
  put(resident: Resident): Promise<void>
  /**
   * Takes the resident away for good, and with them what was written, pictured, agreed, known, found and proposed about
   * their home: nobody can tell whom one was about. Cases, timelines and visits stay, without where a phone was.
   */
  erase(id: ResidentId): Promise<void>
}
