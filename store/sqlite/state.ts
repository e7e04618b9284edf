import { type Log, silentLog } from '../../contracts/telemetry.ts'
import type { StateStore, StateTables } from '../state.ts'
import { accessTable, accountTable } from './accounts.ts'
import { alertTable, findingTable, noteTable } from './alerts.ts'
import { channelTable } from './channels.ts'
import { circumstanceTable } from './circumstances.ts'
import { type Connection, Connections } from './connection.ts'
import { type Database, openReadOnly, openWritable } from './database.ts'
import { deviceAddressTable, deviceCommandTable } from './device-commands.ts'
import { credentialTable, deviceHealthTable, deviceTable, gatewayTable } from './devices.ts'
import { dutyPageTable, dutyWatchTable, personTable, policyTable, rosterTable } from './duty.ts'
import { mappingTable } from './mappings.ts'
import { migrate } from './migrations.ts'
import {
  awaitedConsentTable,
  consentTable,
  deviceActTable,
  homeKeyTable,
  installationTable,
} from './onboarding.ts'
import { outboxTable } from './outbox.ts'
import {
  cursorTable,
  factTable,
  homeMemoryTable,
  liveEventTable,
  nodeMemoryTable,
  outageTable,
  settingsTable,
} from './pipeline.ts'
import { homeTable, jurisdictionTable, residentTable } from './places.ts'
import { missedAlarmTable, proposalTable } from './proposals.ts'
import { quarantineTable } from './quarantine.ts'
import { erasureTable, retentionTable } from './retention.ts'
import { rotaTable } from './rotas.ts'
import { STATE_MIGRATIONS } from './schema.ts'
import { sealedSecretTable } from './sealed-secrets.ts'
import { sourceTable } from './sources.ts'
import { actTable, photoTable, visitTable } from './visits.ts'

const tablesOn = (connection: Connection): StateTables => ({
  jurisdictions: jurisdictionTable(connection),
  homes: homeTable(connection),
  residents: residentTable(connection),
  devices: deviceTable(connection),
  gateways: gatewayTable(connection),
  credentials: credentialTable(connection),
  deviceCommands: deviceCommandTable(connection),
  deviceAddresses: deviceAddressTable(connection),
  sealedSecrets: sealedSecretTable(connection),
  channels: channelTable(connection),
  mappings: mappingTable(connection),
  deviceActs: deviceActTable(connection),
  consents: consentTable(connection),
  awaitedConsents: awaitedConsentTable(connection),
  installations: installationTable(connection),
  homeKeys: homeKeyTable(connection),
  sources: sourceTable(connection),
  memories: homeMemoryTable(connection),
  nodeMemories: nodeMemoryTable(connection),
  health: deviceHealthTable(connection),
  alerts: alertTable(connection),
  findings: findingTable(connection),
  notes: noteTable(connection),
  live: liveEventTable(connection),
  quarantine: quarantineTable(connection),
  settings: settingsTable(connection),
  outages: outageTable(connection),
  circumstances: circumstanceTable(connection),
  accounts: accountTable(connection),
  access: accessTable(connection),
  cursors: cursorTable(connection),
  outbox: outboxTable(connection),
  people: personTable(connection),
  rosters: rosterTable(connection),
  policies: policyTable(connection),
  pages: dutyPageTable(connection),
  dutyWatches: dutyWatchTable(connection),
  visits: visitTable(connection),
  acts: actTable(connection),
  photos: photoTable(connection),
  proposals: proposalTable(connection),
  missedAlarms: missedAlarmTable(connection),
  rotas: rotaTable(connection),
  erasures: erasureTable(connection),
  retention: retentionTable(connection),
  facts: factTable(connection),
})

/** Opens or makes the state in `file`. Throws when the file is no database or is newer than this program. */
export function openState({ file, log = silentLog }: { file: string; log?: Log }): StateStore {
  const writer = openWritable(file)
  let reader: Database
  try {
    migrate(writer, file, STATE_MIGRATIONS, log)
    reader = openReadOnly(file)
  } catch (error) {
    writer.close()
    throw error
  }
  const connections = new Connections(writer, reader)
  return {
    ...tablesOn(connections),
    transaction: (work) => connections.transaction((connection) => work(tablesOn(connection))),
    close: () => connections.close(),
  }
}
