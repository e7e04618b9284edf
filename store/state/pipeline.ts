import type { Json } from '../../contracts/finding.ts'
import type { Outage } from '../../contracts/home.ts'
import type { HomeId, JurisdictionId } from '../../contracts/ids.ts'
import type { KeptLiveEvent, LiveEvent } from '../../contracts/live.ts'
import type { RuleSettings } from '../../contracts/settings.ts'
import type { EpochMs } from '../../contracts/time.ts'
import type { Page, PageRequest } from './lists.ts'

/** What rules and dispatch remember of a home between two events; `rules` is their own versioned form. */
export interface HomeMemory {
  homeId: HomeId
  rules: Json
  /** The next instant at which something in this home comes due; null: nothing. */
  dueAt: EpochMs | null
}

export interface HomeMemoryTable {
  get(id: HomeId): Promise<HomeMemory | null>
  put(memory: HomeMemory): Promise<void>
  /** Those due at or before `at`, earliest first, at most `limit`. */
  due(at: EpochMs, limit: number): Promise<{ homeId: HomeId; dueAt: EpochMs }[]>
  nextDueAt(): Promise<EpochMs | null>
}

/** What the correlator and dispatch remember of a place between two events, in the same way. */
export interface NodeMemory {
  nodeId: JurisdictionId
  rules: Json
  dueAt: EpochMs | null
}

export interface NodeMemoryTable {
  get(id: JurisdictionId): Promise<NodeMemory | null>
  put(memory: NodeMemory): Promise<void>
  /** Those due at or before `at`, earliest first, at most `limit`. */
  due(at: EpochMs, limit: number): Promise<{ nodeId: JurisdictionId; dueAt: EpochMs }[]>
  nextDueAt(): Promise<EpochMs | null>
}

export interface LiveEventTable {
  append(event: LiveEvent, at: EpochMs): Promise<KeptLiveEvent>
  /** Events after `id`, ascending. */
  after(id: number, limit: number): Promise<KeptLiveEvent[]>
  /** First and last id kept; both 0 when there never was one. */
  bounds(): Promise<{ first: number; last: number }>
  /** Keeps the last `keep` events. */
  trim(keep: number): Promise<void>
}

export interface SettingsTable {
  /** The newest document; null before the first change. */
  rules(): Promise<RuleSettings | null>
  putRules(settings: RuleSettings, at: EpochMs, by: string): Promise<void>
  rulesHistory(page: PageRequest): Promise<Page<{ settings: RuleSettings; at: EpochMs; by: string }>>
}

export interface OutageTable {
  since(at: EpochMs): Promise<Outage[]>
  put(outage: Outage): Promise<void>
}

/** Cursors that must move together with what they caused. */
export interface CursorTable {
  get(reader: string): Promise<number>
  set(reader: string, seq: number): Promise<void>
}

/** Single facts of the installation: mode, civil clock of the demo. */
export interface FactTable {
  get(name: string): Promise<string | null>
  put(name: string, value: string): Promise<void>
}
