import type { Decoded } from '../../contracts/message.ts'
import { isObject, type JsonObject, withoutNoise } from '../coercion.ts'
import { listInFrame, readCosem } from '../cosem.ts'
import { type DecodeContext, type Decoder, type Packet, refuse } from '../decoder.ts'
import { Drafts, decimal, textAt } from '../draft.ts'
import { hanListOf } from '../han-list.ts'

const RAW_TOPIC =
  /^(.+)\/meter\/(import\/active(?:\/accumulated)?|export\/active(?:\/accumulated)?|l[123]\/(?:voltage|current))$/
/** As hex: an HDLC frame, a COSEM structure that begins with a text or an OBIS code, Aidon's list, or Kaifa's one number. */
const COSEM =
  /^(7EA[0-9A-F]{20,8000}7E|02[0-9A-F]{2}(0A|09)[0-9A-F]{20,8000}|01[0-9A-F]{2}020[23]0906[0-9A-F]{20,8000}|020106[0-9A-F]{8})$/i
const PHASES = [1, 2, 3]

/**
 * AMS reader (amsleser.no, amsreader-firmware) on a Nordic HAN port: JSON with `P` W, `tPI` and `tPO` kWh, `U1` V, `I1` A, flat
 * or in `data`; raw topics `{base}/meter/import/active` …; or the meter's own list in hex, also in its HDLC frame, as Aidon,
 * Kamstrup and Kaifa write it.
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

function decodeHex(packet: Packet, context: DecodeContext): Decoded {
  const bytes = Buffer.from(packet.text()?.trim() ?? '', 'hex')
  const body = bytes[0] === 0x7e ? listInFrame(bytes) : bytes
  const list = body === null ? undefined : readCosem(body)
  if (list === undefined) return refuse('malformed', 'a COSEM list that is torn or of another form')
  const said = hanListOf(list)
  if (said === null || said.size === 0) return refuse('undecoded', 'a list of a maker that is not known')
  const drafts = new Drafts(packet, context)
  const draft = drafts.of(packet.topic, 'electricity')
  const drawn = said.get('drawn')
  if (drawn !== undefined) draft.number('power_w', drawn - (said.get('given') ?? 0))
  // Phases that an isolated network does not have are said to be 0.
  for (const [quantity, value] of said) {
    const isAbsent = value === 0 && NEVER_ZERO.test(quantity)
    if (quantity !== 'drawn' && quantity !== 'given' && !isAbsent) draft.number(quantity, value)
  }
  return drafts.decoded()
}
