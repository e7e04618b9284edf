import type { MappingSubject, SourceMapping } from '../../contracts/mapping.ts'

/** What registrations say of the names, units and times of their sources. */
export interface MappingTable {
  all(): Promise<{ subject: MappingSubject; mapping: SourceMapping }[]>
  get(subject: MappingSubject): Promise<SourceMapping | null>
  /** Null takes it away. */
  put(subject: MappingSubject, mapping: SourceMapping | null): Promise<void>
}
