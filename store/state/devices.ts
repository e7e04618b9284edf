import type { DeviceId, GatewayId, HomeId } from '../../contracts/ids.ts'
import type { DeviceKind } from '../../contracts/reading.ts'
import type { Assignment, Device, Gateway } from '../../contracts/registry.ts'
import type { EpochMs } from '../../contracts/time.ts'
import type { Page, PageRequest, Scope } from './lists.ts'

export interface DeviceTable {
  get(id: DeviceId): Promise<Device | null>
  /** Those of `ids` that exist, in no order. */
  of(ids: readonly DeviceId[]): Promise<Device[]>
  /** The device registered under `sourceId` behind that gateway. */
  behind(gatewayId: GatewayId, sourceId: string): Promise<Device | null>
  /**
   * Ascending by id. `scope` takes devices that stand in one of its homes or hang behind one of its gateways; those
   * that do neither only where scope is null.
   */
  list(
    filter: { scope: Scope; homeId: HomeId | null; kind: DeviceKind | null; gatewayId: GatewayId | null },
    page: PageRequest,
  ): Promise<Page<Device>>
  all(): Promise<Device[]>
  put(device: Device): Promise<void>
  assignments(deviceId: DeviceId): Promise<Assignment[]>
  assignmentsOfHome(homeId: HomeId): Promise<Assignment[]>
  /** The open assignments of these homes: what stands there now. */
  standingIn(homeIds: readonly HomeId[]): Promise<Assignment[]>
  /** The open assignments of these devices: where they stand now. */
  placesOf(deviceIds: readonly DeviceId[]): Promise<Assignment[]>
  allAssignments(): Promise<Assignment[]>
  /** Ends the open assignment at `at` and, when `homeId` is not null, opens a new one from then. */
  assign(deviceId: DeviceId, homeId: HomeId | null, at: EpochMs): Promise<void>
}

export interface GatewayTable {
  get(id: GatewayId): Promise<Gateway | null>
  list(filter: { scope: Scope }, page: PageRequest): Promise<Page<Gateway>>
  all(): Promise<Gateway[]>
  put(gateway: Gateway): Promise<void>
}

/** SHA-256 of the secrets of devices and gateways, by `device:{id}` or `gateway:{id}`. */
export interface CredentialTable {
  get(principal: string): Promise<Uint8Array | null>
  all(): Promise<{ principal: string; hash: Uint8Array }[]>
  put(principal: string, hash: Uint8Array): Promise<void>
}

/** How each device is doing, for lists and pages; kept by the pipeline. */
export interface DeviceHealth {
  deviceId: DeviceId
  lastReceivedAt: EpochMs
  lastMeasuredAt: EpochMs
  batteryPct: number | null
  batteryLow: boolean | null
  signalDbm: number | null
  /** Last known value of every metric. */
  values: Record<string, number | boolean>
  /** Learned seconds between messages. */
  cadenceS: number | null
  /** What that is learned from, as in the rules; left out by an earlier release. */
  gaps?: { count: number; medianS: number; highS: number } | null
  /** Messages on each of its last days (days since 1970 in UTC), the oldest first; left out by an earlier release. */
  perDay?: [day: number, messages: number][]
  /** Of its last message: its own time was right, ran ahead or was beyond belief, or it said none. */
  clock?: 'right' | 'wrong' | 'missing'
}

export interface DeviceHealthTable {
  of(deviceIds: readonly DeviceId[]): Promise<DeviceHealth[]>
  put(health: DeviceHealth): Promise<void>
}
