import type { DeviceId, GatewayId, HomeId } from '../contracts/ids.ts'
import type { Preview } from '../contracts/kept-message.ts'
import type { AskedField, SourceMapping } from '../contracts/mapping.ts'
import type { DecodeRefusal, Message, Principal, Sample } from '../contracts/message.ts'
import { isDecodedLater, type NewQuarantineItem } from '../contracts/quarantine.ts'
import type { DeviceKind, Reading } from '../contracts/reading.ts'
import { type Meters, noMeters } from '../contracts/telemetry.ts'
import type { EpochMs } from '../contracts/time.ts'
import { judgeClocks } from './clock-policy.ts'
import { type DecodeContext, type Decoder, Packet } from './decoder.ts'
import { decoders as allDecoders } from './decoders/index.ts'
import { decodePacket } from './decoding.ts'
import { DialectMemory } from './dialect-memory.ts'
import { Refusals } from './refusals.ts'

export interface KnownDevice {
  id: DeviceId
  kind: DeviceKind
  enabled: boolean
}

/** The registry as ingest sees it: synchronous, kept in memory by `app/`. */
export interface DeviceDirectory {
  device(id: string): KnownDevice | null
  /** The device that a gateway knows as `sourceId`. */
  behind(gatewayId: GatewayId, sourceId: string): KnownDevice | null
  /** The home in which a device stood at that time; null when in none. */
  homeAt(deviceId: DeviceId, at: EpochMs): HomeId | null
  /** What its registration says of its names and times, or that of its model; null when neither does. */
  mappingOf(deviceId: DeviceId): SourceMapping | null
}

export interface Taken {
  /** Name of the family that took the message; null when none did. */
  family: string | null
  /** Grouped by device and home, ready for the journal. */
  readings: { deviceId: DeviceId; homeId: HomeId | null; readings: Reading[] }[]
  quarantined: NewQuarantineItem[]
}

export interface Ingest {
  /** Total: whatever the bytes, it answers and never throws; what cannot be taken is quarantined with its reason. */
  take(principal: Principal, message: Message): Taken
  /** The same for a message that was kept, with its first `receivedAt`: as the registry stands now, of these devices alone. */
  takeKept(principal: Principal, message: Message, only: ReadonlySet<DeviceId>): Taken
  preview(
    principal: Principal,
    message: Message,
    proposed: { sourceId: string; mapping: SourceMapping } | null,
  ): Preview
}

const MAX_DEVICE_BYTES = 256 * 1024
const MAX_GATEWAY_BYTES = 2 * 1024 * 1024
const MAX_SAMPLES = 1_000
const KEPT_PAYLOAD_BYTES = 4 * 1024
/** Of a message that can be decoded once its device is registered or mapped. */
const KEPT_WHOLE_BYTES = 256 * 1024
const MAX_SOURCES_QUARANTINED = 20
const MAX_FIELDS_SHOWN = 300

export function createIngest(options: {
  directory: DeviceDirectory
  decoders?: readonly Decoder[]
  meters: Meters
  /** IANA zone of the site, for sources that state local times without their offset. */
  siteZone?: string
}): Ingest {
  const { directory, decoders = allDecoders, meters, siteZone = null } = options
  const memories = new Map<GatewayId, DialectMemory>()
  const decoderFailed = (decoder: string) => {
    meters.count('ingest_decoder_failures_total', { decoder })
  }
  const decodeWith = (principal: Principal, message: Message, context: Partial<DecodeContext>) =>
    decodePacket(
      decoders,
      new Packet(message),
      { ...contextOf(principal, message, directory), siteZone, ...context },
      decoderFailed,
    )
  const takeWith = (principal: Principal, message: Message, memory: DialectMemory | null, report: Report) => {
    if (message.payload.length > maxBytes(principal)) {
      report.refused({ code: 'too_large', message: `${message.payload.length} bytes in one message` }, null)
      return report.taken
    }
    const asked = new Set<string>()
    const decoded = decodeWith(principal, message, {
      ...(memory === null ? {} : { memory }),
      onAsked: (sourceId) => asked.add(sourceId),
    })
    report.taken.family = decoded.family
    if (decoded.refused !== null)
      report.refused(decoded.refused, onlySource(decoded.samples) ?? onlyOne(asked))
    takeSamples(principal, message, decoded.samples, directory, report)
    report.countReadings()
    return report.taken
  }
  return {
    take: (principal, message) =>
      takeWith(principal, message, memoryOf(principal, memories), new Report(principal, message, meters)),
    takeKept(principal, message, only) {
      const memory = memoryOf(principal, memories)?.copy() ?? null
      const taken = takeWith(principal, message, memory, new Report(principal, message, noMeters))
      return { ...taken, readings: taken.readings.filter(({ deviceId }) => only.has(deviceId)) }
    },
    preview(principal, message, proposed) {
      const fields = new Map<string, AskedField>()
      const present = contextOf(principal, message, directory)
      const about = (sourceId: string) =>
        proposed?.sourceId === sourceId ? proposed.mapping : present.sourceMappingOf(sourceId)
      const memory = memoryOf(principal, memories)?.copy()
      const decoded = decodeWith(principal, message, {
        ...(memory === undefined ? {} : { memory }),
        mappingOf: (sourceId) => about(sourceId)?.fields ?? null,
        zoneOf: (sourceId) => about(sourceId)?.zone ?? null,
        onAsked(sourceId, name, said) {
          const key = JSON.stringify([sourceId, name])
          if (fields.size < MAX_FIELDS_SHOWN) fields.set(key, { sourceId, name, said: shown(said) })
        },
      })
      const refusals = new Refusals()
      const samples = judgeClocks(decoded.samples, message.receivedAt, message.retained, refusals)
      return { fields: [...fields.values()], samples, refused: decoded.refused ?? refusals.summary() }
    },
  }
}

const shown = (said: unknown): AskedField['said'] =>
  typeof said === 'string'
    ? said.slice(0, 60)
    : typeof said === 'number' || typeof said === 'boolean'
      ? said
      : null

function takeSamples(
  principal: Principal,
  message: Message,
  decoded: readonly Sample[],
  directory: DeviceDirectory,
  report: Report,
): void {
  if (decoded.length > MAX_SAMPLES) {
    report.refused({ code: 'too_large', message: `${decoded.length} samples in one message` }, null)
  }
  const refusals = new Refusals()
  const samples = judgeClocks(decoded.slice(0, MAX_SAMPLES), message.receivedAt, message.retained, refusals)
  const refusal = refusals.summary()
  if (refusal !== null) report.refused(refusal, onlySource(decoded))
  const owners = new Map<string, KnownDevice | DecodeRefusal>()
  for (const sample of samples) {
    let owner = owners.get(sample.sourceId)
    if (owner === undefined) {
      owner = ownerOf(principal, sample, directory)
      owners.set(sample.sourceId, owner)
      if ('code' in owner) report.refused(owner, sample.sourceId)
    }
    if ('code' in owner) continue
    // Smoke always has a home: an alarm from before the detector stood anywhere is looked into where it stands now.
    const fallback = sample.values['smoke'] === true ? directory.homeAt(owner.id, message.receivedAt) : null
    report.reading(owner, directory.homeAt(owner.id, sample.measuredAt) ?? fallback, sample)
  }
}

/** A device speaks for itself alone; a gateway for the devices registered behind it. */
function ownerOf(
  principal: Principal,
  sample: Sample,
  directory: DeviceDirectory,
): KnownDevice | DecodeRefusal {
  if (principal.type === 'device' && sample.sourceId !== principal.deviceId) {
    return { code: 'wrong_device', message: 'a device may speak for itself alone' }
  }
  const device = registered(principal, sample.sourceId, directory)
  if (device !== null && device.enabled) return device
  // A gateway's word about itself is its lifecycle, unless somebody registered the gateway as a device too.
  if (device === null && sample.kind === 'gateway')
    return { code: 'ignored', message: 'about the gateway itself' }
  const message = device === null ? 'no device is registered under this id' : 'the device is disabled'
  return { code: 'unregistered_device', message }
}

const registered = (
  principal: Principal,
  sourceId: string,
  directory: DeviceDirectory,
): KnownDevice | null =>
  principal.type === 'device' ? directory.device(sourceId) : directory.behind(principal.gatewayId, sourceId)

function contextOf(principal: Principal, message: Message, directory: DeviceDirectory) {
  const sourceMappingOf = (sourceId: string): SourceMapping | null => {
    const device = registered(principal, sourceId, directory)
    return device === null ? null : directory.mappingOf(device.id)
  }
  return {
    sourceMappingOf,
    mappingOf: (sourceId: string) => sourceMappingOf(sourceId)?.fields ?? null,
    zoneOf: (sourceId: string) => sourceMappingOf(sourceId)?.zone ?? null,
    baseTopic: principal.type === 'gateway' ? baseTopicOf(message.topic, principal.topics) : null,
    kindOf: (sourceId: string) => registered(principal, sourceId, directory)?.kind ?? null,
    deviceId: principal.type === 'device' ? principal.deviceId : null,
  }
}

/** Each registered gateway has a memory of its own, so that none can explain another one's messages. */
function memoryOf(principal: Principal, memories: Map<GatewayId, DialectMemory>): DialectMemory | null {
  if (principal.type === 'device') return null
  const memory = memories.get(principal.gatewayId) ?? new DialectMemory()
  memories.set(principal.gatewayId, memory)
  return memory
}

/** The longest registered filter that holds the topic, without its closing `/#`. */
function baseTopicOf(topic: string, filters: readonly string[]): string | null {
  let base: string | null = null
  for (const filter of filters) {
    const prefix = filter.endsWith('/#') ? filter.slice(0, -2) : filter
    if (topic.startsWith(`${prefix}/`) && prefix.length > (base?.length ?? 0)) base = prefix
  }
  return base
}

const maxBytes = (principal: Principal): number =>
  principal.type === 'device' ? MAX_DEVICE_BYTES : MAX_GATEWAY_BYTES

/** The source that all samples of a message share, if they do: it is the one that a refusal is about. */
function onlySource(samples: readonly Sample[]): string | null {
  const first = samples[0]?.sourceId
  return first !== undefined && samples.every((sample) => sample.sourceId === first) ? first : null
}

const onlyOne = (asked: ReadonlySet<string>): string | null => {
  const [first] = asked
  return asked.size === 1 ? (first ?? null) : null
}

/** Gathers what comes of one message. */
class Report {
  readonly taken: Taken = { family: null, readings: [], quarantined: [] }
  readonly #principal: Principal
  readonly #message: Message
  readonly #meters: Meters
  #readings = 0

  constructor(principal: Principal, message: Message, meters: Meters) {
    this.#principal = principal
    this.#message = message
    this.#meters = meters
  }

  refused(refusal: DecodeRefusal, sourceId: string | null): void {
    this.#meters.count('ingest_refused_total', { code: refusal.code })
    if (refusal.code === 'ignored' || this.taken.quarantined.length >= MAX_SOURCES_QUARANTINED) return
    const { payload, receivedAt, topic } = this.#message
    const principal = this.#principal
    const whole = isDecodedLater(refusal.code) && payload.length <= KEPT_WHOLE_BYTES
    const bytes = whole ? payload.length : Math.min(payload.length, KEPT_PAYLOAD_BYTES)
    const kept = Buffer.from(payload.buffer, payload.byteOffset, bytes)
    this.taken.quarantined.push({
      receivedAt,
      principal:
        principal.type === 'device' ? `device:${principal.deviceId}` : `gateway:${principal.gatewayId}`,
      sourceId: sourceId?.slice(0, 200) ?? null,
      topic: topic.slice(0, 512),
      payload: kept.toString('base64'),
      sizeBytes: payload.length,
      code: refusal.code,
      message: refusal.message.slice(0, 300),
    })
  }

  reading(device: KnownDevice, homeId: HomeId | null, sample: Sample): void {
    const { sourceId: _, ...rest } = sample
    const reading: Reading = {
      ...rest,
      deviceId: device.id,
      kind: device.kind === 'other' ? sample.kind : device.kind,
      receivedAt: this.#message.receivedAt,
    }
    this.#readings += 1
    const group = this.taken.readings.find((known) => known.deviceId === device.id && known.homeId === homeId)
    if (group === undefined) this.taken.readings.push({ deviceId: device.id, homeId, readings: [reading] })
    else group.readings.push(reading)
  }

  countReadings(): void {
    if (this.#readings > 0) this.#meters.count('ingest_readings_total', {}, this.#readings)
  }
}
