import type { FastifyBaseLogger } from 'fastify'
import { z } from 'zod'
import type { JurisdictionId } from '../contracts/ids.ts'
import type { HeardEvent, KeptLiveEvent, LiveFeed } from '../contracts/live.ts'
import type { Clocks } from '../contracts/time.ts'
import type { StateStore } from '../store/state.ts'
import { type AccessLog, type Look, looksAtAlerts } from './access-log.ts'
import { liveEventData } from './schemas/live.ts'
import type { Caller, Sessions } from './sessions.ts'
import type { AlertView, Views } from './views.ts'

const ROUTE = 'GET /events'
const REPLAY_PAGE = 500
/** A listener that takes longer than this many bytes is cut; it comes back and replays. */
const CUT_BYTES = 1_048_576
/** Beyond this a listener gets no more hints: they only ask it to fetch what is already too much. */
const HINT_BYTES = 65_536
/** Events that wait while a listener still replays. */
const CUT_WAITING = 10_000

/** The end of a wire, as the hub needs it. */
export interface Sink {
  write(text: string): void
  bufferedBytes(): number
  /** Settles when what was written has left, or the wire is gone. */
  drained(): Promise<void>
  end(): void
}

export interface EventHubParts {
  live: LiveFeed
  state: Pick<StateStore, 'live'>
  views: Pick<Views, 'alerts' | 'alert'>
  sessions: Pick<Sessions, 'resolve'>
  accessLog: Pick<AccessLog, 'record' | 'recordDelivered'>
  clocks: Clocks
  log: FastifyBaseLogger
}

interface Listener {
  caller: Caller
  sink: Sink
  /** The last event it was given, or that it need not be given. */
  lastId: number
  /** What came while it still replays; null once it is live. */
  waiting: KeptLiveEvent[] | null
  gone: boolean
}

type EventName = keyof typeof liveEventData

const frame = <Name extends EventName>(
  name: Name,
  data: z.output<(typeof liveEventData)[Name]>,
  id: number | null = null,
): string => {
  const schema: z.ZodType = liveEventData[name]
  return `${id === null ? '' : `id: ${id}\n`}event: ${name}\ndata: ${JSON.stringify(z.encode(schema, data))}\n\n`
}

const mayHear = ({ event }: KeptLiveEvent, caller: Caller): boolean => {
  if (event.type !== 'registry') return caller.reach('alerts.read').has(event.jurisdictionId)
  return event.jurisdictionId === null || caller.reach('places.read').has(event.jurisdictionId)
}

/**
 * Hands what happens to everybody who listens, in order and without a gap: a listener is taken on before its replay
 * starts, what comes meanwhile waits, and each is given only ids beyond the last it saw.
 */
export class EventHub {
  readonly #parts: EventHubParts
  readonly #listeners = new Set<Listener>()
  readonly #stopListening: () => void
  #queue: KeptLiveEvent[] = []
  #draining = false
  readonly #unwritten: { actor: string; look: Look }[] = []
  #writing = false
  #written: Promise<void> = Promise.resolve()

  constructor(parts: EventHubParts) {
    this.#parts = parts
    this.#stopListening = parts.live.listen({
      kept: (event) => this.#enqueue(event),
      heard: (event) => this.#heard(event),
    })
  }

  get size(): number {
    return this.#listeners.size
  }

  /** Takes a listener on and replays; settles when it is live or gone. Answers how to let it go. */
  open(caller: Caller, sink: Sink, lastEventId: string | null): { leave: () => void; live: Promise<void> } {
    const listener: Listener = { caller, sink, lastId: 0, waiting: [], gone: false }
    this.#listeners.add(listener)
    this.#write(listener, `retry: 2000\n\n${this.#clockFrame()}`)
    const live = this.#replay(listener, lastEventId).catch((error: unknown) => {
      this.#parts.log.error({ reason: reasonOf(error) }, 'a replay of live events failed')
      this.#drop(listener)
    })
    return { leave: () => this.#drop(listener), live }
  }

  /** Civil time for everybody, which is also the sign that the wire is alive. */
  tick(): void {
    const text = `: heartbeat\n${this.#clockFrame()}`
    for (const listener of this.#listeners) this.#write(listener, text)
  }

  /** Ends the streams of those who may no longer listen, and takes changed rights and places into account. */
  async recheck(): Promise<void> {
    for (const listener of this.#listeners) {
      const caller = await this.#parts.sessions.resolve(listener.caller.credential)
      if (caller === null || !caller.can('places.read')) this.#drop(listener)
      else listener.caller = caller
    }
  }

  /** Ends all streams; settles when the last look is written down. */
  async close(): Promise<void> {
    this.#stopListening()
    for (const listener of this.#listeners) this.#drop(listener)
    await this.#written
  }

  #clockFrame(): string {
    const { civil, factor } = this.#parts.clocks
    return frame('clock', { civilNow: civil.now(), civilFactor: factor })
  }

  #write(listener: Listener, text: string): void {
    if (listener.gone) return
    listener.sink.write(text)
    if (listener.sink.bufferedBytes() > CUT_BYTES) this.#drop(listener)
  }

  #drop(listener: Listener): void {
    if (listener.gone) return
    listener.gone = true
    listener.waiting = null
    this.#listeners.delete(listener)
    listener.sink.end()
  }

  async #replay(listener: Listener, lastEventId: string | null): Promise<void> {
    const { first, last } = await this.#parts.state.live.bounds()
    const asked = lastEventId === null ? null : /^\d{1,15}$/.test(lastEventId) ? Number(lastEventId) : -1
    if (asked !== null && asked >= first - 1 && asked <= last) {
      listener.lastId = asked
      await this.#replayKept(listener)
    } else {
      listener.lastId = last
      // An id alone makes a browser remember where it stands, so that a cut before the first event loses nothing.
      this.#write(listener, asked === null ? `id: ${last}\n\n` : frame('reset', {}, last))
    }
    while (listener.waiting !== null && listener.waiting.length > 0) {
      await this.#giveAll(listener, listener.waiting.splice(0))
    }
    listener.waiting = null
  }

  async #replayKept(listener: Listener): Promise<void> {
    for (let full = true; full && !listener.gone; ) {
      const events = await this.#parts.state.live.after(listener.lastId, REPLAY_PAGE)
      await this.#giveAll(listener, events)
      await listener.sink.drained()
      full = events.length === REPLAY_PAGE
    }
  }

  /** Gives one listener what it has not had of `events`, built and recorded as one page. */
  async #giveAll(listener: Listener, events: readonly KeptLiveEvent[]): Promise<void> {
    const { caller } = listener
    const fresh = events.filter((kept) => kept.id > listener.lastId)
    const heard = fresh.filter((kept) => mayHear(kept, caller))
    const alerts = heard.flatMap(({ event }) => (event.type === 'alert' ? event.alert : []))
    const views = await this.#parts.views.alerts(alerts, caller.tree)
    await this.#parts.accessLog.record(caller, ROUTE, looksAtAlerts(views))
    let at = 0
    for (const kept of heard) {
      const view = kept.event.type === 'alert' ? views[at++] : undefined
      this.#write(listener, frameOf(kept, view))
    }
    listener.lastId = fresh.at(-1)?.id ?? listener.lastId
  }

  #enqueue(event: KeptLiveEvent): void {
    if (this.#listeners.size === 0) return
    this.#queue.push(event)
    if (!this.#draining) void this.#drain()
  }

  async #drain(): Promise<void> {
    this.#draining = true
    for (let kept = this.#queue.shift(); kept !== undefined; kept = this.#queue.shift()) {
      try {
        await this.#publish(kept)
      } catch (error) {
        // Nobody may miss an event without knowing: those who come back replay it from the table.
        this.#parts.log.error({ reason: reasonOf(error) }, 'a live event could not be handed out')
        for (const listener of this.#listeners) this.#drop(listener)
      }
    }
    this.#draining = false
  }

  async #publish(kept: KeptLiveEvent): Promise<void> {
    const { event } = kept
    if (this.#isNewPlace(event.jurisdictionId)) await this.recheck()
    const [someone] = this.#listeners
    if (someone === undefined) return
    const view =
      event.type === 'alert' ? await this.#parts.views.alert(event.alert, someone.caller.tree) : undefined
    const text = frameOf(kept, view)
    const told = new Set<string>()
    for (const listener of this.#listeners) {
      if (listener.waiting !== null) {
        listener.waiting.push(kept)
        if (listener.waiting.length > CUT_WAITING) this.#drop(listener)
      } else if (kept.id > listener.lastId) {
        listener.lastId = kept.id
        if (!mayHear(kept, listener.caller)) continue
        this.#write(listener, text)
        told.add(listener.caller.actor)
      }
    }
    if (view !== undefined) this.#noteLooks([...told], looksAtAlerts([view]))
  }

  /** Written down after it was told, many in one write: an alarm does not wait for the disk. */
  #noteLooks(actors: readonly string[], looks: readonly Look[]): void {
    this.#unwritten.push(...actors.flatMap((actor) => looks.map((look) => ({ actor, look }))))
    if (!this.#writing) this.#written = this.#writeLooks()
  }

  async #writeLooks(): Promise<void> {
    this.#writing = true
    while (this.#unwritten.length > 0) {
      try {
        await this.#parts.accessLog.recordDelivered(ROUTE, this.#unwritten.splice(0))
      } catch (error) {
        // Who looks without being written down may not go on looking.
        this.#parts.log.error({ reason: reasonOf(error) }, 'looks at live events could not be written down')
        for (const listener of this.#listeners) this.#drop(listener)
      }
    }
    this.#writing = false
  }

  /** A place that listeners do not know yet: who may hear of it is to be asked anew. */
  #isNewPlace(id: JurisdictionId | null): boolean {
    const [someone] = this.#listeners
    return id !== null && someone !== undefined && someone.caller.tree.pathOf(id).length === 0
  }

  #heard(event: HeardEvent): void {
    if (this.#listeners.size === 0) return
    const { homeId, deviceId, measuredAt } = event
    let text: string | null = null
    for (const listener of this.#listeners) {
      if (listener.waiting !== null || listener.sink.bufferedBytes() > HINT_BYTES) continue
      if (!listener.caller.reach('places.read').has(event.jurisdictionId)) continue
      text ??= frame('heard', { homeId, deviceId, measuredAt })
      this.#write(listener, text)
    }
  }
}

const frameOf = ({ id, event }: KeptLiveEvent, view: AlertView | undefined): string => {
  if (event.type === 'visit') {
    const { id: visitId, alertId, homeId, state, version } = event.visit
    return frame('visit', { id: visitId, alertId, homeId, state, version }, id)
  }
  if (event.type === 'registry') {
    return frame('registry', { homeId: event.homeId, jurisdictionId: event.jurisdictionId }, id)
  }
  if (view === undefined) throw new Error('an alert event has no view')
  return frame('alert', view, id)
}

const reasonOf = (error: unknown): string =>
  error instanceof Error ? `${error.name}: ${error.message}` : typeof error
