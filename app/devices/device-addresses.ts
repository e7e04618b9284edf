import type { DeviceAddress } from '../../contracts/device-command.ts'
import type { DeviceId, SourceId } from '../../contracts/ids.ts'
import type { Message, Principal } from '../../contracts/message.ts'
import type { Device } from '../../contracts/registry.ts'
import type { Log } from '../../contracts/telemetry.ts'
import { commandFamilies } from '../../ingest/commands/index.ts'
import { Packet } from '../../ingest/decoder.ts'
import type { Taken } from '../../ingest/ingest.ts'
import type { StateStore } from '../../store/state.ts'
import type { Directory } from '../directory.ts'

/** Of a device that its bridge has told of and that has not been heard itself, or is not registered: forgotten beyond. */
const MAX_TOLD = 5_000

/**
 * Where devices behind gateways listen, learned from the topics that they are heard on: kept, because a valve that sends once
 * a day must be reachable after a restart. Every packet passes here, so nothing is worked out twice for the same topic.
 */
export class Addresses {
  readonly #directory: Directory
  readonly #table: StateStore['deviceAddresses']
  readonly #log: Log
  readonly #known = new Map<DeviceId, DeviceAddress>()
  readonly #heardOn = new Map<DeviceId, string>()
  readonly #told = new Map<string, Record<string, unknown>>()
  #last: Promise<void> = Promise.resolve()

  private constructor(directory: Directory, table: StateStore['deviceAddresses'], log: Log) {
    this.#directory = directory
    this.#table = table
    this.#log = log
  }

  static async load(state: StateStore, directory: Directory, log: Log): Promise<Addresses> {
    const addresses = new Addresses(directory, state.deviceAddresses, log)
    for (const one of await state.deviceAddresses.all()) addresses.#known.set(one.deviceId, one)
    return addresses
  }

  /** Null: it has not been heard, or its family takes no commands. A device that connects itself listens under its id. */
  of(device: Device): DeviceAddress | null {
    if (device.gatewayId !== null) return this.#known.get(device.id) ?? null
    const { id: deviceId } = device
    return { deviceId, family: 'native', address: `devices/${deviceId}`, sourceId: null, abilities: {} }
  }

  learn(principal: Principal, message: Message, taken: Taken, sourceId: SourceId | null): void {
    if (principal.type === 'device' || taken.family === null) return
    const family = commandFamilies.get(taken.family)
    if (family === undefined) return
    for (const { deviceId } of taken.readings) {
      const mark = sourceId === null ? message.topic : `${sourceId} ${message.topic}`
      if (this.#heardOn.get(deviceId) === mark) continue
      this.#heardOn.set(deviceId, mark)
      const said = this.#directory.device(deviceId)?.sourceId ?? null
      const address = said === null ? null : family.addressOf(message.topic, said)
      if (address === null) continue
      const abilities =
        this.#told.get(toldKey(principal.gatewayId, address)) ?? this.#known.get(deviceId)?.abilities ?? {}
      this.#keep({ deviceId, family: family.name, address, sourceId, abilities })
    }
    const told = family.abilitiesIn?.(new Packet(message)) ?? null
    if (told !== null) this.#hearTold(principal.gatewayId, told)
  }

  /** Settles when all that was learned is kept. */
  settled(): Promise<void> {
    return this.#last
  }

  #hearTold(gatewayId: string, told: ReadonlyMap<string, Record<string, unknown>>): void {
    for (const [address, abilities] of told) {
      if (this.#told.size >= MAX_TOLD) this.#told.clear()
      this.#told.set(toldKey(gatewayId, address), abilities)
    }
    for (const known of this.#known.values()) {
      if (this.#directory.device(known.deviceId)?.gatewayId !== gatewayId) continue
      const abilities = told.get(known.address)
      if (abilities !== undefined) this.#keep({ ...known, abilities })
    }
  }

  #keep(address: DeviceAddress): void {
    const before = this.#known.get(address.deviceId)
    if (before !== undefined && JSON.stringify(before) === JSON.stringify(address)) return
    this.#known.set(address.deviceId, address)
    this.#last = this.#last
      .then(() => this.#table.put(address))
      // Then it is learned again after the next restart.
      .catch((error: unknown) => this.#log.warn({ err: error }, 'where a device listens was not kept'))
  }
}

const toldKey = (gatewayId: string, address: string): string => `${gatewayId} ${address}`
