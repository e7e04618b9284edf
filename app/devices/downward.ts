import { randomUUID } from 'node:crypto'
import type { Actor } from '../../contracts/alert.ts'
import {
  DEVICE_ACTS,
  type DeviceAct,
  type DeviceActType,
  type DeviceCommand,
  type DeviceCommands,
} from '../../contracts/device-command.ts'
import { Refusal } from '../../contracts/errors.ts'
import { DeviceCommandId, type DeviceId, type SourceId } from '../../contracts/ids.ts'
import type { Message, Principal } from '../../contracts/message.ts'
import type { Device } from '../../contracts/registry.ts'
import type { Log } from '../../contracts/telemetry.ts'
import { type Clock, DAY_MS, type EpochMs, HOUR_MS, MINUTE_MS } from '../../contracts/time.ts'
import type { Answer, CommandFamily, Encoded } from '../../ingest/commands/family.ts'
import { commandFamilies, isDone, kindRefuses } from '../../ingest/commands/index.ts'
import { Packet } from '../../ingest/decoder.ts'
import type { Taken } from '../../ingest/ingest.ts'
import type { StateStore } from '../../store/state.ts'
import type { Directory } from '../directory.ts'
import { Addresses } from './device-addresses.ts'

/** A device that is heard and has not answered is told again, but not at each of its messages. */
const REPEAT_MS = MINUTE_MS
/** A hush that comes when the next fire does would be worse than none. */
const LIVES_MS: Record<DeviceActType, number> = {
  set_interval: DAY_MS,
  hush: 10 * MINUTE_MS,
  self_test: HOUR_MS,
  valve: HOUR_MS,
}
/** What a reading says of a time that is past proves nothing of now. */
const OF_THE_PAST = new Set(['historical', 'retained', 'stale_cache'])

export interface DownwardOptions {
  state: StateStore
  directory: Directory
  civil: Clock
  log: Log
}

/** The ways to devices. */
export interface WaysDown {
  /** Takes a message to whoever listens on our own broker. */
  publish(topic: string, payload: string): Promise<void>
  listens(principal: `device:${string}` | `gateway:${string}`, topic: string): boolean
  sources: {
    forbids(id: SourceId, topic: string): string | null
    publish(id: SourceId, topic: string, payload: string): Promise<void>
  }
}

/** Commands to devices: kept, sent, sent again when the device is heard, answered or given up at a civil deadline. */
export class Downward implements DeviceCommands {
  readonly #options: DownwardOptions
  readonly #addresses: Addresses
  #ways: WaysDown | null = null
  readonly #open = new Map<DeviceCommandId, DeviceCommand>()
  /** Changes follow one another: an answer must not meet its command half sent. */
  #last: Promise<void> = Promise.resolve()

  private constructor(options: DownwardOptions, addresses: Addresses) {
    this.#options = options
    this.#addresses = addresses
  }

  static async open(options: DownwardOptions): Promise<Downward> {
    const { state, directory, log } = options
    const downward = new Downward(options, await Addresses.load(state, directory, log))
    for (const command of await state.deviceCommands.open()) downward.#open.set(command.id, command)
    return downward
  }

  /** Opens the ways: until then commands are taken and wait. */
  through(ways: WaysDown): void {
    this.#ways = ways
  }

  async request(id: DeviceId, act: DeviceAct, livesMs: number | null, by: Actor): Promise<DeviceCommand> {
    const { directory, civil } = this.#options
    const device = this.#device(id)
    const now = civil.now()
    const command: DeviceCommand = {
      id: DeviceCommandId.parse(randomUUID()),
      deviceId: id,
      homeId: directory.homeOf(id),
      act,
      by,
      requestedAt: now,
      expiresAt: now + (livesMs ?? LIVES_MS[act.type]),
      state: 'requested',
      changedAt: now,
      sentAt: null,
      tries: 0,
      reason: null,
    }
    const encoded = this.#encode(command, device)
    if (!encoded.ok) throw new Refusal('command_unsupported', encoded.reason)
    await this.#inTurn(async () => {
      // A valve that was to be closed must not close after somebody had it opened.
      for (const before of this.#openOf(id))
        if (before.act.type === act.type) await this.#end(before, 'failed', 'another command took its place')
      await this.#put(command)
      await this.#send(command)
    })
    return this.#open.get(command.id) ?? command
  }

  async of(id: DeviceId, limit: number): Promise<DeviceCommand[]> {
    await this.expire()
    return this.#options.state.deviceCommands.ofDevice(id, limit)
  }

  obstacles(id: DeviceId): Record<DeviceActType, string | null> {
    const device = this.#device(id)
    const why = (type: DeviceActType) => {
      const encoded = this.#encode({ ...PROBE, act: EXAMPLES[type] }, device)
      return encoded.ok ? null : encoded.reason
    }
    return Object.fromEntries(DEVICE_ACTS.map((type) => [type, why(type)])) as ReturnType<
      Downward['obstacles']
    >
  }

  /**
   * A message that is kept: it may show where its device listens, answer a command, or be the sign that it is awake.
   * Total: whatever a stranger wrote, it is kept, and refused now it would come again for ever.
   */
  heard(principal: Principal, message: Message, taken: Taken, sourceId: SourceId | null): void {
    try {
      this.#hear(principal, message, taken, sourceId)
    } catch (error) {
      this.#options.log.error(
        { err: error, principal },
        'what a message means for commands was not understood',
      )
    }
  }

  #hear(principal: Principal, message: Message, taken: Taken, sourceId: SourceId | null): void {
    const { log } = this.#options
    this.#addresses.learn(principal, message, taken, sourceId)
    if (this.#open.size === 0) return
    const packet = new Packet(message)
    const answer = answerIn(packet)
    const heard = new Set(taken.readings.map(({ deviceId }) => deviceId))
    const concerned = [...this.#open.values()].filter((command) => this.#isFrom(principal, command.deviceId))
    for (const command of concerned) {
      const done = taken.readings.some(
        ({ deviceId, readings }) =>
          deviceId === command.deviceId &&
          readings.some(
            ({ quality, values }) =>
              !quality.some((one) => OF_THE_PAST.has(one)) && isDone(command.act, values),
          ),
      )
      const isAnswered = answer !== null && this.#answers(answer, command)
      if (!done && !isAnswered && !heard.has(command.deviceId)) continue
      this.#inTurn(async () => {
        const present = this.#open.get(command.id)
        if (present === undefined) return
        if (isAnswered) await this.#end(present, answer.outcome, answer.reason)
        else if (done && present.sentAt !== null) await this.#end(present, 'acknowledged', null)
        else await this.#sendAgain(present)
      }).catch((error: unknown) =>
        log.error({ err: error, command: command.id }, 'a command was not dealt with'),
      )
    }
  }

  /** Somebody listens anew: itself, or the gateway that its devices are behind. */
  listening(gatewayOrDevice: string, sourceId: SourceId | null = null): void {
    for (const command of this.#open.values()) {
      const device = this.#options.directory.device(command.deviceId)
      if (device === null || (device.gatewayId ?? device.id) !== gatewayOrDevice) continue
      if (device.gatewayId !== null && this.#addresses.of(device)?.sourceId !== sourceId) continue
      this.#inTurn(async () => {
        const present = this.#open.get(command.id)
        if (present !== undefined) await this.#sendAgain(present)
      }).catch((error: unknown) => this.#options.log.error({ err: error }, 'a command was not sent'))
    }
  }

  /** Gives up what nobody has answered in its time. */
  async expire(): Promise<void> {
    const now = this.#options.civil.now()
    if (![...this.#open.values()].some(({ expiresAt }) => expiresAt <= now)) return
    await this.#inTurn(async () => {
      for (const command of this.#open.values())
        if (command.expiresAt <= now) await this.#end(command, 'expired', null)
    })
  }

  /** Settles when all that was begun is done. */
  async settled(): Promise<void> {
    await this.#last
    await this.#addresses.settled()
  }

  #device(id: DeviceId): Device {
    const device = this.#options.directory.device(id)
    if (device === null) throw new Refusal('not_found', 'no such device')
    return device
  }

  #openOf(id: DeviceId): DeviceCommand[] {
    return [...this.#open.values()].filter(({ deviceId }) => deviceId === id)
  }

  /** A device answers for itself, a gateway for those behind it. */
  #isFrom(principal: Principal, id: DeviceId): boolean {
    if (principal.type === 'device') return principal.deviceId === id
    return this.#options.directory.device(id)?.gatewayId === principal.gatewayId
  }

  #answers({ to }: Answer, command: DeviceCommand): boolean {
    if ('id' in to) return to.id === command.id
    const device = this.#options.directory.device(command.deviceId)
    if (command.sentAt === null || device === null) return false
    const isThere = this.#addresses.of(device)?.address === to.address
    if ('idBegins' in to) return isThere && command.id.replaceAll('-', '').startsWith(to.idBegins)
    return isThere && (to.act === null || JSON.stringify(to.act) === JSON.stringify(command.act))
  }

  #encode(command: Pick<DeviceCommand, 'id' | 'act' | 'requestedAt' | 'expiresAt'>, device: Device): Encoded {
    const refuse = (reason: string): Encoded => ({ ok: false, reason })
    if (!device.enabled) return refuse('the device is disabled')
    const refused = kindRefuses(command.act.type, device.kind)
    if (refused !== null) return refuse(refused)
    const where = this.#addresses.of(device)
    if (where === null) return refuse('the device has not been heard yet, or its family takes no commands')
    const family = commandFamilies.get(where.family) as CommandFamily
    const { address, abilities } = where
    const { kind, model } = device
    const mapping = this.#options.directory.mappingOf(device.id)?.fields ?? null
    const encoded = family.encode(command, { kind, model, address, abilities, mapping })
    if (!encoded.ok || where.sourceId === null) return encoded
    const forbidden = this.#ways?.sources.forbids(where.sourceId, encoded.topic) ?? null
    return forbidden === null ? encoded : refuse(forbidden)
  }

  async #sendAgain(command: DeviceCommand): Promise<void> {
    const { directory, civil } = this.#options
    const now = civil.now()
    if (command.expiresAt <= now) return this.#end(command, 'expired', null)
    const device = directory.device(command.deviceId)
    const where = device === null ? null : this.#addresses.of(device)
    const isKeptThere = where !== null && commandFamilies.get(where.family)?.keptThere === true
    if (command.state === 'sent' && (isKeptThere || now - (command.sentAt ?? 0) < REPEAT_MS)) return
    await this.#send(command)
  }

  /** Handed to whoever is there: where nobody is, it stays requested and goes out when somebody listens. */
  async #send(command: DeviceCommand): Promise<void> {
    const { directory, civil, log } = this.#options
    const ways = this.#ways
    const device = directory.device(command.deviceId)
    const encoded: Encoded =
      device === null ? { ok: false, reason: 'the device is gone' } : this.#encode(command, device)
    if (device === null || !encoded.ok)
      return this.#end(command, 'failed', encoded.ok ? null : encoded.reason)
    const sourceId = this.#addresses.of(device)?.sourceId ?? null
    const listener =
      device.gatewayId === null ? (`device:${device.id}` as const) : (`gateway:${device.gatewayId}` as const)
    if (ways === null || (sourceId === null && !ways.listens(listener, encoded.topic))) return
    try {
      if (sourceId === null) await ways.publish(encoded.topic, encoded.payload)
      else await ways.sources.publish(sourceId, encoded.topic, encoded.payload)
    } catch (error) {
      log.info({ command: command.id, err: error }, 'a command waits: nobody is there to take it')
      return
    }
    const now = civil.now()
    await this.#put({ ...command, state: 'sent', changedAt: now, sentAt: now, tries: command.tries + 1 })
  }

  #end(command: DeviceCommand, state: 'acknowledged' | 'failed' | 'expired', reason: string | null) {
    return this.#put({ ...command, state, reason, changedAt: this.#options.civil.now() })
  }

  async #put(command: DeviceCommand): Promise<void> {
    await this.#options.state.deviceCommands.put(command)
    if (command.state === 'requested' || command.state === 'sent') this.#open.set(command.id, command)
    else this.#open.delete(command.id)
    const { id, deviceId, act, state, by } = command
    this.#options.log.info({ command: id, device: deviceId, act: act.type, state, by }, 'command to a device')
  }

  #inTurn(work: () => Promise<void>): Promise<void> {
    const done = this.#last.then(work)
    this.#last = done.catch(() => undefined)
    return done
  }
}

const EXAMPLES: Record<DeviceActType, DeviceAct> = {
  set_interval: { type: 'set_interval', seconds: 900 },
  hush: { type: 'hush' },
  self_test: { type: 'self_test' },
  valve: { type: 'valve', open: false },
}
const PROBE: { id: DeviceCommandId; requestedAt: EpochMs; expiresAt: EpochMs } = {
  id: DeviceCommandId.parse('probe'),
  requestedAt: 0,
  expiresAt: 0,
}

function answerIn(packet: Packet): Answer | null {
  for (const family of commandFamilies.values()) {
    const answer = family.answerOf(packet)
    if (answer !== null) return answer
  }
  return null
}
