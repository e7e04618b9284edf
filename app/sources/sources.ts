import { filterMatches } from '../../broker/topics.ts'
import type { GatewayId, SourceId } from '../../contracts/ids.ts'
import type { Message, Principal } from '../../contracts/message.ts'
import type { Source, SourceStatus, SourceWatch } from '../../contracts/source.ts'
import type { Log } from '../../contracts/telemetry.ts'
import type { Clocks } from '../../contracts/time.ts'
import type { Taken } from '../../ingest/ingest.ts'
import { type Subscription, subscribe } from '../../ingest/subscription.ts'
import type { FactTable } from '../../store/state/pipeline.ts'
import type { Directory } from '../directory.ts'
import type { ServiceMetrics } from '../metrics.ts'
import type { SealedSecrets } from '../sealed-secrets.ts'

export interface SourceDeskOptions {
  directory: Directory
  facts: FactTable
  secrets: SealedSecrets
  /** The way of every packet; settles when it is durable. */
  keep(principal: Principal, message: Message, sourceId: SourceId | null): Promise<Taken>
  /** It is connected: what waits for the devices behind it may be sent. */
  onConnected?(source: Source): void
  clocks: Clocks
  metrics: ServiceMetrics
  log: Log
}

export const passwordOf = (id: SourceId): string => `source:${id}:password`
export const keyOf = (id: SourceId): string => `source:${id}:key`
/** What a pushing platform proves itself by. */
export const proofOf = (id: SourceId): string => `source:${id}:proof`

/** Sources that others host: opened, counted and closed as the registry says. */
export class SourceDesk implements SourceWatch {
  readonly #options: SourceDeskOptions
  readonly #open = new Map<SourceId, Subscription>()
  readonly #status = new Map<SourceId, SourceStatus>()
  /** Changes of one source follow one another: two at once would leave a connection that nobody closes any more. */
  readonly #turns = new Map<SourceId, Promise<void>>()
  readonly #removed = new Set<SourceId>()
  #stopped = false

  constructor(options: SourceDeskOptions) {
    this.#options = options
    options.metrics.onExport(() => this.#export())
  }

  async start(): Promise<void> {
    for (const source of this.#options.directory.sources()) await this.apply(source)
  }

  async stop(): Promise<void> {
    this.#stopped = true
    await Promise.all(this.#turns.values())
    await Promise.all([...this.#open.values()].map((subscription) => subscription.stop()))
    this.#open.clear()
  }

  status(id: SourceId): SourceStatus {
    return this.#status.get(id) ?? this.#reset(id)
  }

  /** Everything that may have changed about this source is taken up: it is closed and opened anew. */
  apply({ id }: Pick<Source, 'id'>): Promise<void> {
    return this.#inTurn(id, () => this.#apply(id))
  }

  async #apply(id: SourceId): Promise<void> {
    await this.#close(id)
    // As it is when its turn has come: it may have been changed again, or taken away.
    const source = this.#options.directory.source(id)
    if (source === null || this.#removed.has(id) || this.#stopped) return
    const status = this.#reset(source.id)
    if (!this.#isOn(source)) return
    if (source.via.type === 'push') return this.#is(status, 'connected')
    this.#is(status, 'connecting')
    try {
      this.#open.set(source.id, await this.#subscribe(source, source.via, status))
    } catch (error) {
      this.failed(source.id, error instanceof Error ? error.message : String(error))
      this.#is(status, 'lost')
    }
  }

  async applyGateway(id: GatewayId): Promise<void> {
    for (const source of this.#options.directory.sources())
      if (source.gatewayId === id) await this.apply(source)
  }

  /** The other side is told to keep nothing more for us. */
  remove(id: SourceId): Promise<void> {
    this.#removed.add(id)
    return this.#inTurn(id, async () => {
      await this.#open.get(id)?.leave()
      this.#open.delete(id)
      this.#status.delete(id)
      await this.#options.facts.put(factOf(id), '')
      for (const name of [passwordOf(id), keyOf(id), proofOf(id)]) await this.#options.secrets.delete(name)
    })
  }

  #inTurn(id: SourceId, work: () => Promise<void>): Promise<void> {
    const done = (this.#turns.get(id) ?? Promise.resolve()).then(work)
    const over = done
      .catch(() => undefined)
      .then(() => {
        if (this.#turns.get(id) === over) this.#turns.delete(id)
      })
    this.#turns.set(id, over)
    return done
  }

  /** Keeps a message of this source, as its gateway, and counts it. Rejects when it could not be kept. */
  async take(source: Source, message: Message): Promise<void> {
    const topics = source.via.type === 'mqtt' ? source.via.topics : []
    const taken = await this.#options.keep(
      { type: 'gateway', gatewayId: source.gatewayId, topics },
      message,
      source.id,
    )
    const status = this.status(source.id)
    status.messages += 1
    status.lastMessageAt = this.#options.clocks.wall.now()
    const measured = taken.readings
      .flatMap(({ readings }) => readings)
      .filter(({ measuredAtSource }) => measuredAtSource !== 'broker')
      .map(({ measuredAt }) => measuredAt)
    if (measured.length > 0) status.lagMs = Math.max(0, message.receivedAt - Math.max(...measured))
    this.#options.metrics.count('source_messages_total', { source: source.id })
  }

  /** Why nothing may be sent there on this topic; null: it may. */
  forbids(id: SourceId, topic: string): string | null {
    const source = this.#options.directory.source(id)
    if (source === null || source.via.type === 'push') return 'a platform that pushes takes no commands'
    return source.via.commandTopics.some((filter) => filterMatches(filter, topic))
      ? null
      : 'the source has no permission to send commands there'
  }

  /** Rejects when the other side is not there. */
  async publish(id: SourceId, topic: string, payload: string): Promise<void> {
    const subscription = this.#open.get(id)
    if (subscription === undefined) throw new Error('the source is off')
    await subscription.publish(topic, payload)
  }

  async has(id: SourceId): Promise<{ password: boolean; key: boolean }> {
    const [password, key] = await Promise.all([
      this.#options.secrets.has(passwordOf(id)),
      this.#options.secrets.has(keyOf(id)),
    ])
    return { password, key }
  }

  async #subscribe(source: Source, via: Extract<Source['via'], { type: 'mqtt' }>, status: SourceStatus) {
    const { facts, secrets, clocks, log } = this.#options
    const known = await facts.get(factOf(source.id))
    return subscribe({
      via,
      password: await secrets.get(passwordOf(source.id)),
      key: await secrets.get(keyOf(source.id)),
      accept: (message) => this.take(source, message),
      subscribed: known === null || known === '' ? null : (JSON.parse(known) as string[]),
      onSubscribed: (topics) => {
        facts.put(factOf(source.id), JSON.stringify(topics)).catch((error: unknown) => {
          // Then the next connection subscribes once more, which costs what is retained there and no reading.
          log.warn({ source: source.id, err: error }, 'the filters of a source could not be noted')
        })
      },
      onState: (state) => {
        this.#is(status, state)
        if (state === 'connected') this.#options.onConnected?.(source)
      },
      onError: (message) => this.failed(source.id, message),
      civil: clocks.civil,
    })
  }

  #isOn(source: Source): boolean {
    return source.enabled && this.#options.directory.gateway(source.gatewayId)?.enabled === true
  }

  async #close(id: SourceId): Promise<void> {
    await this.#open.get(id)?.stop()
    this.#open.delete(id)
  }

  #reset(id: SourceId): SourceStatus {
    const before = this.#status.get(id)
    const status: SourceStatus = {
      state: 'off',
      since: this.#options.clocks.wall.now(),
      messages: before?.messages ?? 0,
      errors: before?.errors ?? 0,
      lastMessageAt: before?.lastMessageAt ?? null,
      lagMs: before?.lagMs ?? null,
      lastError: null,
    }
    this.#status.set(id, status)
    return status
  }

  #is(status: SourceStatus, state: SourceStatus['state']): void {
    if (status.state === state) return
    status.state = state
    status.since = this.#options.clocks.wall.now()
  }

  /** Something went wrong with it; told once in the log, counted each time. */
  failed(id: SourceId, message: string): void {
    const status = this.status(id)
    const at = this.#options.clocks.wall.now()
    // A broker that is away says so every few seconds: once in the log is enough.
    if (status.lastError?.message !== message)
      this.#options.log.warn({ source: id, reason: message }, 'a source has failed')
    status.errors += 1
    status.lastError = { at, message }
    this.#options.metrics.count('source_errors_total', { source: id })
  }

  #export(): void {
    const { metrics } = this.#options
    for (const [source, { state, lagMs }] of this.#status) {
      metrics.gauge('source_connected', state === 'connected' ? 1 : 0, { source })
      if (lagMs !== null) metrics.gauge('source_lag_seconds', lagMs / 1_000, { source })
    }
  }
}

const factOf = (id: SourceId): string => `source:${id}:subscribed`
