import { existsSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Logger } from 'pino'
import { hashPassword } from '../api/passwords.ts'
import { buildApi } from '../api/server.ts'
import { type Broker, startBroker } from '../broker/broker.ts'
import type { CheckInChannel } from '../contracts/check-in.ts'
import type { Commands } from '../contracts/command.ts'
import type { AlertId, HomeId } from '../contracts/ids.ts'
import type { Message, Principal } from '../contracts/message.ts'
import { defaultRuleSettings } from '../contracts/settings.ts'
import type { Clocks, EpochMs } from '../contracts/time.ts'
import { createIngest } from '../ingest/ingest.ts'
import { openEmbeddedSeries } from '../store/embedded/series.ts'
import { openInflux1Series } from '../store/influx1/series.ts'
import { openInflux2Series } from '../store/influx2/series.ts'
import type { Journal } from '../store/journal.ts'
import type { SeriesStore } from '../store/series.ts'
import { openJournal } from '../store/sqlite/journal.ts'
import { openState } from '../store/sqlite/state.ts'
import type { StateStore } from '../store/state.ts'
import { checkInOutbox } from './check-in.ts'
import { createCommands, newAlertId } from './commands.ts'
import type { Config } from './config.ts'
import { Directory } from './directory.ts'
import { lockFolder } from './folder-lock.ts'
import { Feed } from './live-feed.ts'
import { ServiceMetrics } from './metrics.ts'
import { CHECK_IN_CHANNEL, Outbox, type OutboxChannel } from './outbox.ts'
import { Pipeline, RULES_READER } from './pipeline.ts'
import { Credentials, newId } from './secrets.ts'
import { SERIES_READER, SeriesReader } from './series-reader.ts'
import { TrialDesk } from './trials/trials.ts'

/** How often the service looks whether something is due: what is due rings at most this late. */
const DUE_EVERY_MS = 200
/** How often it writes down that it is alive: an outage is known to this precision. */
const ALIVE_EVERY_MS = 10_000
const TIDY_EVERY_MS = 60_000
/** How long a request under way may still take at the end; browsers also hold connections on which they never ask. */
const REQUESTS_END_MS = 1_000
const LIVE_EVENTS_KEPT = 20_000
const QUARANTINE_KEPT = 10_000
const OUTBOX_KEPT = 10_000

export interface ServiceOptions {
  config: Config
  /** Given the journal's last instant (null: none yet), so that a clock may go on where it stood. */
  clocks(lastAt: EpochMs | null): Clocks
  mode: 'service' | 'demo'
  /** The built console; null serves none. */
  consoleDir: string | null
  /** How residents are asked; null: nobody can be. */
  checkIn?: CheckInChannel | null
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
  /** The way every packet takes, once its sender is known: settles when it is durable. */
  accept(principal: Principal, message: Message): Promise<void>
  metricsText(): Promise<string>
  /** A resident's answer to a check-in, from whatever channel; settles when it has taken effect. */
  answer(homeId: HomeId, alertId: AlertId, answer: 'well' | 'help'): Promise<void>
  /** Settles when rules and series have dealt with all that was accepted until now. */
  settled(): Promise<void>
  stop(): Promise<void>
}

/** Opens, wires and starts everything, in the order in which nothing can arrive before it can be kept. */
export async function startService(options: ServiceOptions): Promise<Service> {
  const { config, mode, log } = options
  const unlock = lockFolder(config.dataDir)
  const metrics = new ServiceMetrics()
  const part = (name: string) => log.child({ part: name })
  const state = openState({ file: join(config.dataDir, 'state.db') })
  await claimFolder(state, mode, config.dataDir)
  const journal = openJournal({
    file: join(config.dataDir, 'journal.db'),
    log: part('journal'),
    meters: metrics,
  })
  const clocks = options.clocks(journal.lastAt())
  await journal.retainFor([RULES_READER, SERIES_READER])
  const series = openSeries(config, log)
  const directory = await Directory.load(state)
  const credentials = await Credentials.load(state, directory)
  const feed = new Feed(clocks.wall)
  const settings = (await state.settings.rules()) ?? defaultRuleSettings
  await journal.append([{ type: 'started', lastAliveAt: journal.lastAt() }], clocks.civil.now())
  const shared = { journal, log: part('rules'), meters: metrics }
  const pipeline = await Pipeline.start({
    ...shared,
    state,
    directory,
    feed,
    settings,
    newAlertId,
    canAsk: Boolean(options.checkIn),
  })
  const seriesReader = new SeriesReader({
    ...shared,
    series,
    log: part('series'),
    wait: (ms, signal) => sleep(ms, undefined, { signal }).catch(() => {}),
  })
  await pipeline.caughtUp()
  const channels = new Map<string, OutboxChannel>()
  if (options.checkIn)
    channels.set(CHECK_IN_CHANNEL, checkInOutbox(options.checkIn, { state, pipeline, civil: clocks.civil }))
  const outbox = new Outbox({
    state,
    channels,
    clocks,
    wait: (ms, signal) => sleep(ms, undefined, { signal }).catch(() => {}),
    log: part('outbox'),
    meters: metrics,
  })

  const ingest = createIngest({ directory, meters: metrics, siteZone: config.zone })
  const accept = async (principal: Principal, message: Message): Promise<void> => {
    const { readings, quarantined } = ingest.take(principal, message)
    await Promise.all([
      readings.length > 0
        ? journal.append(
            readings.map((group) => ({ type: 'readings', ...group })),
            message.receivedAt,
          )
        : null,
      quarantined.length > 0 ? state.quarantine.add(quarantined, QUARANTINE_KEPT) : null,
    ])
  }
  const broker = await startBroker({
    tcp: { host: config.mqtt.host, port: config.mqtt.port },
    tls: config.tls && { host: config.mqtt.host, port: config.mqtt.tlsPort ?? 8883, ...config.tls },
    ws:
      config.mqtt.wsPort === null
        ? null
        : { host: config.mqtt.host, port: config.mqtt.wsPort, ...config.tls },
    authenticate: async (username, secret) => credentials.authenticate(username, secret),
    accept,
    civil: clocks.civil,
    log: part('broker'),
    meters: metrics,
  })
  const commands = createCommands({
    state,
    pipeline,
    directory,
    credentials,
    clocks,
    hashPassword,
    zone: config.zone,
    disconnect: (principal) => broker.disconnect(principal),
    eraseSeries: (homeId) => series.erase(homeId),
  })
  metrics.onExport(() => {
    metrics.gauge('reader_lag_entries', pipeline.lag(), { reader: RULES_READER })
    metrics.gauge('reader_lag_entries', seriesReader.lag(), { reader: SERIES_READER })
    metrics.gauge('broker_connections', broker.connected())
    metrics.gauge('journal_entries', journal.head() - journal.tail() + 1)
  })
  const trials = new TrialDesk({
    state,
    series,
    civil: clocks.civil,
    newId: () => newId('trial'),
    log: part('trials'),
    workers: availableParallelism(),
  })
  const api = await buildApi({
    state,
    series,
    commands,
    trials,
    live: feed,
    clocks,
    mode,
    zoneDefault: config.zone,
    mqtt: { port: broker.addresses.tcp?.port ?? null, tlsPort: broker.addresses.tls?.port ?? null },
    consoleDir: options.consoleDir !== null && existsSync(options.consoleDir) ? options.consoleDir : null,
    tls: config.tls,
    ready: async () => ({ ready: !stopping }),
    metricsText: () => metrics.text(),
    seriesLag: () => seriesReader.lag(),
    log: part('api'),
  })
  await api.listen({ host: config.http.host, port: config.http.port })

  let stopping = false
  const timers = startTimers(options, { clocks, journal, state, pipeline })
  return {
    httpUrl: urlOf(config.tls ? 'https' : 'http', config.http.host, portOf(api.server.address())),
    mqttUrl: urlOf('mqtt', config.mqtt.host, broker.addresses.tcp?.port),
    broker,
    commands,
    state,
    journal,
    series,
    pipeline,
    accept,
    metricsText: () => metrics.text(),
    async answer(homeId, alertId, answer) {
      await pipeline.execute({ type: 'check_in', homeId, alertId, answer }, clocks.civil.now())
    },
    async settled() {
      await pipeline.caughtUp()
      while (seriesReader.lag() > 0 && !seriesReader.failing())
        await new Promise((next) => setImmediate(next))
    },
    async stop() {
      stopping = true
      timers.stop()
      // First nobody may come in any more, then what came in is dealt with, then the files are closed.
      await broker.close()
      const cut = setTimeout(() => api.server.closeAllConnections(), REQUESTS_END_MS)
      await api.close()
      clearTimeout(cut)
      await trials.stop()
      await outbox.stop()
      await pipeline.stop()
      await seriesReader.stop()
      await journal.append([{ type: 'tick' }], clocks.civil.now())
      await journal.close()
      await series.close()
      await state.close()
      unlock()
    },
  }
}

const portOf = (address: string | AddressInfo | null): number | undefined =>
  typeof address === 'object' ? address?.port : undefined

const urlOf = (scheme: string, host: string, port: number | undefined): string =>
  `${scheme}://${host === '0.0.0.0' || host === '::' ? 'localhost' : host.includes(':') ? `[${host}]` : host}:${port}`

/** Demo and real data never mix: a folder belongs to the mode that first wrote to it. */
async function claimFolder(state: StateStore, mode: string, dataDir: string): Promise<void> {
  const owner = await state.facts.get('mode')
  if (owner === null) await state.facts.put('mode', mode)
  else if (owner !== mode) {
    await state.close()
    throw new Error(
      `${dataDir} holds the data of another mode (${owner}); this is the ${mode}: choose another DATA_DIR`,
    )
  }
}

function openSeries(config: Config, log: Logger): SeriesStore {
  const part = log.child({ part: 'series' })
  const { series } = config
  if (series.driver === 'influx1') return openInflux1Series({ ...series, log: part })
  if (series.driver === 'influx2') return openInflux2Series({ ...series, log: part })
  return openEmbeddedSeries({ file: join(config.dataDir, 'series.db'), log: part })
}

/** The service's own pulse: what is due comes due, being alive is written down, and old entries are let go. */
function startTimers(
  { config, log }: ServiceOptions,
  {
    clocks,
    journal,
    state,
    pipeline,
  }: { clocks: Clocks; journal: Journal; state: StateStore; pipeline: Pipeline },
): { stop(): void } {
  let aliveAt = 0
  const pulse = async () => {
    const now = clocks.civil.now()
    const dueAt = await pipeline.nextDueAt()
    const wall = clocks.wall.now()
    if ((dueAt !== null && dueAt <= now && pipeline.lag() === 0) || wall - aliveAt >= ALIVE_EVERY_MS) {
      aliveAt = wall
      await journal.append([{ type: 'tick' }], now)
    }
  }
  const tidy = async () => {
    await journal.trim(config.journalReserveEntries)
    await state.live.trim(LIVE_EVENTS_KEPT)
    await state.outbox.trim(OUTBOX_KEPT)
  }
  const every = (ms: number, work: () => Promise<void>): NodeJS.Timeout => {
    let busy = false
    return setInterval(() => {
      if (busy) return
      busy = true
      work()
        .catch((error: unknown) => log.error({ err: error }, 'a timer failed; it is tried again'))
        .finally(() => {
          busy = false
        })
    }, ms)
  }
  const timers = [every(DUE_EVERY_MS, pulse), every(TIDY_EVERY_MS, tidy)]
  return { stop: () => timers.forEach((timer) => clearInterval(timer)) }
}
