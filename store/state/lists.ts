import type { JurisdictionId } from '../../contracts/ids.ts'

/** A page of a list: `next` is an opaque mark to ask for what follows, null at the end. */
export interface Page<T> {
  items: T[]
  next: string | null
}

export interface PageRequest {
  limit: number
  after: string | null
}

/** Ids of the jurisdictions that a caller may see, subtrees already unfolded; null: all of them. */
export type Scope = readonly JurisdictionId[] | null
