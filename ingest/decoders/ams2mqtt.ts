import type { Decoded } from '../../contracts/message.ts'
import { isObject, type JsonObject, withoutNoise } from '../coercion.ts'
import { type DecodeContext, type Decoder, type Packet, refuse } from '../decoder.ts'
import { Drafts, decimal, textAt } from '../draft.ts'

const RAW_TOPIC =
  /^(.+)\/meter\/(import\/active(?:\/accumulated)?|export\/active(?:\/accumulated)?|l[123]\/(?:voltage|current))$/
/** A COSEM structure that begins with a text or an OBIS code, as hex. */
const COSEM = /^02[0-9A-F]{2}(0A|09)[0-9A-F]{20,8000}$/i
const PHASES = [1, 2, 3]

/**
 * AMS reader (amsleser.no, amsreader-firmware) on a Nordic HAN port: JSON with `P` W, `tPI` and `tPO` kWh, `U1` V, `I1` A, flat
 * or in `data`; raw topics `{base}/meter/import/active` …; or the meter's own list in hex, of which the values with an OBIS
 * code are read: 1.7.0 and 2.7.0 W, 32.7.0 and so on V. Its registers and currents are scaled by maker, so they are not.
 */
export const ams2mqtt: Decoder = {
  name: 'ams2mqtt',
  claims: (packet) =>
    RAW_TOPIC.test(packet.topic) || readerOf(packet) !== null || COSEM.test(packet.text()?.trim() ?? ''),
  decode(packet, context) {
    const raw = RAW_TOPIC.exec(packet.topic)
    if (raw !== null) return decodeRaw(raw[1] ?? '', raw[2] ?? '', packet, context)
    const reader = readerOf(packet)
    if (reader !== null) return decodeJson(reader, packet, context)
    return decodeHex(packet, context)
  },
}

interface Reader {
  id: string | null
  time: unknown
  data: JsonObject
  rssi: unknown
}

/** The JSON forms, by what only this reader calls so: `tPI` or `P` beside its own uptime. */
function readerOf(packet: Packet): Reader | null {
  const json = packet.json()
  if (!json.ok || !isObject(json.value)) return null
  const said = json.value
  const data = isObject(said['data']) ? said['data'] : said
  const isReading = typeof data['P'] === 'number' || typeof data['tPI'] === 'number'
  if (!isReading || typeof said['up'] !== 'number') return null
  return {
    id: textAt(said, 'id') ?? textAt(said, 'name'),
    time: said['t'] ?? data['rtc'],
    data,
    rssi: said['rssi'],
  }
}

function decodeJson({ id, time, data, rssi }: Reader, packet: Packet, context: DecodeContext): Decoded {
  const drafts = new Drafts(packet, context)
  const draft = drafts.of(id ?? packet.topic, 'electricity').time(time, 'gateway')
  const [drawn, given] = [data['P'], data['PO']]
  draft.number(
    'power_w',
    typeof drawn === 'number' && typeof given === 'number' ? withoutNoise(drawn - given) : drawn,
  )
  // 0 stands for a register that this list does not hold: the meter sends them once an hour.
  if (data['tPI'] !== 0) draft.number('energy_import_kwh', data['tPI'])
  if (data['tPI'] !== 0) draft.number('energy_export_kwh', data['tPO'])
  for (const phase of PHASES) {
    if (data[`U${phase}`] !== 0) draft.number(`voltage_l${phase}_v`, data[`U${phase}`])
    draft.number(`current_l${phase}_a`, data[`I${phase}`])
  }
  draft.number('signal_dbm', rssi)
  return drafts.decoded()
}

const RAW_METRICS: Readonly<Record<string, string>> = {
  'import/active': 'power_w',
  'import/active/accumulated': 'energy_import_kwh',
  'export/active/accumulated': 'energy_export_kwh',
  ...Object.fromEntries(
    PHASES.flatMap((phase) => [
      [`l${phase}/voltage`, `voltage_l${phase}_v`],
      [`l${phase}/current`, `current_l${phase}_a`],
    ]),
  ),
}

/** 0 stands for what the meter has not said. */
const NEVER_ZERO = /^(voltage_|energy_import_)/

function decodeRaw(id: string, path: string, packet: Packet, context: DecodeContext): Decoded {
  const metric = Object.hasOwn(RAW_METRICS, path) ? RAW_METRICS[path] : undefined
  if (metric === undefined) return refuse('ignored', 'what is given is read with its register')
  const value = decimal(packet.text())
  if (value === null) return refuse('malformed', 'not a number')
  if (value === 0 && NEVER_ZERO.test(metric)) return refuse('ignored', 'this list does not hold it')
  const drafts = new Drafts(packet, context)
  drafts.of(id, 'electricity').number(metric, value)
  return drafts.decoded()
}

/** OBIS codes (the six bytes between 0906 and the value's type) that count alike with every maker. */
const OBIS: Readonly<Record<string, string>> = {
  '0101010700FF': 'power_w',
  '0100010700FF': 'power_w',
  '0101200700FF': 'voltage_l1_v',
  '0101340700FF': 'voltage_l2_v',
  '0101480700FF': 'voltage_l3_v',
}
const EXPORT_POWER = /^010[01]020700FF$/

function decodeHex(packet: Packet, context: DecodeContext): Decoded {
  const items = cosemItems(Buffer.from(packet.text()?.trim() ?? '', 'hex'))
  if (items === null) return refuse('malformed', 'a COSEM list that is torn or of another form')
  const drafts = new Drafts(packet, context)
  const draft = drafts.of(packet.topic, 'electricity')
  let given = 0
  for (const [code, value] of items) if (EXPORT_POWER.test(code)) given = value
  for (const [code, value] of items) {
    const metric = Object.hasOwn(OBIS, code) ? OBIS[code] : undefined
    if (metric === 'power_w') draft.number(metric, value - given)
    else if (metric !== undefined) draft.number(metric, value)
  }
  return draft.isEmpty ? refuse('undecoded', 'a list without OBIS codes that are known') : drafts.decoded()
}

/** The numbers of a flat structure behind their OBIS codes; null when the bytes do not make a whole one. */
function cosemItems(bytes: Buffer): Map<string, number> | null {
  const items = new Map<string, number>()
  let position = 2
  let code: string | null = null
  for (let left = bytes[1] ?? 0; left > 0; left -= 1) {
    const type = bytes[position]
    const length = cosemLength(type, bytes[position + 1])
    if (length === null || position + length > bytes.length) return null
    const body = bytes.subarray(position, position + length)
    if (type === 0x09 && length === 8) code = body.subarray(2).toString('hex').toUpperCase()
    else {
      if (code !== null && type === 0x06) items.set(code, body.readUInt32BE(1))
      if (code !== null && type === 0x12) items.set(code, body.readUInt16BE(1))
      code = null
    }
    position += length
  }
  return position === bytes.length ? items : null
}

/** Bytes of an element with its type: octet strings and texts say their length, numbers have one. */
function cosemLength(type: number | undefined, size: number | undefined): number | null {
  if (type === 0x09 || type === 0x0a) return size === undefined ? null : size + 2
  if (type === 0x06 || type === 0x05) return 5
  if (type === 0x12 || type === 0x10) return 3
  return null
}
