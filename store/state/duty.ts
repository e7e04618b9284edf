import type { Page as DutyPage, EscalationPolicy, Person, PersonKind, Roster } from '../../contracts/duty.ts'
import type { Json } from '../../contracts/finding.ts'
import type {
  AccountId,
  AlertId,
  ChannelId,
  HomeId,
  JurisdictionId,
  PersonId,
  PolicyId,
} from '../../contracts/ids.ts'
import type { EpochMs } from '../../contracts/time.ts'
import type { Page, PageRequest, Scope } from './lists.ts'

/** Those who answer alerts: the one place that knows their names, numbers and addresses. */
export interface PersonTable {
  get(id: PersonId): Promise<Person | null>
  /** Those of `ids` that exist, in no order. */
  of(ids: readonly PersonId[]): Promise<Person[]>
  byAccount(id: AccountId): Promise<Person | null>
  /** Those enabled who hold the key of a home, by id. */
  holdingKeyOf(id: HomeId, limit: number): Promise<Person[]>
  /** `search` looks into name and phone. Ascending by id. `enabled` null: both. */
  list(
    filter: { scope: Scope; kind: PersonKind | null; search: string | null; enabled: boolean | null },
    page: PageRequest,
  ): Promise<Page<Person>>
  /** How many have an address in a channel. */
  countIn(channelId: ChannelId): Promise<number>
  /** Of everybody, what the service itself needs; whoever's account is shut is not enabled. */
  onFile(): Promise<Pick<Person, 'id' | 'accountId' | 'enabled'>[]>
  put(person: Person): Promise<void>
}

/** Versions are never changed. */
export interface RosterTable {
  get(id: JurisdictionId, version: number): Promise<Roster | null>
  newest(id: JurisdictionId): Promise<Roster | null>
  /** All versions of all nodes whose last day is `day` or later, and the newest of each node whenever it ended. */
  newestAndEndingFrom(day: string): Promise<Roster[]>
  put(roster: Roster): Promise<void>
}

/** Versions are never changed. */
export interface PolicyTable {
  get(id: PolicyId, version: number): Promise<EscalationPolicy | null>
  /** All versions, ascending. */
  all(): Promise<EscalationPolicy[]>
  put(policy: EscalationPolicy): Promise<void>
}

export interface DutyPageTable {
  get(key: string): Promise<DutyPage | null>
  /** False, and nothing changes, when there is one under that key: nobody is told twice. */
  add(page: DutyPage): Promise<boolean>
  update(page: DutyPage): Promise<void>
  /** In the order in which they were made. There are more for as long as nobody takes the alert. */
  ofAlert(id: AlertId): Promise<DutyPage[]>
  /** Of everybody who was told of an alert the newest page, and how many there were; who was told first comes first. */
  toldOf(id: AlertId): Promise<{ page: DutyPage; times: number }[]>
  /** What each recipient was told since then, tests and drills left out. */
  since(at: EpochMs): Promise<{ recipient: string; createdAt: EpochMs }[]>
  /** Newest first. */
  list(
    filter: { scope: Scope; recipient: string | null; alertId: AlertId | null },
    page: PageRequest,
  ): Promise<Page<DutyPage>>
  /** Those made before `at` go, except an alert's. */
  trimTests(at: EpochMs): Promise<void>
}

/** What is remembered of the duty of a node: who answered this shift's test, and since when nobody is there. */
export interface DutyWatchRow {
  nodeId: JurisdictionId
  dueAt: EpochMs | null
  body: Json
}

export interface DutyWatchTable {
  all(): Promise<DutyWatchRow[]>
  put(row: DutyWatchRow): Promise<void>
  nextDueAt(): Promise<EpochMs | null>
}
