import { existsSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { hashPassword } from '../api/passwords.ts'
import { buildApi } from '../api/server.ts'
import type { Broker } from '../broker/broker.ts'
import type { Commands } from '../contracts/command.ts'
import type { Imports } from '../contracts/import.ts'
import type { KeptMessages } from '../contracts/kept-message.ts'
import { PROFILES } from '../ingest/profiles/index.ts'
import { createCommands } from './commands/commands.ts'
import type { Downward } from './devices/downward.ts'
import { dutyDeskOf } from './duty/duty-desk.ts'
import type { House } from './house.ts'
import { reviewMissedAlarms } from './learning/missed-alarms.ts'
import { replayProposals } from './learning/proposal-replays.ts'
import { HomeForesight } from './past/foresight.ts'
import type { Retention } from './retention.ts'
import { type Credentials, newId } from './secrets.ts'
import { openPushDoor } from './sources/push-door.ts'
import type { SourceDesk } from './sources/sources.ts'
import { TrialDesk } from './trials/trials.ts'

/** How long a request under way may still take at the end; browsers also hold connections on which they never ask. */
const REQUESTS_END_MS = 1_000

export const commandsOf = (
  { config, stores, readers, now }: House,
  credentials: Credentials,
  broker: Broker,
  keptMessages: KeptMessages,
  sources: SourceDesk,
  retention: Retention,
): Commands =>
  createCommands({
    state: stores.state,
    pipeline: readers.pipeline,
    directory: readers.directory,
    circumstances: readers.circumstances,
    dutyDesk: dutyDeskOf(stores.state, readers.duty),
    credentials,
    keptMessages,
    profiles: PROFILES,
    sources,
    secrets: stores.secrets,
    allowPlaintext: config.allowPlaintext,
    clocks: now,
    hashPassword,
    zone: config.zone,
    disconnect: (principal) => broker.disconnect(principal),
    settleErasures: () => retention.settleErasures(),
  })

/** Where people come in: API and console, and the trials that they ask for. */
export async function openDesk(
  house: House,
  {
    commands,
    broker,
    keptMessages,
    sources,
    downward,
    imports,
  }: {
    commands: Commands
    broker: Broker
    keptMessages: KeptMessages
    sources: SourceDesk
    downward: Downward
    imports: Imports
  },
) {
  const { config, mode, stores, readers, metrics, now, log } = house
  const { state, series } = stores
  const trials = new TrialDesk({
    state,
    series,
    civil: now.civil,
    newId: () => newId('trial'),
    log: log.child({ part: 'trials' }),
    workers: availableParallelism(),
  })
  const shared = { settled: readers.settled, live: readers.feed, civil: now.civil }
  const replays = replayProposals({ ...shared, state, trials, log: log.child({ part: 'proposals' }) })
  const missed = reviewMissedAlarms({ ...shared, state, series, log: log.child({ part: 'missed' }) })
  const { directory, circumstances } = readers
  const foresight = new HomeForesight({ state, series, directory, circumstances, civil: now.civil })
  let stopping = false
  const api = await buildApi({
    state,
    series,
    commands,
    duty: dutyDeskOf(state, readers.duty),
    trials,
    keptMessages,
    foresight,
    relearning: readers.relearner,
    sourceWatch: sources,
    profiles: PROFILES,
    imports,
    deviceCommands: downward,
    push: openPushDoor({
      directory: readers.directory,
      secrets: stores.secrets,
      sources,
      clocks: now,
      log: log.child({ part: 'push' }),
    }),
    channels: readers.telling.desk,
    subscriptions: readers.telling.subscriptions,
    checkIns: readers.telling.checkIns,
    live: readers.feed,
    clocks: now,
    mode,
    zoneDefault: config.zone,
    mqtt: { port: broker.addresses.tcp?.port ?? null, tlsPort: broker.addresses.tls?.port ?? null },
    consoleDir: house.consoleDir !== null && existsSync(house.consoleDir) ? house.consoleDir : null,
    tls: config.tls,
    trustedProxies: config.trustedProxies,
    ready: async () => ({ ready: !stopping }),
    metricsText: () => metrics.text(),
    seriesLag: () => readers.series.lag(),
    log: log.child({ part: 'api' }),
  })
  await api.listen({ host: config.http.host, port: config.http.port })
  return {
    api,
    async close() {
      stopping = true
      const cut = setTimeout(() => api.server.closeAllConnections(), REQUESTS_END_MS)
      await api.close()
      clearTimeout(cut)
      // First those that ask for trials, then the trials.
      await Promise.all([replays.stop(), missed.stop(), trials.stop()])
    },
  }
}
