import type { AccessTable, AccountTable } from './state/accounts.ts'
import type { AlertTable, FindingTable, NoteTable } from './state/alerts.ts'
import type { ChannelTable } from './state/channels.ts'
import type { CircumstanceTable } from './state/circumstances.ts'
import type { DeviceAddressTable, DeviceCommandTable } from './state/device-commands.ts'
import type { CredentialTable, DeviceHealthTable, DeviceTable, GatewayTable } from './state/devices.ts'
import type { DutyPageTable, DutyWatchTable, PersonTable, PolicyTable, RosterTable } from './state/duty.ts'
import type { MappingTable } from './state/mappings.ts'
import type {
  AwaitedConsentTable,
  ConsentTable,
  DeviceActTable,
  HomeKeyTable,
  InstallationTable,
} from './state/onboarding.ts'
import type { OutboxTable } from './state/outbox.ts'
import type {
  CursorTable,
  FactTable,
  HomeMemoryTable,
  LiveEventTable,
  NodeMemoryTable,
  OutageTable,
  SettingsTable,
} from './state/pipeline.ts'
import type { HomeTable, JurisdictionTable, ResidentTable } from './state/places.ts'
import type { MissedAlarmTable, ProposalTable } from './state/proposals.ts'
import type { QuarantineTable } from './state/quarantine.ts'
import type { ErasureTable, RetentionTable } from './state/retention.ts'
import type { RotaTable } from './state/rotas.ts'
import type { SealedSecretTable } from './state/sealed-secrets.ts'
import type { SourceTable } from './state/sources.ts'
import type { ActTable, PhotoTable, VisitTable } from './state/visits.ts'

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
  awaitedConsents: AwaitedConsentTable
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
  erasures: ErasureTable
  retention: RetentionTable
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
