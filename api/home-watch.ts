import type { DeviceId, GatewayId, HomeId, JurisdictionId } from '../contracts/ids.ts'
import type { DeviceKind } from '../contracts/reading.ts'
import type { Device } from '../contracts/registry.ts'
import { defaultRuleSettings, type RuleSettings } from '../contracts/settings.ts'
import { type Clocks, type EpochMs, HOUR_MS, SECOND_MS } from '../contracts/time.ts'
import type { DeviceHealth } from '../store/state/devices.ts'
import type { Page, PageRequest } from '../store/state/lists.ts'
import type { StateStore } from '../store/state.ts'
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
  const cadenceMs = Math.max(device.cadenceS ?? 0, health.cadenceS ?? 0) * SECOND_MS
  return now - health.lastReceivedAt > Math.max(rule.intervals * cadenceMs, rule.minHours * HOUR_MS)
}

interface WatchedHome {
  id: HomeId
  jurisdictionId: JurisdictionId
  /** Of any of its devices; null: never, or none stands there. */
  lastReceivedAt: EpochMs | null
  blind: boolean
}

interface WatchedDevice {
  id: DeviceId
  kind: DeviceKind
  gatewayId: GatewayId | null
  homeId: HomeId | null
  /** Where its home and its gateway are: in the reach of either, it is in reach. */
  jurisdictionIds: JurisdictionId[]
  /** Enabled, and not heard for too long: somebody has to go there. */
  silent: boolean
  /** Sorts by what needs looking after: silent, the longest first, then heard, then disabled. */
  urgency: string
}

interface Walk {
  /** Without the archived, ascending by id. */
  homes: WatchedHome[]
  /** Ascending by urgency. */
  devices: WatchedDevice[]
}

export interface WatchCounts {
  homes: number
  heardLastHour: number
  blind: number
  devices: number
  silentDevices: number
}

export interface DeviceFilter {
  reach: Reach
  homeId: HomeId | null
  kind: DeviceKind | null
  gatewayId: GatewayId | null
  silent: boolean | null
}

/** However many consoles ask, walking all homes takes a fiftieth of the time at most. */
const LEAST_KEEP_MS = 2 * SECOND_MS
const KEEP_PER_WALK = 50
const PART = 500
/** So many digits that instants sort as texts. */
const INSTANT_DIGITS = 15

/** Which homes and devices are heard: what no index of the store can tell, because it changes while nothing happens. */
export class HomeWatch {
  readonly #state: StateStore
  readonly #clocks: Clocks
  #kept: { until: EpochMs; walk: Promise<Walk> } | null = null

  constructor(state: StateStore, clocks: Clocks) {
    this.#state = state
    this.#clocks = clocks
  }

  async silenceRule(): Promise<SilenceRule> {
    return ((await this.#state.settings.rules()) ?? defaultRuleSettings)['device.silent']
  }

  async count(reach: Reach): Promise<WatchCounts> {
    const hourAgo = this.#clocks.civil.now() - HOUR_MS
    const walk = await this.#walked()
    const homes = walk.homes.filter((home) => reach.has(home.jurisdictionId))
    const devices = walk.devices.filter((device) => isWithin(device, reach))
    return {
      homes: homes.length,
      heardLastHour: homes.filter((home) => home.lastReceivedAt !== null && home.lastReceivedAt >= hourAgo)
        .length,
      blind: homes.filter((home) => home.blind).length,
      devices: devices.length,
      silentDevices: devices.filter((device) => device.silent).length,
    }
  }

  /** Homes none of whose devices is being heard, ascending by id. */
  async blindHomes(reach: Reach, page: PageRequest): Promise<Page<HomeId>> {
    const { homes } = await this.#walked()
    const found = homes.filter((home) => home.blind && reach.has(home.jurisdictionId))
    return pageOf(found, page, (home) => home.id)
  }

  async isBlind(ids: readonly HomeId[]): Promise<Set<HomeId>> {
    const asked = new Set(ids)
    const { homes } = await this.#walked()
    return new Set(homes.flatMap((home) => (home.blind && asked.has(home.id) ? [home.id] : [])))
  }

  /** By urgency. A device that is heard while one turns the pages may be passed over, or met twice. */
  async devicesByUrgency(filter: DeviceFilter, page: PageRequest): Promise<Page<DeviceId>> {
    const { devices } = await this.#walked()
    const found = devices.filter(
      (device) =>
        isWithin(device, filter.reach) &&
        (filter.homeId ?? device.homeId) === device.homeId &&
        (filter.kind ?? device.kind) === device.kind &&
        (filter.gatewayId ?? device.gatewayId) === device.gatewayId &&
        (filter.silent ?? device.silent) === device.silent,
    )
    return pageOf(found, page, (device) => device.urgency)
  }

  /** What was registered, moved or archived shows at once. */
  forget(): void {
    this.#kept = null
  }

  #walked(): Promise<Walk> {
    const { wall } = this.#clocks
    const startedAt = wall.now()
    if (this.#kept !== null && startedAt < this.#kept.until) return this.#kept.walk
    const kept = { until: Number.POSITIVE_INFINITY, walk: this.#walk() }
    this.#kept = kept
    kept.walk.then(
      () => {
        const endedAt = wall.now()
        kept.until = endedAt + Math.max(LEAST_KEEP_MS, KEEP_PER_WALK * (endedAt - startedAt))
      },
      () => {
        kept.until = 0
      },
    )
    return kept.walk
  }

  async #walk(): Promise<Walk> {
    const state = this.#state
    const now = this.#clocks.civil.now()
    const rule = await this.silenceRule()
    const devices = await state.devices.all()
    const ids = devices.map((device) => device.id)
    const healths = await inParts(ids, (part) => state.health.of(part))
    const health = new Map(healths.map((each) => [each.deviceId, each]))
    const assignments = await inParts(ids, (part) => state.devices.placesOf(part))
    const homeOf = new Map(assignments.map((each) => [each.deviceId, each.homeId]))
    const gateways = new Map((await state.gateways.all()).map((each) => [each.id, each.jurisdictionId]))

    const standing = Map.groupBy(devices, (device) => homeOf.get(device.id) ?? null)
    const homes = new Map<HomeId, JurisdictionId>()
    const watchedHomes: WatchedHome[] = []
    for (let after: string | null = null, more = true; more; more = after !== null) {
      const page = await state.homes.list({ scope: null, archived: true }, { limit: PART, after })
      for (const { id, jurisdictionId, archivedAt } of page.items) {
        homes.set(id, jurisdictionId)
        if (archivedAt !== null) continue
        const here = standing.get(id) ?? []
        const heard = here.flatMap((device) => health.get(device.id)?.lastReceivedAt ?? [])
        const lastReceivedAt = heard.length === 0 ? null : Math.max(...heard)
        const blind = here.every((device) => isSilent(device, health.get(device.id), rule, now))
        watchedHomes.push({ id, jurisdictionId, lastReceivedAt, blind })
      }
      after = page.next
    }
    const watchedDevices = devices.map((device) => {
      const { id, kind, gatewayId } = device
      const homeId = homeOf.get(id) ?? null
      const places = [homeId && homes.get(homeId), gatewayId && gateways.get(gatewayId)]
      const silent = device.enabled && isSilent(device, health.get(id), rule, now)
      const urgency = urgencyOf(device, silent, health.get(id)?.lastReceivedAt ?? 0)
      return {
        id,
        kind,
        gatewayId,
        homeId,
        jurisdictionIds: places.flatMap((at) => at ?? []),
        silent,
        urgency,
      }
    })
    return { homes: watchedHomes, devices: watchedDevices.sort((a, b) => (a.urgency < b.urgency ? -1 : 1)) }
  }
}

/** However many devices there are, no query holds all of their ids. */
const inParts = async <Row>(
  ids: readonly DeviceId[],
  rowsOf: (part: readonly DeviceId[]) => Promise<Row[]>,
): Promise<Row[]> => {
  const rows: Row[] = []
  for (let from = 0; from < ids.length; from += PART)
    rows.push(...(await rowsOf(ids.slice(from, from + PART))))
  return rows
}

const urgencyOf = ({ id, enabled }: Device, silent: boolean, lastReceivedAt: EpochMs): string =>
  `${silent ? 0 : enabled ? 1 : 2}.${String(lastReceivedAt).padStart(INSTANT_DIGITS, '0')}.${id}`

const isWithin = (device: WatchedDevice, reach: Reach): boolean =>
  reach.everywhere || device.jurisdictionIds.some((id) => reach.has(id))

/** The items after the mark, which are ascending by it. */
const pageOf = <Item extends { id: unknown }>(
  items: readonly Item[],
  { limit, after }: PageRequest,
  markOf: (item: Item) => string,
): Page<Item['id']> => {
  const from = after === null ? 0 : items.findIndex((item) => markOf(item) > after)
  const rest = from === -1 ? [] : items.slice(from, from + limit + 1)
  const last = rest.length > limit ? rest[limit - 1] : undefined
  return {
    items: rest.slice(0, limit).map((item) => item.id),
    next: last === undefined ? null : markOf(last),
  }
}
