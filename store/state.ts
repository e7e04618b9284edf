import type { AccessEntry } from '../contracts/access.ts'
import type { Alert, AlertState, TimelineEntry } from '../contracts/alert.ts'
import type { ChannelConfig, ChannelHealth } from '../contracts/channel.ts'
import type { AwayPeriod, HomeSettings, PlannedCut, SensitivePeriod } from '../contracts/circumstance.ts'
import type { Consent } from '../contracts/consent.ts'
import type { DeviceAct } from '../contracts/device-act.ts'
import type { DeviceAddress, DeviceCommand } from '../contracts/device-command.ts'
import type { Page as DutyPage, EscalationPolicy, Person, PersonKind, Roster } from '../contracts/duty.ts'
import type { Finding, FindingKind, Json } from '../contracts/finding.ts'
import type { Outage } from '../contracts/home.ts'
import type {
  AccountId,
  AlertId,
  ChannelId,
  CircumstanceId,
  ConsentId,
  DeviceId,
  GatewayId,
  HomeId,
  InstallationId,
  JurisdictionId,
  PersonId,
  PhotoId,
  PolicyId,
  ProposalId,
  ResidentId,
  SourceId,
  TokenId,
  VisitId,
} from '../contracts/ids.ts'
import type { Installation } from '../contracts/installation.ts'
import type { KeptLiveEvent, LiveEvent } from '../contracts/live.ts'
import type { MappingSubject, SourceMapping } from '../contracts/mapping.ts'
import type { MissedAlarmReview } from '../contracts/missed-alarm.ts'
import type { Proposal, ProposalReplay } from '../contracts/proposal.ts'
import type { NewQuarantineItem, QuarantineItem } from '../contracts/quarantine.ts'
import type { DeviceKind } from '../contracts/reading.ts'
import type {
  Account,
  ApiToken,
  Assignment,
  Device,
  Gateway,
  Home,
  Jurisdiction,
  Resident,
} from '../contracts/registry.ts'
import type { RotaSettings } from '../contracts/rota.ts'
import type { RuleSettings } from '../contracts/settings.ts'
import type { Severity } from '../contracts/severity.ts'
import type { Source } from '../contracts/source.ts'
import type { EpochMs } from '../contracts/time.ts'
import type { ActReceipt, Photo, Visit, VisitState } from '../contracts/visit.ts'

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
  /** Takes the resident away for good, and with them all notes and photos of their home: nobody can tell whom one was about. */
  erase(id: ResidentId): Promise<void>
}

export interface DeviceTable {
  get(id: DeviceId): Promise<Device | null>
  /** Those of `ids` that exist, in no order. */
  of(ids: readonly DeviceId[]): Promise<Device[]>
  /** The device registered under `sourceId` behind that gateway. */
  behind(gatewayId: GatewayId, sourceId: string): Promise<Device | null>
  /**
   * Ascending by id. `scope` takes devices that stand in one of its homes or hang behind one of its gateways; those
   * that do neither only where scope is null.
   */
  list(
    filter: { scope: Scope; homeId: HomeId | null; kind: DeviceKind | null; gatewayId: GatewayId | null },
    page: PageRequest,
  ): Promise<Page<Device>>
  all(): Promise<Device[]>
  put(device: Device): Promise<void>
  assignments(deviceId: DeviceId): Promise<Assignment[]>
  assignmentsOfHome(homeId: HomeId): Promise<Assignment[]>
  /** The open assignments of these homes: what stands there now. */
  standingIn(homeIds: readonly HomeId[]): Promise<Assignment[]>
  /** The open assignments of these devices: where they stand now. */
  placesOf(deviceIds: readonly DeviceId[]): Promise<Assignment[]>
  allAssignments(): Promise<Assignment[]>
  /** Ends the open assignment at `at` and, when `homeId` is not null, opens a new one from then. */
  assign(deviceId: DeviceId, homeId: HomeId | null, at: EpochMs): Promise<void>
}

export interface GatewayTable {
  get(id: GatewayId): Promise<Gateway | null>
  list(filter: { scope: Scope }, page: PageRequest): Promise<Page<Gateway>>
  all(): Promise<Gateway[]>
  put(gateway: Gateway): Promise<void>
}

/** SHA-256 of the secrets of devices and gateways, by `device:{id}` or `gateway:{id}`. */
export interface CredentialTable {
  get(principal: string): Promise<Uint8Array | null>
  all(): Promise<{ principal: string; hash: Uint8Array }[]>
  put(principal: string, hash: Uint8Array): Promise<void>
}

/** Services of others that readings come through. */
export interface SourceTable {
  all(): Promise<Source[]>
  get(id: SourceId): Promise<Source | null>
  put(source: Source): Promise<void>
  delete(id: SourceId): Promise<void>
}

/** What registrations say of the names, units and times of their sources. */
export interface MappingTable {
  all(): Promise<{ subject: MappingSubject; mapping: SourceMapping }[]>
  get(subject: MappingSubject): Promise<SourceMapping | null>
  /** Null takes it away. */
  put(subject: MappingSubject, mapping: SourceMapping | null): Promise<void>
}

/** What was done to devices: swaps, resets, moves, retirements. */
export interface DeviceActTable {
  /** The first first. */
  of(deviceId: DeviceId): Promise<DeviceAct[]>
  /** Those of devices while they stood in the home, the first first. */
  ofHome(homeId: HomeId): Promise<DeviceAct[]>
  put(act: DeviceAct): Promise<void>
}

/** Who agreed that what stands in a home, and who took it back. */
export interface ConsentTable {
  get(id: ConsentId): Promise<Consent | null>
  /** The newest first, withdrawn ones as well. */
  ofHome(homeId: HomeId): Promise<Consent[]>
  put(consent: Consent): Promise<void>
}

/** Devices put up in homes, as their acceptance sheets say it. */
export interface InstallationTable {
  get(id: InstallationId): Promise<Installation | null>
  /** The newest first. */
  ofHome(homeId: HomeId): Promise<Installation[]>
  put(installation: Installation): Promise<void>
}

/** Under which number a list that was brought in knows a home, so that the same list finds it again. */
export interface HomeKeyTable {
  all(): Promise<{ key: string; homeId: HomeId }[]>
  put(key: string, homeId: HomeId): Promise<void>
}

/** Secrets that must be read again to be used, as `app/sealed-secrets.ts` has sealed them, each under its name. */
export interface SealedSecretTable {
  get(name: string): Promise<Uint8Array | null>
  put(name: string, sealed: Uint8Array): Promise<void>
  delete(name: string): Promise<void>
}

/** What devices were asked to do. */
export interface DeviceCommandTable {
  put(command: DeviceCommand): Promise<void>
  /** Those that are requested or sent, the first first. */
  open(): Promise<DeviceCommand[]>
  /** The last first. */
  ofDevice(id: DeviceId, limit: number): Promise<DeviceCommand[]>
}

/** Where devices behind a gateway listen. */
export interface DeviceAddressTable {
  all(): Promise<DeviceAddress[]>
  put(address: DeviceAddress): Promise<void>
}

/** Ways out to people: what they are, without secrets, and how each does. */
export interface ChannelTable {
  get(id: ChannelId): Promise<KeptChannel | null>
  /** Ascending by id. */
  all(): Promise<KeptChannel[]>
  put(config: ChannelConfig): Promise<void>
  /** Of a channel that is there; of another nothing is kept. */
  putHealth(id: ChannelId, health: ChannelHealth): Promise<void>
  delete(id: ChannelId): Promise<void>
}
/** `secretsSet` is kept with it, so that a list need not open any. */
export interface KeptChannel {
  config: ChannelConfig
  /** Null until something was sent. */
  health: ChannelHealth | null
}

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

/** How each device is doing, for lists and pages; kept by the pipeline. */
export interface DeviceHealth {
  deviceId: DeviceId
  lastReceivedAt: EpochMs
  lastMeasuredAt: EpochMs
  batteryPct: number | null
  batteryLow: boolean | null
  signalDbm: number | null
  /** Last known value of every metric. */
  values: Record<string, number | boolean>
  /** Learned seconds between messages. */
  cadenceS: number | null
  /** What that is learned from, as in the rules; left out by an earlier release. */
  gaps?: { count: number; medianS: number; highS: number } | null
  /** Messages on each of its last days (days since 1970 in UTC), the oldest first; left out by an earlier release. */
  perDay?: [day: number, messages: number][]
  /** Of its last message: its own time was right, ran ahead or was beyond belief, or it said none. */
  clock?: 'right' | 'wrong' | 'missing'
}
export interface DeviceHealthTable {
  of(deviceIds: readonly DeviceId[]): Promise<DeviceHealth[]>
  put(health: DeviceHealth): Promise<void>
}

export interface AlertFilter {
  scope: Scope
  states: readonly AlertState[] | null
  severities: readonly Severity[] | null
  kinds: readonly FindingKind[] | null
  homeId: HomeId | null
  /** Bounds on openedAt. */
  from: EpochMs | null
  to: EpochMs | null
  /** Drills alone, or what is real alone; left out: both. */
  drill?: boolean
}
export interface AlertTable {
  get(id: AlertId): Promise<Alert | null>
  /** Those of a home that are not resolved, and those resolved but kept quiet. */
  activeOf(homeId: HomeId): Promise<Alert[]>
  /** Those of the place itself, not of its homes, that are active in the same sense. */
  activeAt(jurisdictionId: JurisdictionId): Promise<Alert[]>
  /** Those of homes that are merged into this one now. */
  mergedInto(id: AlertId): Promise<Alert[]>
  /** By urgency (severity, then openedAt ascending) or newest first. */
  list(filter: AlertFilter, order: 'urgency' | 'newest', page: PageRequest): Promise<Page<Alert>>
  put(alert: Alert): Promise<void>
  append(entry: TimelineEntry): Promise<void>
  timeline(id: AlertId): Promise<TimelineEntry[]>
  /** Drills left out. */
  countByState(scope: Scope): Promise<Record<AlertState, number>>
}

/** What the rules concluded, whole, in its latest phase: also the facts that open no alert, such as a detector's test. */
export interface FindingTable {
  /** By id: the newest phase replaces the earlier. */
  put(finding: Finding): Promise<void>
  /** Newest `raisedAt` first; `from` and `to` bound raisedAt, null: unbounded. */
  list(
    filter: {
      homeId: HomeId
      kinds: readonly FindingKind[] | null
      from: EpochMs | null
      to: EpochMs | null
    },
    page: PageRequest,
  ): Promise<Page<Finding>>
}

/** Free text that people wrote: erasable, so kept out of the journal and the timeline. */
export interface NoteTable {
  /** `homeId` null: about a place. */
  put(id: string, homeId: HomeId | null, text: string): Promise<void>
  of(ids: readonly string[]): Promise<Map<string, string>>
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

export interface QuarantineBounds {
  items: number
  /** From one source behind one principal, so that one that repeats itself pushes nobody else out. */
  itemsPerSource: number
  /** Of all payloads together, as they are kept (base64). */
  payloadBytes: number
}
export interface QuarantineTable {
  /** Keeps within `bounds`: the oldest go first. Returns how many went. */
  add(items: readonly NewQuarantineItem[], bounds: QuarantineBounds): Promise<number>
  /** With its payload as it is kept. */
  get(id: number): Promise<QuarantineItem | null>
  /** Newest first, with the first 4 KB of each payload. `decoded` null: both those that wait and those that do not. */
  list(
    filter: { code: string | null; principal: string | null; decoded: boolean | null },
    page: PageRequest,
  ): Promise<Page<QuarantineItem>>
  /**
   * Those that wait to be decoded later, of a source or of none that is known, oldest first, whole, with `id` above
   * `after`.
   */
  waiting(
    of: { principal: string; sourceId: string | null },
    after: number,
    limit: number,
  ): Promise<QuarantineItem[]>
  /** Notes that they were decoded at `at`, and lets go of all but the first 4 KB of their payloads. */
  markDecoded(ids: readonly number[], at: EpochMs): Promise<void>
  countByCode(): Promise<Record<string, number>>
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
  allSettings(): Promise<HomeSettings[]>
  putSettings(settings: HomeSettings): Promise<void>
}

export interface Session {
  /** SHA-256 of the cookie, hex. */
  hash: string
  accountId: AccountId
  createdAt: EpochMs
  expiresAt: EpochMs
}
export interface AccountTable {
  get(id: AccountId): Promise<Account | null>
  byName(name: string): Promise<Account | null>
  list(page: PageRequest): Promise<Page<Account>>
  put(account: Account): Promise<void>
  count(): Promise<number>
  /** scrypt string; null when none was set. */
  passwordHash(id: AccountId): Promise<string | null>
  setPasswordHash(id: AccountId, hash: string): Promise<void>
  putLink(hash: string, accountId: AccountId, expiresAt: EpochMs): Promise<void>
  /** Uses the link up: the account it was for, or null when unknown, used or expired at wall time `now`. */
  takeLink(hash: string, now: EpochMs): Promise<AccountId | null>
  session(hash: string): Promise<Session | null>
  putSession(session: Session): Promise<void>
  deleteSession(hash: string): Promise<void>
  deleteSessionsOf(id: AccountId): Promise<void>
  token(hash: string): Promise<ApiToken | null>
  tokens(page: PageRequest): Promise<Page<ApiToken>>
  putToken(hash: string, token: ApiToken): Promise<void>
  touchToken(id: TokenId, at: EpochMs): Promise<void>
  deleteToken(id: TokenId): Promise<void>
}

export interface AccessTable {
  append(entries: readonly Omit<AccessEntry, 'id'>[]): Promise<void>
  /** Newest first. */
  list(
    filter: { scope: Scope; homeId: HomeId | null; actor: string | null },
    page: PageRequest,
  ): Promise<Page<AccessEntry>>
}

/** Cursors that must move together with what they caused. */
export interface CursorTable {
  get(reader: string): Promise<number>
  set(reader: string, seq: number): Promise<void>
}

/** Something to be done outside: committed with what caused it, done at least once, and told apart by `key`. */
export interface OutboxItem {
  id: number
  /** Whoever receives it twice under one key does it once. */
  key: string
  channel: string
  payload: Json
  /** Civil time. */
  notBefore: EpochMs
  attempts: number
  state: 'waiting' | 'sent' | 'failed' | 'dropped'
}
export interface OutboxTable {
  /** Under a key that is known already nothing changes. */
  add(item: Pick<OutboxItem, 'key' | 'channel' | 'payload' | 'notBefore'>): Promise<void>
  /** Those that wait and whose time has come, earliest first, without those of `but`. */
  due(at: EpochMs, limit: number, but?: ReadonlySet<number>): Promise<OutboxItem[]>
  update(item: Pick<OutboxItem, 'id' | 'notBefore' | 'attempts' | 'state'>): Promise<void>
  /** Keeps whatever waits, and the last `keep` of the rest. */
  trim(keep: number): Promise<void>
}

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
  /** Of everybody, what the service itself needs. */
  onFile(): Promise<Pick<Person, 'id' | 'accountId' | 'enabled'>[]>
  put(person: Person): Promise<void>
}

/** Versions are never changed. */
export interface RosterTable {
  get(id: JurisdictionId, version: number): Promise<Roster | null>
  newest(id: JurisdictionId): Promise<Roster | null>
  /** All versions of all nodes whose last day is `day` or later. */
  endingFrom(day: string): Promise<Roster[]>
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
  /** In the order in which they were made. */
  ofAlert(id: AlertId): Promise<DutyPage[]>
  /** What each recipient was told since then, tests and drills left out. */
  since(at: EpochMs): Promise<{ recipient: string; createdAt: EpochMs }[]>
  /** Newest first. */
  list(filter: { scope: Scope; recipient: string | null }, page: PageRequest): Promise<Page<DutyPage>>
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

/** Single facts of the installation: mode, civil clock of the demo. */
export interface FactTable {
  get(name: string): Promise<string | null>
  put(name: string, value: string): Promise<void>
}

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

/** What reviewed cases propose for their homes. */
export interface ProposalTable {
  get(id: ProposalId): Promise<Proposal | null>
  /** Newest first. */
  list(
    filter: { scope: Scope; states: readonly Proposal['state'][] | null; alertId: AlertId | null },
    page: PageRequest,
  ): Promise<Page<Proposal>>
  put(proposal: Proposal): Promise<void>
  /** Those of which the past was replayed, or could not be. */
  replays(ids: readonly ProposalId[]): Promise<Map<ProposalId, ProposalReplay>>
  putReplay(id: ProposalId, replay: ProposalReplay): Promise<void>
  /** Pending and not replayed yet, oldest first. */
  toReplay(): Promise<Proposal[]>
}

/** How places plan friendly visits, and what the plan looks at. */
export interface RotaTable {
  get(id: JurisdictionId): Promise<RotaSettings | null>
  /** `dueAt`: when the place next plans its day; null: not at all. */
  put(settings: RotaSettings, dueAt: EpochMs | null): Promise<void>
  /** The first that is due at or before `at`. */
  due(at: EpochMs): Promise<{ nodeId: JurisdictionId; dueAt: EpochMs } | null>
  nextDueAt(): Promise<EpochMs | null>
  /** When each home of these places was last seen or spoken to, by a visit or a case; drills left out. */
  contacts(
    scope: readonly JurisdictionId[],
  ): Promise<{ homeId: HomeId; at: EpochMs; contact: 'seen' | 'phone' }[]>
  /** To how many visits each person was asked, and when the newest of them was made; drills left out. */
  asked(): Promise<{ personId: PersonId; at: EpochMs; times: number }[]>
}

/** What the rules would have said about emergencies that were found by other means. */
export interface MissedAlarmTable {
  get(id: AlertId): Promise<MissedAlarmReview | null>
  put(review: MissedAlarmReview): Promise<void>
  /** Reported emergencies that were not looked into yet, oldest first; drills left out. */
  toReview(): Promise<Alert[]>
}

export interface StateTables {
  jurisdictions: JurisdictionTable
  homes: HomeTable
  residents: ResidentTable
  devices: DeviceTable
  gateways: GatewayTable
  credentials: CredentialTable
  deviceCommands: DeviceCommandTable
  deviceAddresses: DeviceAddressTable
  sealedSecrets: SealedSecretTable
  channels: ChannelTable
  mappings: MappingTable
  deviceActs: DeviceActTable
  consents: ConsentTable
  installations: InstallationTable
  homeKeys: HomeKeyTable
  sources: SourceTable
  memories: HomeMemoryTable
  nodeMemories: NodeMemoryTable
  health: DeviceHealthTable
  alerts: AlertTable
  findings: FindingTable
  notes: NoteTable
  live: LiveEventTable
  quarantine: QuarantineTable
  settings: SettingsTable
  outages: OutageTable
  circumstances: CircumstanceTable
  accounts: AccountTable
  access: AccessTable
  cursors: CursorTable
  outbox: OutboxTable
  people: PersonTable
  rosters: RosterTable
  policies: PolicyTable
  pages: DutyPageTable
  dutyWatches: DutyWatchTable
  visits: VisitTable
  acts: ActTable
  photos: PhotoTable
  proposals: ProposalTable
  missedAlarms: MissedAlarmTable
  rotas: RotaTable
  facts: FactTable
}

/**
 * All state but the log and the series. A call on the store itself is its own transaction; inside `transaction` all
 * calls on `tables` commit together or not at all, and nobody else sees them before. Transactions run one after another.
 * Drivers: `sqlite/state.ts`. Held by `test/store/state.conformance.ts`.
 */
export interface StateStore extends StateTables {
  transaction<T>(work: (tables: StateTables) => Promise<T>): Promise<T>
  close(): Promise<void>
}
