import type { AddressInfo } from 'node:net'
import type { Broker } from '../broker/broker.ts'
import type { Channels } from '../contracts/channel.ts'
import type { Commands } from '../contracts/command.ts'
import type { AlertId, HomeId } from '../contracts/ids.ts'
import type { Message, Principal } from '../contracts/message.ts'
import type { Jurisdiction } from '../contracts/registry.ts'
import { createIngest } from '../ingest/ingest.ts'
import { PROFILES } from '../ingest/profiles/index.ts'
import type { Journal } from '../store/journal.ts'
import type { SeriesStore } from '../store/series.ts'
import type { StateStore } from '../store/state.ts'
import { ClockWatch } from './clock-watch.ts'
import { commandsOf, openDesk } from './desk.ts'
import { Downward } from './devices/downward.ts'
import { keepCertificates, keeping, openBroker, sourcesOf } from './doors.ts'
import type { House, ServiceOptions } from './house.ts'
import { openImports } from './import/imports.ts'
import { ServiceMetrics } from './metrics.ts'
import type { Pipeline } from './pipeline/pipeline.ts'
import { startPulse } from './pulse.ts'
import { startReaders } from './readers.ts'
import { Retention } from './retention.ts'
import { Credentials } from './secrets.ts'
import { openKeptMessages } from './sources/kept-messages.ts'
import { openStores } from './stores.ts'

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
  /** A place that brings its own id, known at once to whoever asks what lies above a home. */
  putPlace(place: Jurisdiction): Promise<void>
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

/** Opens, wires and starts everything, in the order in which nothing can arrive before it can be kept. */
export async function startService(options: ServiceOptions): Promise<Service> {
  const { config, mode, log } = options
  const metrics = new ServiceMetrics()
  const stores = await openStores(config, mode, log, metrics)
  const { state, journal, series } = stores
  const lastAt = journal.lastAt()
  const now = options.clocks(lastAt)
  const clockWatch = new ClockWatch({ clocks: now, journal, lastAt, log, meters: metrics })
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
  const retention = new Retention({
    state,
    series,
    seriesLag: () => readers.series.lag(),
    periods: config.retention,
    clocks: now,
    log: log.child({ part: 'retention' }),
  })
  const commands = commandsOf(house, credentials, broker, keptMessages, sources, retention)
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
    lookAtClock: () => clockWatch.look(),
    expire: () => downward.expire(),
    retention,
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
    async putPlace(place) {
      await state.jurisdictions.put(place)
      readers.circumstances.putPlace(place.id, place.parentId)
    },
    accept,
    metricsText: () => metrics.text(),
    async answer(homeId, alertId, answer) {
      await pipeline.execute({ type: 'check_in', homeId, alertId, answer }, now.civil.now())
    },
    relearned: () => readers.relearner.settled(),
    settled: readers.settled,
    async stop() {
      pipeline.ending()
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

const portOf = (address: string | AddressInfo | null): number | undefined =>
  typeof address === 'object' ? address?.port : undefined

const urlOf = (scheme: string, host: string, port: number | undefined): string =>
  `${scheme}://${host === '0.0.0.0' || host === '::' ? 'localhost' : host.includes(':') ? `[${host}]` : host}:${port}`
