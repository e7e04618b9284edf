import { existsSync } from 'node:fs'
import type { Server as HttpsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { availableParallelism } from 'node:os'
import type { Logger } from 'pino'
import { hashPassword } from '../api/passwords.ts'
import { buildApi } from '../api/server.ts'
import { type Broker, startBroker } from '../broker/broker.ts'
import type { Channels } from '../contracts/channel.ts'
import type { CheckInChannel } from '../contracts/check-in.ts'
import type { Commands } from '../contracts/command.ts'
import type { AlertId, HomeId } from '../contracts/ids.ts'
import type { Imports } from '../contracts/import.ts'
import type { KeptMessages } from '../contracts/kept-message.ts'
import type { Message, Principal } from '../contracts/message.ts'
import type { Clocks, EpochMs } from '../contracts/time.ts'
import { createIngest, type Ingest } from '../ingest/ingest.ts'
import { PROFILES } from '../ingest/profiles/index.ts'
import type { Journal } from '../store/journal.ts'
import type { SeriesStore } from '../store/series.ts'
import type { StateStore } from '../store/state.ts'
import { watchCertificates } from './certificates.ts'
import { createCommands } from './commands/commands.ts'
import type { Config } from './config.ts'
import { Downward } from './devices/downward.ts'
import { dutyDeskOf } from './duty/duty-desk.ts'
import { openImports } from './import/imports.ts'
import { reviewMissedAlarms } from './learning/missed-alarms.ts'
import { replayProposals } from './learning/proposal-replays.ts'
import { ServiceMetrics } from './metrics.ts'
import { HomeForesight } from './past/foresight.ts'
import type { Pipeline } from './pipeline/pipeline.ts'
import { startPulse } from './pulse.ts'
import { type Readers, startReaders } from './readers.ts'
import { Credentials, newId } from './secrets.ts'
import { openKeptMessages } from './sources/kept-messages.ts'
import { openPushDoor } from './sources/push-door.ts'
import { SourceDesk, type SourceDeskOptions } from './sources/sources.ts'
import { openStores, type Stores } from './stores.ts'
import { TrialDesk } from './trials/trials.ts'

/** How long a request under way may still take at the end; browsers also hold connections on which they never ask. */
const REQUESTS_END_MS = 1_000
/** 96 MB of payloads in all; of one source what comes in five days every quarter of an hour. */
const QUARANTINE_BOUNDS = { items: 10_000, itemsPerSource: 500, payloadBytes: 128 * 1024 * 1024 }

export interface ServiceOptions {
  config: Config
  /** Given the journal's last instant (null: none yet), so that a clock may go on where it stood. */
  clocks(lastAt: EpochMs | null): Clocks
  mode: 'service' | 'demo'
  /** The built console; null serves none. */
  consoleDir: string | null
  /** How residents are asked; null: nobody can be. */
  checkIn?: CheckInChannel | null
  /** How often the files of the certificates are looked at. */
  certificatesEveryMs?: number
  log: Logger
}

export interface Service {
  httpUrl: string
  mqttUrl: string
  broker: Broker
  commands: Commands
  state: StateStore
  journal: Journal
  series: SeriesStore
  pipeline: Pipeline
  /** The ways out to people. */
  channels: Channels
  /** The way every packet takes, once its sender is known: settles when it is durable. */
  accept(principal: Principal, message: Message): Promise<void>
  metricsText(): Promise<string>
  /** A resident's answer to a check-in, from whatever channel; settles when it has taken effect. */
  answer(homeId: HomeId, alertId: AlertId, answer: 'well' | 'help'): Promise<void>
  /** Settles when no home is being learned anew. */
  relearned(): Promise<void>
  /** Settles when rules and series have dealt with all that was accepted until now. */
  settled(): Promise<void>
  stop(): Promise<void>
}

/** What all the doors share. */
interface House extends ServiceOptions {
  stores: Stores
  readers: Readers
  metrics: ServiceMetrics
  now: Clocks
}

/** Opens, wires and starts everything, in the order in which nothing can arrive before it can be kept. */
export async function startService(options: ServiceOptions): Promise<Service> {
  const { config, mode, log } = options
  const metrics = new ServiceMetrics()
  const stores = await openStores(config, mode, log, metrics)
  const { state, journal, series } = stores
  const now = options.clocks(journal.lastAt())
  const readers = await startReaders(
    stores,
    now,
    { checkIn: options.checkIn ?? null, publicUrl: config.publicUrl },
    config.zone,
    log,
    metrics,
  )
  const { pipeline } = readers
  const house: House = { ...options, stores, readers, metrics, now }
  const credentials = await Credentials.load(state, readers.directory)
  const ingest = createIngest({ directory: readers.directory, meters: metrics, siteZone: config.zone })
  const { directory } = readers
  const downward = await Downward.open({
    state,
    directory,
    civil: now.civil,
    log: log.child({ part: 'downward' }),
  })
  const keep = keeping(house, ingest, downward)
  const accept: Service['accept'] = async (principal, message) => {
    await keep(principal, message, null)
  }
  const keptMessages = openKeptMessages({
    quarantine: state.quarantine,
    journal,
    ingest,
    topicsOf: (id) => readers.directory.topicsOf(id),
    civil: now.civil,
    meters: metrics,
  })
  const sources = sourcesOf(house, keep, downward)
  const broker = await openBroker(house, credentials, accept, downward)
  downward.through({
    publish: (topic, payload) => broker.publish(topic, payload),
    listens: (who, topic) => broker.listens(who, topic),
    sources,
  })
  const commands = commandsOf(house, credentials, broker, keptMessages, sources)
  const imports = openImports({
    state,
    pipeline,
    directory: readers.directory,
    credentials,
    clocks: now,
    zone: config.zone,
    profiles: PROFILES,
    keptMessages,
  })
  const desk = await openDesk(house, { commands, broker, keptMessages, sources, downward, imports })
  const certificates = keepCertificates(house, broker, desk.api)
  await sources.start()
  const { journalReserveEntries } = config
  const pulse = startPulse({
    clocks: now,
    journal,
    state,
    pipeline,
    journalReserveEntries,
    expire: () => downward.expire(),
    log,
  })
  return {
    httpUrl: urlOf(config.tls ? 'https' : 'http', config.http.host, portOf(desk.api.server.address())),
    mqttUrl: urlOf('mqtt', config.mqtt.host, broker.addresses.tcp?.port),
    broker,
    commands,
    state,
    journal,
    series,
    pipeline,
    channels: readers.telling.desk,
    accept,
    metricsText: () => metrics.text(),
    async answer(homeId, alertId, answer) {
      await pipeline.execute({ type: 'check_in', homeId, alertId, answer }, now.civil.now())
    },
    relearned: () => readers.relearner.settled(),
    settled: readers.settled,
    async stop() {
      certificates.stop()
      await pulse.stop()
      // First nobody may come in any more, then what came in is dealt with, then the files are closed.
      await Promise.all([sources.stop(), broker.close()])
      await desk.close()
      await downward.settled()
      await readers.stop()
      await journal.append([{ type: 'tick' }], now.civil.now())
      await stores.close()
    },
  }
}

/** The way of every packet: decoded, and kept in the journal or in quarantine before it is acknowledged. */
function keeping({ stores }: House, ingest: Ingest, downward: Downward): SourceDeskOptions['keep'] {
  const { journal, state } = stores
  return async (principal, message, sourceId) => {
    const taken = ingest.take(principal, message)
    const { readings, quarantined } = taken
    const bodies = readings.map((group) => ({ type: 'readings' as const, ...group }))
    await Promise.all([
      bodies.length > 0 ? journal.append(bodies, message.receivedAt) : null,
      quarantined.length > 0 ? state.quarantine.add(quarantined, QUARANTINE_BOUNDS) : null,
    ])
    downward.heard(principal, message, taken, sourceId)
    return taken
  }
}

/** Brokers and platforms of others, as the registry names them. */
const sourcesOf = (
  { stores, readers, metrics, now, log }: House,
  keep: SourceDeskOptions['keep'],
  downward: Downward,
): SourceDesk =>
  new SourceDesk({
    directory: readers.directory,
    facts: stores.state.facts,
    secrets: stores.secrets,
    keep,
    onConnected: ({ gatewayId, id }) => downward.listening(gatewayId, id),
    clocks: now,
    metrics,
    log: log.child({ part: 'sources' }),
  })

async function openBroker(
  { config, metrics, now, log }: House,
  credentials: Credentials,
  accept: Service['accept'],
  downward: Downward,
): Promise<Broker> {
  const { host, port, tlsPort, wsPort } = config.mqtt
  const { clientCertificates } = config
  const certificate = config.tls && {
    ...config.tls,
    ...(clientCertificates && {
      clientCa: clientCertificates.ca,
      clientIdFrom: clientCertificates.idFrom,
    }),
  }
  const broker = await startBroker({
    tcp: { host, port },
    tls: certificate && { host, port: tlsPort ?? 8883, ...certificate },
    ws: wsPort === null ? null : { host, port: wsPort, ...certificate },
    authenticate: async (username, secret) => credentials.authenticate(username, secret),
    identify: async (id) => credentials.identify(id),
    accept,
    onListening: (who) => downward.listening(who.slice(who.indexOf(':') + 1)),
    civil: now.civil,
    log: log.child({ part: 'broker' }),
    meters: metrics,
  })
  metrics.onExport(() => metrics.gauge('broker_connections', broker.connected()))
  return broker
}

const commandsOf = (
  { config, stores, readers, now }: House,
  credentials: Credentials,
  broker: Broker,
  keptMessages: KeptMessages,
  sources: SourceDesk,
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
    eraseSeries: (homeId) => stores.series.erase(homeId),
  })

/** Where people come in: API and console, and the trials that they ask for. */
async function openDesk(
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

/** A renewed certificate is taken up by MQTT and HTTPS without a restart, and without cutting anybody off. */
function keepCertificates(
  { config, certificatesEveryMs, log }: House,
  broker: Broker,
  api: { server: object },
): { stop(): void } {
  if (!config.tls) return { stop() {} }
  return watchCertificates(
    { ...config.tls, caFile: config.clientCertificates?.caFile ?? null },
    ({ cert, key, clientCa }) => {
      broker.reloadTls(cert, key, clientCa)
      if ('setSecureContext' in api.server) (api.server as HttpsServer).setSecureContext({ cert, key })
    },
    log.child({ part: 'certificates' }),
    certificatesEveryMs,
  )
}

const portOf = (address: string | AddressInfo | null): number | undefined =>
  typeof address === 'object' ? address?.port : undefined

const urlOf = (scheme: string, host: string, port: number | undefined): string =>
  `${scheme}://${host === '0.0.0.0' || host === '::' ? 'localhost' : host.includes(':') ? `[${host}]` : host}:${port}`
