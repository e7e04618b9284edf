import type { SourceId } from '../../contracts/ids.ts'
import type { Source } from '../../contracts/source.ts'

/** Services of others that readings come through. */
export interface SourceTable {
  all(): Promise<Source[]>
  get(id: SourceId): Promise<Source | null>
  put(source: Source): Promise<void>
  delete(id: SourceId): Promise<void>
}
