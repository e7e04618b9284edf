import type { Decoded } from '../../contracts/message.ts'
import { isObject, type JsonObject, withoutNoise } from '../coercion.ts'
import { type DecodeContext, type Decoder, type Packet, refuse } from '../decoder.ts'
import { type Draft, Drafts, decimal, textAt } from '../draft.ts'

const READER_TOPIC =
  /^(.*?)\/?(reading|telegram|day-consumption|meter-stats|current-month|current-year|consumption)\/([a-z0-9_]+)$/
/** `YYMMDDhhmmss` and W for winter, S for summer time: Dutch and Belgian meters state their offset by that letter. */
const P1_TIME = /^(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)([WS])$/
const PHASES = [1, 2, 3]

/**
 * Readers of DSMR P1 ports. P1 scripts: JSON `{"timestamp": "170107113122W", "readings": {…}}` or without that wrapping,
 * integers in Wh and W or decimals in kWh and kW, on any topic whose last level is the device. DSMR-reader (dsmr-reader.readthedocs.io): `dsmr/reading/{field}` or JSON on
 * `dsmr/json`, `dsmr/telegram` …, kWh and kW with decimals. Of the two tariffs the sum is the register.
 */
export const dsmr: Decoder = {
  name: 'dsmr',
  claims(packet) {
    const match = READER_TOPIC.exec(packet.topic)
    if (match !== null && (/(^|\/)dsmr/.test(match[1] ?? '') || FIELDS.has(match[3] ?? ''))) return true
    return objectOf(packet) !== null
  },
  decode(packet, context) {
    const said = objectOf(packet)
    if (said !== null && isScript(said)) return decodeScript(said, readingsOf(said), packet, context)
    if (said !== null) return decodeReader(said, packet, context)
    return decodeField(packet, context)
  },
}

function objectOf(packet: Packet): JsonObject | null {
  const json = packet.json()
  if (!json.ok || !isObject(json.value)) return null
  const said = json.value
  return isScript(said) || hasTariffs(said, 'electricity_delivered_') ? said : null
}

const readingsOf = (said: JsonObject): JsonObject => (isObject(said['readings']) ? said['readings'] : said)
const isScript = (said: JsonObject): boolean => hasTariffs(readingsOf(said), 'energy_delivered_tariff')

const hasTariffs = (said: JsonObject, prefix: string): boolean =>
  Object.hasOwn(said, `${prefix}1`) || Object.hasOwn(said, `${prefix}2`)

function p1Time(said: unknown): string | undefined {
  const parts = typeof said === 'string' ? P1_TIME.exec(said) : null
  if (parts === null) return undefined
  const [, year, month, day, hour, minute, second, season] = parts
  return `20${year}-${month}-${day}T${hour}:${minute}:${second}${season === 'S' ? '+02:00' : '+01:00'}`
}

/** The sum of both tariffs, when both are there: one alone is not the register. */
function sumOf(said: JsonObject, prefix: string): number | null {
  const [low, normal] = [1, 2].map((tariff) => numberOf(said[`${prefix}${tariff}`]))
  return typeof low === 'number' && typeof normal === 'number' ? withoutNoise(low + normal) : null
}

/** DSMR-reader writes decimals as text. */
const numberOf = (said: unknown): number | null => (typeof said === 'number' ? said : decimal(said))

const UNLIKE = 'energy and power are not written alike: the unit of what is whole is not in the message'

/**
 * Whole numbers are Wh and W; with decimals they are what the meter writes, kWh and kW. Zeros are the same in both, and say
 * nothing of it.
 */
function writtenAs(readings: JsonObject, names: RegExp): 'whole' | 'decimal' | 'zero' {
  const said = Object.entries(readings).flatMap(([name, value]) => (names.test(name) ? [value] : []))
  if (said.some((value) => (typeof value === 'string' ? value.includes('.') : !isWhole(value))))
    return 'decimal'
  return said.some((value) => (numberOf(value) ?? 0) !== 0) ? 'whole' : 'zero'
}

const isWhole = (value: unknown): boolean => typeof value !== 'number' || Number.isInteger(value)

function decodeScript(
  said: JsonObject,
  readings: JsonObject,
  packet: Packet,
  context: DecodeContext,
): Decoded {
  const drafts = new Drafts(packet, context)
  const id = packet.topic.slice(packet.topic.lastIndexOf('/') + 1)
  const draft = drafts.of(id, 'electricity').time(p1Time(said['timestamp']) ?? said['timestamp'], 'device')
  const [energy, power] = [writtenAs(readings, /^energy_/), writtenAs(readings, /^power_/)]
  if (energy === 'whole' && power === 'decimal') drafts.refusals.add('needs_mapping', UNLIKE)
  else {
    const perKWh = energy === 'whole' ? 0.001 : 1
    draft.number('energy_import_kwh', sumOf(readings, 'energy_delivered_tariff'), perKWh)
    draft.number('energy_export_kwh', sumOf(readings, 'energy_returned_tariff'), perKWh)
  }
  if (power === 'whole' && energy === 'decimal') drafts.refusals.add('needs_mapping', UNLIKE)
  else putPower(draft, readings, 'power_delivered', 'power_returned', power === 'decimal' ? 1000 : 1)
  for (const phase of PHASES) {
    draft.number(`voltage_l${phase}_v`, numberOf(readings[`voltage_l${phase}`]))
    draft.number(`current_l${phase}_a`, numberOf(readings[`current_l${phase}`]))
  }
  return drafts.decoded()
}

function decodeReader(said: JsonObject, packet: Packet, context: DecodeContext): Decoded {
  const drafts = new Drafts(packet, context)
  const id = packet.topic.includes('/') ? packet.topic.slice(0, packet.topic.lastIndexOf('/')) : packet.topic
  const draft = drafts.of(id, 'electricity').time(textAt(said, 'timestamp'), 'device')
  draft.number('energy_import_kwh', sumOf(said, 'electricity_delivered_'))
  draft.number('energy_export_kwh', sumOf(said, 'electricity_returned_'))
  putPower(draft, said, 'electricity_currently_delivered', 'electricity_currently_returned', 1000)
  for (const phase of PHASES) {
    draft.number(`voltage_l${phase}_v`, numberOf(said[`phase_voltage_l${phase}`]))
    draft.number(`current_l${phase}_a`, numberOf(said[`phase_power_current_l${phase}`]))
  }
  return drafts.decoded()
}

function putPower(draft: Draft, said: JsonObject, drawn: string, given: string, factor: number): void {
  const [watts, returned] = [numberOf(said[drawn]), numberOf(said[given])]
  if (watts !== null) draft.number('power_w', withoutNoise(watts - (returned ?? 0)), factor)
}

/** Single fields: what one topic says alone. A tariff alone is no register, so it waits for the JSON form. */
const FIELDS: ReadonlyMap<string, readonly [metric: string, factor: number]> = new Map<
  string,
  [string, number]
>([
  ...PHASES.map((phase): [string, [string, number]] => [
    `phase_voltage_l${phase}`,
    [`voltage_l${phase}_v`, 1],
  ]),
  ...PHASES.map((phase): [string, [string, number]] => [
    `phase_power_current_l${phase}`,
    [`current_l${phase}_a`, 1],
  ]),
  ['electricity_currently_delivered', ['power_w', 1000]],
])

function decodeField(packet: Packet, context: DecodeContext): Decoded {
  const [, base = '', , name = ''] = READER_TOPIC.exec(packet.topic) ?? []
  if (/^electricity_(delivered|returned)_[12]$/.test(name)) {
    return refuse('needs_mapping', 'one tariff alone is not the register: publish the JSON form')
  }
  const field = FIELDS.get(name)
  if (field === undefined) return refuse('ignored', 'nothing in it is read')
  const text = packet.text()
  if (decimal(text) === null) return refuse('malformed', 'not a number')
  const drafts = new Drafts(packet, context)
  drafts.of(base === '' ? 'dsmr' : base, 'electricity').number(field[0], decimal(text), field[1])
  return drafts.decoded()
}
