import type { DeviceId, JurisdictionId } from '../contracts/ids.ts'
import type { Device } from '../contracts/registry.ts'
import { defaultRuleSettings, type RuleSettings } from '../contracts/settings.ts'
import { type Clocks, type EpochMs, HOUR_MS, SECOND_MS } from '../contracts/time.ts'
import type { DeviceHealth, StateStore } from '../store/state.ts'
import type { Reach } from './permissions.ts'

type SilenceRule = RuleSettings['device.silent']

/** Never heard counts as silent: nothing is known of it. Same measure as the rule `device.silent`. */
export const isSilent = (
  device: Pick<Device, 'cadenceS'>,
  health: Pick<DeviceHealth, 'lastReceivedAt' | 'cadenceS'> | undefined,
  rule: SilenceRule,
  now: EpochMs,
): boolean => {
  if (health === undefined) return true
  const cadenceMs = (device.cadenceS ?? health.cadenceS ?? 0) * SECOND_MS
  return now - health.lastReceivedAt > Math.max(rule.intervals * cadenceMs, rule.minHours * HOUR_MS)
}

interface WatchedHome {
  jurisdictionId: JurisdictionId
  /** Of any of its devices; null: never, or none stands there. */
  lastReceivedAt: EpochMs | null
  blind: boolean
}

export interface HomeCounts {
  homes: number
  heardLastHour: number
  blind: number
}

/** However many consoles ask, walking all homes takes a fiftieth of the time at most. */
const LEAST_KEEP_MS = 2 * SECOND_MS
const KEEP_PER_WALK = 50
const PAGE = 500

/** How many homes are heard: the sentence over an empty queue. */
export class HomeWatch {
  readonly #state: StateStore
  readonly #clocks: Clocks
  #kept: { until: EpochMs; homes: Promise<WatchedHome[]> } | null = null

  constructor(state: StateStore, clocks: Clocks) {
    this.#state = state
    this.#clocks = clocks
  }

  async silenceRule(): Promise<SilenceRule> {
    return ((await this.#state.settings.rules()) ?? defaultRuleSettings)['device.silent']
  }

  async count(reach: Reach): Promise<HomeCounts> {
    const hourAgo = this.#clocks.civil.now() - HOUR_MS
    const homes = (await this.#homes()).filter((home) => reach.has(home.jurisdictionId))
    return {
      homes: homes.length,
      heardLastHour: homes.filter((home) => home.lastReceivedAt !== null && home.lastReceivedAt >= hourAgo)
        .length,
      blind: homes.filter((home) => home.blind).length,
    }
  }

  #homes(): Promise<WatchedHome[]> {
    const { wall } = this.#clocks
    const startedAt = wall.now()
    if (this.#kept !== null && startedAt < this.#kept.until) return this.#kept.homes
    const kept = { until: Number.POSITIVE_INFINITY, homes: this.#walk() }
    this.#kept = kept
    kept.homes.then(
      () => {
        const endedAt = wall.now()
        kept.until = endedAt + Math.max(LEAST_KEEP_MS, KEEP_PER_WALK * (endedAt - startedAt))
      },
      () => {
        kept.until = 0
      },
    )
    return kept.homes
  }

  async #walk(): Promise<WatchedHome[]> {
    const rule = await this.silenceRule()
    const now = this.#clocks.civil.now()
    const devices = new Map((await this.#state.devices.all()).map((device) => [device.id, device]))
    const health = await this.#healthOf([...devices.keys()])
    const watched: WatchedHome[] = []
    for (let after: string | null = null, more = true; more; more = after !== null) {
      const page = await this.#state.homes.list({ scope: null, archived: false }, { limit: PAGE, after })
      const open = await this.#state.devices.standingIn(page.items.map((home) => home.id))
      const standing = Map.groupBy(open, (assignment) => assignment.homeId)
      for (const { id, jurisdictionId } of page.items) {
        const here = (standing.get(id) ?? []).flatMap((assignment) => devices.get(assignment.deviceId) ?? [])
        const heard = here.flatMap((device) => health.get(device.id)?.lastReceivedAt ?? [])
        watched.push({
          jurisdictionId,
          lastReceivedAt: heard.length === 0 ? null : Math.max(...heard),
          blind: here.every((device) => isSilent(device, health.get(device.id), rule, now)),
        })
      }
      after = page.next
    }
    return watched
  }

  async #healthOf(ids: readonly DeviceId[]): Promise<Map<DeviceId, DeviceHealth>> {
    const known = new Map<DeviceId, DeviceHealth>()
    for (let from = 0; from < ids.length; from += PAGE) {
      for (const health of await this.#state.health.of(ids.slice(from, from + PAGE)))
        known.set(health.deviceId, health)
    }
    return known
  }
}
