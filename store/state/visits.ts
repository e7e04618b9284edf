import type { AlertId, HomeId, PersonId, PhotoId, VisitId } from '../../contracts/ids.ts'
import type { EpochMs } from '../../contracts/time.ts'
import type { ActReceipt, Photo, Visit, VisitState } from '../../contracts/visit.ts'
import type { Page, PageRequest, Scope } from './lists.ts'

export interface VisitTable {
  get(id: VisitId): Promise<Visit | null>
  /** Those of a home that are under way. */
  openOf(homeId: HomeId): Promise<Visit[]>
  /** All, the first first. */
  ofAlert(id: AlertId): Promise<Visit[]>
  /** Newest first: those that were offered to somebody. */
  ofPerson(id: PersonId, page: PageRequest): Promise<Page<Visit>>
  /** Newest first. */
  list(
    filter: { scope: Scope; states: readonly VisitState[] | null },
    page: PageRequest,
  ): Promise<Page<Visit>>
  /** Who accepted how many visits made since `at`, and who is in one now; drills left out, and routine ones until somebody sets out. */
  loads(at: EpochMs): Promise<{ personId: PersonId; visits: number; isBusy: boolean }[]>
  put(visit: Visit): Promise<void>
}

/** What was done on visits, by the id that the phone gave it. */
export interface ActTable {
  get(actId: string): Promise<ActReceipt | null>
  put(receipt: ActReceipt): Promise<void>
}

/** Goes with the resident when they are erased. */
export interface PhotoTable {
  get(id: PhotoId): Promise<Photo | null>
  /** The id under which it is kept: of the same picture, where the visit has it already. Null: the visit has `most`. */
  add(photo: Photo, most: number): Promise<PhotoId | null>
  /** Of a visit those go that are not among `named`. */
  keepOnly(visit: Pick<Photo, 'homeId' | 'visitId'>, named: readonly PhotoId[]): Promise<void>
}
