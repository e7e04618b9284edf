import type { DeviceAddress, DeviceCommand } from '../../contracts/device-command.ts'
import type { DeviceId } from '../../contracts/ids.ts'

/** What devices were asked to do. */
export interface DeviceCommandTable {
  put(command: DeviceCommand): Promise<void>
  /** Those that are requested or sent, the first first. */
  open(): Promise<DeviceCommand[]>
  /** The last first. */
  ofDevice(id: DeviceId, limit: number): Promise<DeviceCommand[]>
}

/** Where devices behind a gateway listen. */
export interface DeviceAddressTable {
  all(): Promise<DeviceAddress[]>
  put(address: DeviceAddress): Promise<void>
}
