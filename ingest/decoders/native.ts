import type { Decoded, Sample } from '../../contracts/message.ts'
import { METRICS } from '../../contracts/metric.ts'
import type { Quality, Values } from '../../contracts/reading.ts'
import {
  checkedValue,
  isObject,
  type JsonObject,
  kindByMetrics,
  onlineState,
  putValue,
  statedTime,
  withoutNoise,
} from '../coercion.ts'
import { type DecodeContext, type Decoder, type Packet, refuse } from '../decoder.ts'
import { excerpt, Refusals } from '../refusals.ts'

export const MAX_SAMPLES = 1_000
const MAX_INTERVAL_S = 31 * 86_400
const ENVELOPE: ReadonlySet<string> = new Set(['measuredAt', 'ts', 'channel', 'seq'])

type Half = 'readings' | 'status' | 'answers'

/** The device and the half of a native topic, `devices/{deviceId}/readings`, `…/status` or `…/answers`. */
export function nativeTopic(topic: string): { deviceId: string; half: Half } | null {
  if (!topic.startsWith('devices/')) return null
  const end = topic.indexOf('/', 8)
  const half = topic.slice(end + 1)
  if (end <= 8 || (half !== 'readings' && half !== 'status' && half !== 'answers')) return null
  return { deviceId: topic.slice(8, end), half }
}

/**
 * The service's own JSON, on `devices/{deviceId}/readings`; metric names and units are those of `contracts/metric.ts`.
 *
 * - one sample: `{"ts": T, "values": {"water_total_m3": 12.3}, "channel"?: "1", "seq"?: 7}`, or flat, with the metrics
 *   beside `ts`: `{"ts": T, "water_total_m3": 12.3}`. T (also called `measuredAt`) is ISO 8601 with its offset, or epoch
 *   seconds or ms; without it, arrival time serves;
 * - the compact series of a meter that uploads seldom: `{"metric": "water_total_m3", "start": T, "interval_s": 900,
 *   "base": 12.345, "deltas": [0.002, null, 0]}`: the register at `start + (i + 1) · interval_s` is `base` and the deltas
 *   up to i; or `"values": […]`, the metric at `start + i · interval_s`. null: not measured, no sample;
 * - an array of either, up to 1,000 samples in all, in any order.
 *
 * A bad value, sample or delta is refused by itself. null says nothing. `smoke: true` survives whatever else in its
 * sample is wrong.
 *
 * On `devices/{deviceId}/status`: `online` or `offline`, as text or `{"state": "online"}`.
 */
export const native: Decoder = {
  name: 'native',
  claims: (packet) => nativeTopic(packet.topic) !== null,
  decode(packet, context) {
    const topic = nativeTopic(packet.topic)
    if (topic === null) return refuse('undecoded', 'not a native topic')
    if (topic.half === 'answers') return refuse('ignored', 'an answer to a command')
    return topic.half === 'status'
      ? decodeStatus(topic.deviceId, packet, context)
      : decodeReadings(topic.deviceId, packet, context)
  },
}

function decodeStatus(sourceId: string, packet: Packet, context: DecodeContext): Decoded {
  if (packet.message.payload.length === 0) return refuse('ignored', 'a retained status was cleared')
  const online = onlineState(packet.text(), packet.json())
  if (online === null) return refuse('malformed', 'a status is online or offline')
  const sample: Sample = {
    sourceId,
    kind: context.kindOf(sourceId) ?? 'other',
    measuredAt: packet.receivedAt,
    measuredAtSource: 'broker',
    values: { online },
    quality: ['clock_missing'],
  }
  return { samples: [sample], refused: null }
}

function decodeReadings(sourceId: string, packet: Packet, context: DecodeContext): Decoded {
  const json = packet.json()
  if (!json.ok) return refuse('malformed', 'the payload is not JSON in UTF-8')
  const reader = new NativeReader(sourceId, packet.receivedAt, context)
  if (Array.isArray(json.value)) {
    json.value.forEach((item, index) => {
      reader.read(item, `[${index}] `)
    })
  } else reader.read(json.value, '')
  return reader.decoded()
}

/** Reads the items of one message into samples and refusals. */
class NativeReader {
  readonly #sourceId: string
  readonly #receivedAt: number
  readonly #registeredKind: ReturnType<DecodeContext['kindOf']>
  readonly #samples: Sample[] = []
  readonly #refusals = new Refusals()

  constructor(sourceId: string, receivedAt: number, context: DecodeContext) {
    this.#sourceId = sourceId
    this.#receivedAt = receivedAt
    this.#registeredKind = context.kindOf(sourceId)
  }

  decoded(): Decoded {
    return { samples: this.#samples, refused: this.#refusals.summary() }
  }

  read(item: unknown, where: string): void {
    if (!isObject(item))
      this.#refusals.add('malformed', `${where}a sample is an object, not ${excerpt(item)}`)
    else if (Object.hasOwn(item, 'metric')) this.#readSeries(item, where)
    else this.#readSample(item, where)
  }

  #readSample(item: JsonObject, where: string): void {
    const values = this.#valuesOf(item, where)
    if (values === null) return
    const time = statedTime(item['measuredAt'] ?? item['ts'])
    const label = this.#labelOf(item, where)
    const unusable = typeof time === 'string' && (time === 'malformed' || time === 'local')
    if (unusable)
      this.#refusals.add(
        'malformed',
        `${where}the time is ${excerpt(item['measuredAt'] ?? item['ts'])}, not an instant`,
      )
    if (unusable || label === null) {
      // A detector that rings must be heard even if it cannot say when or where: only that one word is kept.
      if (values['smoke'] === true) this.#push(this.#receivedAt, 'broker', { smoke: true }, {}, where)
      return
    }
    if (typeof time === 'object') this.#push(time.at, 'device', values, label, where)
    else this.#push(this.#receivedAt, 'broker', values, label, where)
  }

  #valuesOf(item: JsonObject, where: string): Values | null {
    const nested = Object.hasOwn(item, 'values')
    const source = nested ? item['values'] : item
    if (!isObject(source)) {
      this.#refusals.add('malformed', `${where}values is ${excerpt(source)}, not an object`)
      return null
    }
    const values: Values = {}
    let said = 0
    for (const name of Object.keys(source)) {
      if (!nested && ENVELOPE.has(name)) continue
      said += 1
      putValue(values, name, source[name], this.#refusals, where)
    }
    if (said === 0) this.#refusals.add('malformed', `${where}the sample holds no values`)
    return Object.keys(values).length === 0 ? null : values
  }

  #readSeries(item: JsonObject, where: string): void {
    const { metric, interval_s: intervalS } = item
    const start = statedTime(item['start'])
    const label = this.#labelOf(item, where)
    if (label === null) return
    if (typeof metric !== 'string' || !METRICS.has(metric)) {
      this.#refusals.add('malformed', `${where}no such metric: ${excerpt(metric)}`)
    } else if (typeof start !== 'object') {
      this.#refusals.add('malformed', `${where}a series needs the instant of its start`)
    } else if (typeof intervalS !== 'number' || !(intervalS > 0 && intervalS <= MAX_INTERVAL_S)) {
      this.#refusals.add('malformed', `${where}interval_s is ${excerpt(intervalS)}, not seconds`)
    } else if (Array.isArray(item['deltas'])) {
      const points = this.#registersOf(metric, item['base'], item['deltas'], where)
      this.#pushSeries(metric, start.at + intervalS * 1000, intervalS, points, label, where)
    } else if (Array.isArray(item['values'])) {
      this.#pushSeries(metric, start.at, intervalS, item['values'], label, where)
    } else this.#refusals.add('malformed', `${where}a series holds deltas or values`)
  }

  /** The register after each interval; null where it was not measured. Behind a bad delta nothing is known. */
  #registersOf(metric: string, base: unknown, deltas: readonly unknown[], where: string): unknown[] {
    if (METRICS.get(metric)?.form !== 'register' || typeof base !== 'number') {
      this.#refusals.add('malformed', `${where}deltas need a register and its base`)
      return []
    }
    const registers: unknown[] = []
    let register = base
    for (const delta of deltas.slice(0, MAX_SAMPLES)) {
      if (delta !== null && (typeof delta !== 'number' || !(delta >= 0))) {
        this.#refusals.add(
          'malformed',
          `${where}delta ${registers.length} is ${excerpt(delta)}; from there on nothing is taken`,
        )
        return registers
      }
      register += delta ?? 0
      registers.push(delta === null ? null : withoutNoise(register))
    }
    if (deltas.length > MAX_SAMPLES) this.#tooMany(where)
    return registers
  }

  #pushSeries(
    metric: string,
    firstAt: number,
    intervalS: number,
    points: readonly unknown[],
    label: Label,
    where: string,
  ): void {
    for (const [index, point] of points.entries()) {
      if (point === null) continue
      const checked = checkedValue(metric, point)
      if ('code' in checked) this.#refusals.add(checked.code, `${where}point ${index}: ${checked.message}`)
      else {
        const at = Math.round(firstAt + index * intervalS * 1000)
        if (!this.#push(at, 'device', { [metric]: checked.value }, label, where)) return
      }
    }
  }

  #labelOf(item: JsonObject, where: string): Label | null {
    const { channel, seq } = item
    const label: Label = {}
    if (channel !== undefined && channel !== null) {
      const name = typeof channel === 'number' ? String(channel) : channel
      if (typeof name !== 'string' || name === '' || name.length > 64) {
        this.#refusals.add('malformed', `${where}channel is ${excerpt(channel)}, not a short name or number`)
        return null
      }
      label.channel = name
    }
    if (seq !== undefined && seq !== null) {
      if (Number.isSafeInteger(seq)) label.seq = seq as number
      else this.#refusals.add('malformed', `${where}seq is ${excerpt(seq)}, not an integer`)
    }
    return label
  }

  #push(
    at: number,
    source: Sample['measuredAtSource'],
    values: Values,
    label: Label,
    where: string,
  ): boolean {
    if (this.#samples.length >= MAX_SAMPLES) {
      this.#tooMany(where)
      return false
    }
    const quality: Quality[] = source === 'broker' ? ['clock_missing'] : []
    this.#samples.push({
      sourceId: this.#sourceId,
      ...label,
      kind: this.#registeredKind ?? kindByMetrics(values),
      measuredAt: at,
      measuredAtSource: source,
      values,
      quality,
    })
    return true
  }

  #tooMany(where: string): void {
    this.#refusals.add('too_large', `${where}a message holds at most ${MAX_SAMPLES} samples`)
  }
}

type Label = Pick<Sample, 'channel' | 'seq'>
