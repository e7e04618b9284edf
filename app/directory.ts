import type { HomeDevice } from '../contracts/home.ts'
import type { DeviceId, GatewayId, HomeId, JurisdictionId, SourceId } from '../contracts/ids.ts'
import {
  type MappingSubject,
  mappingKey,
  mappingSubjectsOf,
  type SourceMapping,
} from '../contracts/mapping.ts'
import type { Assignment, Device, Gateway, Home } from '../contracts/registry.ts'
import type { Source } from '../contracts/source.ts'
import { DAY_MS, type EpochMs } from '../contracts/time.ts'
import { wrapOfModel } from '../ingest/profiles/index.ts'
import type { StateTables } from '../store/state.ts'

/**
 * The registry in memory: which device stands where, and when it did. Every packet asks it, so it must not wait for
 * a database. The pipeline, the one writer of the registry, keeps it current.
 */
export class Directory {
  readonly #devices = new Map<DeviceId, Device>()
  readonly #behind = new Map<string, DeviceId>()
  readonly #assignments = new Map<DeviceId, Assignment[]>()
  readonly #standing = new Map<HomeId, Set<DeviceId>>()
  readonly #homes = new Map<HomeId, Home>()
  readonly #homesAt = new Map<JurisdictionId, Set<HomeId>>()
  readonly #gateways = new Map<GatewayId, Gateway>()
  readonly #sources = new Map<SourceId, Source>()
  readonly #mappings = new Map<string, SourceMapping>()
  /** What holds for each device, worked out when it is first asked: every packet asks. */
  readonly #mapped = new Map<DeviceId, SourceMapping | null>()

  static async load(state: StateTables): Promise<Directory> {
    const directory = new Directory()
    let after: string | null = null
    do {
      const page = await state.homes.list({ scope: null, archived: true }, { limit: 1_000, after })
      for (const home of page.items) directory.putHome(home)
      after = page.next
    } while (after !== null)
    for (const device of await state.devices.all()) directory.putDevice(device)
    for (const assignment of await state.devices.allAssignments()) directory.#addAssignment(assignment)
    await directory.reloadGateways(state)
    for (const source of await state.sources.all()) directory.putSource(source)
    for (const { subject, mapping } of await state.mappings.all()) directory.putMapping(subject, mapping)
    return directory
  }

  /**
   * Reads everything again: after a failed transaction memory may know more than the disk. What was known stays until
   * all is read and is changed in one go, because a packet that came in between would find no home to ring in.
   */
  async reload(state: StateTables): Promise<void> {
    const fresh = await Directory.load(state)
    replace(this.#devices, fresh.#devices)
    replace(this.#behind, fresh.#behind)
    replace(this.#assignments, fresh.#assignments)
    replace(this.#standing, fresh.#standing)
    replace(this.#homes, fresh.#homes)
    replace(this.#homesAt, fresh.#homesAt)
    replace(this.#gateways, fresh.#gateways)
    replace(this.#sources, fresh.#sources)
    replace(this.#mappings, fresh.#mappings)
    this.#mapped.clear()
  }

  async reloadGateways(state: StateTables): Promise<void> {
    const gateways = await state.gateways.all()
    replace(this.#gateways, new Map(gateways.map((gateway) => [gateway.id, gateway])))
  }

  device(id: string): Device | null {
    return this.#devices.get(id as DeviceId) ?? null
  }

  behind(gatewayId: GatewayId, sourceId: string): Device | null {
    const id = this.#behind.get(JSON.stringify([gatewayId, sourceId]))
    return id === undefined ? null : this.device(id)
  }

  gateway(id: string): Gateway | null {
    return this.#gateways.get(id as GatewayId) ?? null
  }

  gateways(): Gateway[] {
    return [...this.#gateways.values()]
  }

  home(id: HomeId): Home | null {
    return this.#homes.get(id) ?? null
  }

  homeIds(): HomeId[] {
    return [...this.#homes.keys()]
  }

  jurisdictionOf(id: HomeId): JurisdictionId | null {
    return this.#homes.get(id)?.jurisdictionId ?? null
  }

  /** How many homes hang on this very place and have devices. */
  watchedHomesAt(id: JurisdictionId): number {
    let count = 0
    for (const homeId of this.#homesAt.get(id) ?? [])
      if (this.#homes.get(homeId)?.archivedAt === null && (this.#standing.get(homeId)?.size ?? 0) > 0) count++
    return count
  }

  /** The places that homes hang on, each with the time zone of one of them. */
  placesWithHomes(): [JurisdictionId, string][] {
    return [...this.#homesAt].flatMap(([id, [first]]) => {
      const home = first === undefined ? undefined : this.#homes.get(first)
      return home ? [[id, home.zone] as [JurisdictionId, string]] : []
    })
  }

  homeAt(deviceId: DeviceId, at: EpochMs): HomeId | null {
    const assignments = this.#assignments.get(deviceId)
    const first = assignments?.[0]
    if (!assignments || !first) return null
    // A detector whose clock is hours slow must still ring in the home it was just mounted in.
    if (at < first.from && first.from - at <= DAY_MS) return first.homeId
    return assignments.findLast((one) => one.from <= at && (one.to === null || at < one.to))?.homeId ?? null
  }

  /** The home that a device stands in now. */
  homeOf(deviceId: DeviceId): HomeId | null {
    return this.stayOf(deviceId)?.homeId ?? null
  }

  /** Where a device stands, and since when. */
  stayOf(deviceId: DeviceId): Readonly<Assignment> | null {
    const last = this.#assignments.get(deviceId)?.at(-1)
    return last && last.to === null ? last : null
  }

  devicesOf(homeId: HomeId): HomeDevice[] {
    return [...(this.#standing.get(homeId) ?? [])].sort().flatMap((id) => {
      const device = this.device(id)
      if (!device?.enabled) return []
      const since = this.#assignments.get(id)?.at(-1)?.from
      const standing = homeDeviceOf(device)
      return [since === undefined ? standing : { ...standing, since }]
    })
  }

  source(id: SourceId): Source | null {
    return this.#sources.get(id) ?? null
  }

  sources(): Source[] {
    return [...this.#sources.values()]
  }

  putSource(source: Source): void {
    this.#sources.set(source.id, source)
  }

  removeSource(id: SourceId): void {
    this.#sources.delete(id)
  }

  /** Under which topics a gateway may speak, here and through its sources. */
  topicsOf(id: GatewayId): string[] {
    const elsewhere = this.sources().flatMap(({ gatewayId, via }) =>
      gatewayId === id && via.type === 'mqtt' ? via.topics : [],
    )
    return [...(this.gateway(id)?.topics ?? []), ...elsewhere]
  }

  /** A device's own words before those of its model, and its gateway's before the general ones, name by name. */
  mappingOf(deviceId: DeviceId): SourceMapping | null {
    const known = this.#mapped.get(deviceId)
    if (known !== undefined) return known
    const device = this.#devices.get(deviceId)
    const layers =
      device === undefined ? [] : mappingSubjectsOf(device).map((one) => this.#mappings.get(mappingKey(one)))
    const said = layers.filter((layer) => layer !== undefined)
    const mapping =
      said.length === 0
        ? null
        : {
            fields: Object.assign({}, ...said.map((layer) => layer.fields)) as SourceMapping['fields'],
            zone: said.findLast((layer) => layer.zone !== null)?.zone ?? null,
          }
    this.#mapped.set(deviceId, mapping)
    return mapping
  }

  /** The devices whose messages a mapping of this subject may explain. */
  devicesUnder(subject: MappingSubject): Device[] {
    const key = mappingKey(subject)
    return [...this.#devices.values()].filter((device) =>
      mappingSubjectsOf(device).some((one) => mappingKey(one) === key),
    )
  }

  putMapping(subject: MappingSubject, mapping: SourceMapping | null): void {
    if (mapping === null) this.#mappings.delete(mappingKey(subject))
    else this.#mappings.set(mappingKey(subject), mapping)
    this.#mapped.clear()
  }

  putHome(home: Home): void {
    const before = this.#homes.get(home.id)
    if (before) this.#homesAt.get(before.jurisdictionId)?.delete(home.id)
    this.#homes.set(home.id, home)
    const there = this.#homesAt.get(home.jurisdictionId) ?? new Set()
    there.add(home.id)
    this.#homesAt.set(home.jurisdictionId, there)
  }

  putDevice(device: Device): void {
    this.#devices.set(device.id, device)
    this.#mapped.delete(device.id)
    if (device.gatewayId !== null && device.sourceId !== null)
      this.#behind.set(JSON.stringify([device.gatewayId, device.sourceId]), device.id)
  }

  assign(deviceId: DeviceId, homeId: HomeId | null, at: EpochMs): void {
    const last = this.#assignments.get(deviceId)?.at(-1)
    if (last && last.to === null) {
      last.to = Math.max(at, last.from)
      this.#standing.get(last.homeId)?.delete(deviceId)
    }
    if (homeId !== null) this.#addAssignment({ deviceId, homeId, from: at, to: null })
  }

  #addAssignment(assignment: Assignment): void {
    const list = this.#assignments.get(assignment.deviceId) ?? []
    list.push({ ...assignment })
    list.sort((a, b) => a.from - b.from)
    this.#assignments.set(assignment.deviceId, list)
    if (assignment.to !== null) return
    const standing = this.#standing.get(assignment.homeId) ?? new Set()
    standing.add(assignment.deviceId)
    this.#standing.set(assignment.homeId, standing)
  }
}

function replace<Key, Value>(present: Map<Key, Value>, fresh: ReadonlyMap<Key, Value>): void {
  present.clear()
  for (const [key, value] of fresh) present.set(key, value)
}

/** A device as the rules see it, with what the catalogue knows of its model. */
export function homeDeviceOf({ id, kind, model, cadenceS }: Device): HomeDevice {
  const wrap = wrapOfModel(model)
  return { deviceId: id, kind, cadenceS, ...(wrap === null ? {} : { wrap }) }
}
