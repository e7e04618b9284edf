import { BinaryReader, WireType } from '@bufbuild/protobuf/wire'

/** One metric of a Sparkplug B payload, as far as readings need it. */
export interface SparkplugMetric {
  name: string | null
  alias: string | null
  /** Epoch ms; null when it has none. */
  timestamp: number | null
  datatype: number
  isHistorical: boolean
  /** The engineering unit among its properties. */
  unit: string | null
  /** The quality among its properties: 192 good, 500 stale, 0 bad; null when it says none. */
  quality: number | null
  /** null: the metric says that it has no value. undefined: of a form that is not read, or stale or bad by its `Quality`. */
  value: number | boolean | string | null | undefined
}

export interface SparkplugPayload {
  timestamp: number | null
  /** null when it has none, which only a death certificate may. */
  seq: number | null
  metrics: SparkplugMetric[]
  /** The payload is packed (`SPBV1.0_COMPRESSED`): its metrics are inside a body that is not read. */
  isPacked: boolean
}

const GOOD = 192
const MAX_METRICS = 5_000
/** Bits of Int8, Int16, Int32 and Int64, which the wire carries unsigned. */
const SIGNED_BITS: ReadonlyMap<number, number> = new Map([
  [1, 8],
  [2, 16],
  [3, 32],
  [4, 64],
])

/**
 * Reads a payload after the schema of Eclipse Sparkplug 3.0 (Payload: 1 timestamp, 2 metrics, 3 seq). Throws on anything that is not
 * whole protobuf, so that nothing is taken from a torn message.
 */
export function readSparkplugPayload(bytes: Uint8Array): SparkplugPayload {
  const payload: SparkplugPayload = { timestamp: null, seq: null, metrics: [], isPacked: false }
  readFields(bytes, (field, wire, reader) => {
    if (field === 1 && wire === WireType.Varint) payload.timestamp = Number(reader.uint64())
    else if (field === 3 && wire === WireType.Varint) payload.seq = Number(reader.uint64())
    else if (field === 2 && wire === WireType.LengthDelimited) {
      if (payload.metrics.length >= MAX_METRICS) throw new RangeError('too many metrics')
      payload.metrics.push(readMetric(reader.bytes()))
    } else if (field === 4 && wire === WireType.LengthDelimited)
      payload.isPacked = reader.string(true) === 'SPBV1.0_COMPRESSED'
    else return false
    return true
  })
  return payload
}

type ReadField = (field: number, wire: WireType, reader: BinaryReader) => boolean

/** Calls `read` for each field, which says whether it has consumed it. */
function readFields(bytes: Uint8Array, read: ReadField): void {
  const reader = new BinaryReader(bytes)
  while (reader.pos < reader.len) {
    const [field, wire] = reader.tag()
    if (!read(field, wire, reader)) reader.skip(wire, field)
    if (reader.pos > reader.len) throw new RangeError('cut off')
  }
}

function readMetric(bytes: Uint8Array): SparkplugMetric {
  const metric: SparkplugMetric = {
    name: null,
    alias: null,
    timestamp: null,
    datatype: 0,
    isHistorical: false,
    unit: null,
    quality: null,
    value: undefined,
  }
  let isNull = false
  readFields(bytes, (field, wire, reader) => {
    if (wire === WireType.LengthDelimited) return readText(metric, field, reader)
    if (wire === WireType.Varint) {
      if (field !== 7) return readVarint(metric, field, reader)
      isNull = reader.bool()
      return true
    }
    if (field === 12 && wire === WireType.Bit32) metric.value = reader.float()
    else if (field === 13 && wire === WireType.Bit64) metric.value = reader.double()
    else return false
    return true
  })
  metric.value = isNull ? null : signed(metric)
  if (metric.quality !== null && metric.quality !== GOOD) metric.value = undefined
  return metric
}

function readText(metric: SparkplugMetric, field: number, reader: BinaryReader): boolean {
  if (field === 1) metric.name = reader.string(true)
  else if (field === 15) metric.value = reader.string(true)
  else if (field === 9) Object.assign(metric, readProperties(reader.bytes()))
  else return false
  return true
}

function readVarint(metric: SparkplugMetric, field: number, reader: BinaryReader): boolean {
  if (field === 2) metric.alias = String(reader.uint64())
  else if (field === 3) metric.timestamp = Number(reader.uint64())
  else if (field === 4) metric.datatype = reader.uint32()
  else if (field === 5) metric.isHistorical = reader.bool()
  else if (field === 10) metric.value = reader.uint32()
  else if (field === 11) metric.value = Number(reader.uint64())
  else if (field === 14) metric.value = reader.bool()
  else return false
  return true
}

/** Int8 to Int64 stand as unsigned numbers of their wire's width (32 or 64 bits). */
function signed(metric: SparkplugMetric): SparkplugMetric['value'] {
  const bits = SIGNED_BITS.get(metric.datatype)
  if (typeof metric.value !== 'number' || bits === undefined || metric.value < 2 ** (bits - 1))
    return metric.value
  return metric.value - 2 ** Math.max(bits, metric.value >= 2 ** bits ? 32 : bits)
}

/** A property set holds its keys and its values in two lists; `engUnit` is a text, `Quality` a number. */
function readProperties(bytes: Uint8Array): Pick<SparkplugMetric, 'unit' | 'quality'> {
  const keys: string[] = []
  const values: (string | number | null)[] = []
  readFields(bytes, (field, wire, reader) => {
    if (wire !== WireType.LengthDelimited) return false
    if (field === 1) keys.push(reader.string(true))
    else if (field === 2) values.push(readPropertyValue(reader.bytes()))
    else return false
    return true
  })
  const valueOf = (key: RegExp) => values[keys.findIndex((name) => key.test(name))] ?? null
  const [unit, quality] = [valueOf(/^eng(ineering)?_?unit$/i), valueOf(/^quality$/i)]
  return {
    unit: typeof unit === 'string' ? unit : null,
    quality: typeof quality === 'number' ? quality : null,
  }
}

function readPropertyValue(bytes: Uint8Array): string | number | null {
  let value: string | number | null = null
  readFields(bytes, (field, wire, reader) => {
    if (field === 8 && wire === WireType.LengthDelimited) value = reader.string(true)
    else if (field === 3 && wire === WireType.Varint) value = reader.uint32()
    else if (field === 4 && wire === WireType.Varint) value = Number(reader.uint64())
    else return false
    return true
  })
  return value
}
