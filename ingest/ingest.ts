import type { DeviceId, GatewayId, HomeId } from '../contracts/ids.ts'
import type { DecodeRefusal, Message, Principal, Sample } from '../contracts/message.ts'
import type { QuarantineItem } from '../contracts/quarantine.ts'
import type { DeviceKind, Reading } from '../contracts/reading.ts'
import type { Meters } from '../contracts/telemetry.ts'
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
}

export interface Taken {
  /** Grouped by device and home, ready for the journal. */
  readings: { deviceId: DeviceId; homeId: HomeId | null; readings: Reading[] }[]
  quarantined: Omit<QuarantineItem, 'id'>[]
}

export interface Ingest {
  /** Total: whatever the bytes, it answers and never throws; what cannot be taken is quarantined with its reason. */
  take(principal: Principal, message: Message): Taken
}

const MAX_DEVICE_BYTES = 256 * 1024
const MAX_GATEWAY_BYTES = 2 * 1024 * 1024
const MAX_SAMPLES = 1_000
const KEPT_PAYLOAD_BYTES = 4 * 1024
const MAX_SOURCES_QUARANTINED = 20

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
  return {
    take(principal, message) {
      const report = new Report(principal, message, meters)
      if (message.payload.length > maxBytes(principal)) {
        report.refused({ code: 'too_large', message: `${message.payload.length} bytes in one message` }, null)
        return report.taken
      }
      const decoded = decodePacket(
        decoders,
        new Packet(message),
        { ...contextOf(principal, message, directory), siteZone, ...memoryOf(principal, memories) },
        decoderFailed,
      )
      if (decoded.refused !== null) report.refused(decoded.refused, onlySource(decoded.samples))
      takeSamples(principal, message, decoded.samples, directory, report)
      report.countReadings()
      return report.taken
    },
  }
}

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

function contextOf(principal: Principal, message: Message, directory: DeviceDirectory): DecodeContext {
  return {
    baseTopic: principal.type === 'gateway' ? baseTopicOf(message.topic, principal.topics) : null,
    kindOf: (sourceId) => registered(principal, sourceId, directory)?.kind ?? null,
    deviceId: principal.type === 'device' ? principal.deviceId : null,
  }
}

/** Each registered gateway has a memory of its own, so that none can explain another one's messages. */
function memoryOf(
  principal: Principal,
  memories: Map<GatewayId, DialectMemory>,
): Pick<DecodeContext, 'memory'> {
  if (principal.type === 'device') return {}
  const memory = memories.get(principal.gatewayId) ?? new DialectMemory()
  memories.set(principal.gatewayId, memory)
  return { memory }
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

/** Gathers what comes of one message. */
class Report {
  readonly taken: Taken = { readings: [], quarantined: [] }
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
    const kept = Buffer.from(payload.buffer, payload.byteOffset, Math.min(payload.length, KEPT_PAYLOAD_BYTES))
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
