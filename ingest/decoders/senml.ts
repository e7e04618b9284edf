import type { Decoded, Sample } from '../../contracts/message.ts'
import { METRICS } from '../../contracts/metric.ts'
import type { Quality, Value } from '../../contracts/reading.ts'
import {
  checkedValue,
  isObject,
  type JsonObject,
  kindByMetrics,
  statedTime,
  withoutNoise,
} from '../coercion.ts'
import { type DecodeContext, type Decoder, type Packet, refuse } from '../decoder.ts'
import { excerpt, Refusals } from '../refusals.ts'
import { metricByWord, unitFactor } from '../units.ts'
import { MAX_SAMPLES, nativeTopic } from './native.ts'

const VERSION = 10
/** RFC 8428, 4.5.3: a time below 2^28 s is counted from now. */
const RELATIVE_BELOW_S = 2 ** 28
const MAX_RECORDS = 10 * MAX_SAMPLES

/**
 * SenML in JSON (RFC 8428) on the native topic. Name: base and name together; its last part (after `:` or `/`) is one of
 * our metrics, or a word from which the metric follows with the unit. What stands between an own identity
 * (`urn:dev:TYPE:ID`, or the device's id) and that part is the channel. Records of one channel and time are one sample.
 */
export const senml: Decoder = {
  name: 'senml',
  claims(packet) {
    if (nativeTopic(packet.topic)?.half !== 'readings') return false
    const json = packet.json()
    return json.ok && Array.isArray(json.value) && looksLikePack(json.value.slice(0, 4))
  },
  decode(packet, context) {
    const json = packet.json()
    const topic = nativeTopic(packet.topic)
    if (topic === null || !json.ok || !Array.isArray(json.value))
      return refuse('undecoded', 'not a SenML pack')
    return new PackReader(topic.deviceId, packet, context).read(json.value)
  },
}

function looksLikePack(items: readonly unknown[]): boolean {
  const objects = items.filter(isObject)
  const native = objects.some((item) => Object.keys(item).some((key) => key === 'values' || METRICS.has(key)))
  return !native && objects.some((item) => typeof item['n'] === 'string' || typeof item['bn'] === 'string')
}

interface Base {
  name: string
  timeS: number
  unit: string | undefined
  value: number
}

class PackReader {
  readonly #deviceId: string
  readonly #receivedAt: number
  readonly #registeredKind: ReturnType<DecodeContext['kindOf']>
  readonly #samples = new Map<string, Sample>()
  readonly #refusals = new Refusals()
  #base: Base = { name: '', timeS: 0, unit: undefined, value: 0 }

  constructor(deviceId: string, packet: Packet, context: DecodeContext) {
    this.#deviceId = deviceId
    this.#receivedAt = packet.receivedAt
    this.#registeredKind = context.kindOf(deviceId)
  }

  read(records: readonly unknown[]): Decoded {
    if (records.length > MAX_RECORDS)
      this.#refusals.add('too_large', `a pack holds at most ${MAX_RECORDS} records`)
    for (const [index, record] of records.slice(0, MAX_RECORDS).entries()) {
      const where = `[${index}] `
      if (!isObject(record)) {
        this.#refusals.add('malformed', `${where}a record is an object`)
        continue
      }
      // Behind a base that cannot be read every later name, time or value would be a guess.
      if (!this.#takeBase(record, where)) break
      this.#readRecord(record, where)
    }
    const samples = [...this.#samples.values()]
    for (const sample of samples) sample.kind = this.#registeredKind ?? kindByMetrics(sample.values)
    const refused = this.#refusals.summary()
    if (samples.length > 0 || refused !== null) return { samples, refused }
    return refuse('ignored', 'no record in it has a value')
  }

  #takeBase(record: JsonObject, where: string): boolean {
    const { bn, bt, bu, bv, bver } = record
    const unknownMust = Object.keys(record).find((key) => key.endsWith('_'))
    const fault =
      (bver !== undefined && !(typeof bver === 'number' && bver <= VERSION) && `version ${excerpt(bver)}`) ||
      (unknownMust !== undefined && `the field ${excerpt(unknownMust)} must be understood`) ||
      (bn !== undefined && typeof bn !== 'string' && 'bn is no string') ||
      (bu !== undefined && typeof bu !== 'string' && 'bu is no string') ||
      (bv !== undefined && !Number.isFinite(bv) && 'bv is no number')
    if (fault !== false) {
      this.#refusals.add('malformed', `${where}${fault}; from there on nothing is taken`)
      return false
    }
    if (typeof bn === 'string') this.#base.name = bn
    // A base time that is none leaves the later times unknown; only a detector that rings is heard without one.
    if (bt !== undefined) this.#base.timeS = typeof bt === 'number' ? bt : Number.NaN
    if (typeof bu === 'string') this.#base.unit = bu
    if (typeof bv === 'number') this.#base.value = bv
    return true
  }

  #readRecord(record: JsonObject, where: string): void {
    const { n = '', u = this.#base.unit, t = 0, v, vb, vs, vd } = record
    if (v === undefined && vb === undefined && vs === undefined && vd === undefined) return
    const fault =
      (typeof n !== 'string' && 'n is no string') ||
      (u !== undefined && typeof u !== 'string' && 'u is no string')
    if (fault !== false) {
      this.#refusals.add('malformed', `${where}${fault}`)
      return
    }
    const name = this.#base.name + (n as string)
    const target = metricOf(name, u as string | undefined)
    if (target === null) {
      this.#refusals.add('malformed', `${where}no metric is named ${excerpt(name)} with unit ${excerpt(u)}`)
      return
    }
    const raw =
      typeof v === 'number' ? withoutNoise((v + this.#base.value) * target.factor) : (vb ?? v ?? vs ?? vd)
    const checked = checkedValue(target.metric, raw)
    if ('code' in checked) this.#refusals.add(checked.code, `${where}${checked.message}`)
    else {
      const timeS = typeof t === 'number' ? this.#base.timeS + t : Number.NaN
      this.#put(channelOf(name, this.#deviceId), timeS, target.metric, checked.value, where)
    }
  }

  #put(channel: string, timeS: number, metric: string, value: Value, where: string): void {
    const time = this.#timeOf(timeS)
    if (time === null) this.#refusals.add('malformed', `${where}the time is no instant`)
    if (time === null && !(metric === 'smoke' && value === true)) return
    const { at, clocked } = time ?? { at: this.#receivedAt, clocked: false }
    const key = `${at} ${clocked} ${channel}`
    const sample = this.#samples.get(key) ?? this.#newSample(channel, at, clocked)
    if (this.#samples.size >= MAX_SAMPLES && !this.#samples.has(key)) {
      this.#refusals.add('too_large', `${where}a message holds at most ${MAX_SAMPLES} samples`)
      return
    }
    this.#samples.set(key, sample)
    // A pack that says both of one moment: of states true wins, of numbers the first.
    if (sample.values[metric] === undefined || value === true) sample.values[metric] = value
  }

  #newSample(channel: string, at: number, clocked: boolean): Sample {
    const quality: Quality[] = clocked ? [] : ['clock_missing']
    return {
      sourceId: this.#deviceId,
      ...(channel === '' ? {} : { channel: channel.slice(0, 64) }),
      kind: 'other',
      measuredAt: at,
      measuredAtSource: clocked ? 'device' : 'broker',
      values: {},
      quality,
    }
  }

  /** An absolute instant, or one counted from arrival; null when it is neither. */
  #timeOf(timeS: number): { at: number; clocked: boolean } | null {
    if (timeS < RELATIVE_BELOW_S) {
      const at = Math.round(this.#receivedAt + timeS * 1000)
      return timeS > -RELATIVE_BELOW_S ? { at, clocked: false } : null
    }
    const stated = statedTime(timeS)
    if (typeof stated === 'object') return { at: stated.at, clocked: true }
    return stated === 'unset' ? { at: this.#receivedAt, clocked: false } : null
  }
}

/** The metric that a name means, and what its unit must be multiplied by. */
function metricOf(name: string, unit: string | undefined): { metric: string; factor: number } | null {
  const tail = name.slice(Math.max(name.lastIndexOf(':'), name.lastIndexOf('/')) + 1)
  if (METRICS.has(tail)) {
    const factor = unitFactor(tail, unit)
    return factor === null ? null : { metric: tail, factor }
  }
  // Without a unit a word is not enough: it would be a guess.
  return unit === undefined ? null : metricByWord(tail, unit)
}

const OWN_IDENTITY = /^urn:dev:[^:]*:[^:]*:?/

function channelOf(name: string, deviceId: string): string {
  const prefix = name.slice(0, Math.max(name.lastIndexOf(':'), name.lastIndexOf('/')) + 1)
  const identified = prefix.replace(OWN_IDENTITY, '')
  const own = identified.startsWith(deviceId) ? identified.slice(deviceId.length) : identified
  return own.replace(/^[:/]+|[:/]+$/g, '')
}
