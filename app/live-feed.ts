import type { DeviceId, HomeId } from '../contracts/ids.ts'
import type { HeardEvent, KeptLiveEvent, LiveFeed } from '../contracts/live.ts'
import type { Clock, EpochMs } from '../contracts/time.ts'

/** A home that reports every second need not redraw every console every second. */
const HEARD_EVERY_MS = 1_000

type Listener = Parameters<LiveFeed['listen']>[0]

/** The feed inside the process: told after each commit, passes on at once; `heard` at most once a second a home. */
export class Feed implements LiveFeed {
  readonly #listeners = new Set<Listener>()
  readonly #heardAt = new Map<HomeId, EpochMs>()
  readonly #wall: Clock

  constructor(wall: Clock) {
    this.#wall = wall
  }

  listen(listener: Listener): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  kept(events: readonly KeptLiveEvent[]): void {
    for (const event of events) for (const listener of this.#listeners) listener.kept(event)
  }

  heard(events: ReadonlyMap<DeviceId, HeardEvent>): void {
    if (this.#listeners.size === 0) return
    const now = this.#wall.now()
    for (const event of events.values()) {
      // Either way: after a clock was put back consoles must not stand still until it is where it was.
      if (Math.abs(now - (this.#heardAt.get(event.homeId) ?? 0)) < HEARD_EVERY_MS) continue
      this.#heardAt.set(event.homeId, now)
      for (const listener of this.#listeners) listener.heard(event)
    }
  }
}
