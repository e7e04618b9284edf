import type { Decoded } from '../../contracts/message.ts'
import { isObject, type JsonObject, withoutNoise } from '../coercion.ts'
import { type DecodeContext, type Decoder, type Packet, refuse } from '../decoder.ts'
import { at, type Draft, Drafts, flag, objectAt, textAt } from '../draft.ts'
import { putMapped } from '../mapping.ts'

const PREFIX = /^(tele|stat|cmnd)$/
const LAST =
  /^(SENSOR|ENERGY|STATE|LWT|RESULT|STATUS\d*|POWER\d{0,2}|INFO\d|UPTIME|MARGINS|HASS_STATE|LOGGING|DEEPSLEEP|EVENT\w*)$/
const POWER = /^POWER\d{0,2}$/
const MAX_PHASES = 3

/**
 * Tasmota (tasmota.github.io/docs/MQTT): `tele/{topic}/SENSOR` and so on, or with prefix and topic the other way round. kWh,
 * W, V, A; arrays hold one number a phase or channel. `Time` is local time without offset. In a Zigbee bridge's
 * `ZbReceived` the word Power is a switch, not watts. Pulse counters and the script-defined names of smart-meter heads have
 * no unit, so the registration must give it (`COUNTER.C1`, `SML.Total_in`).
 */
export const tasmota: Decoder = {
  name: 'tasmota',
  claims: (packet) => tasmotaTopic(packet.topic) !== null || packet.topic.startsWith('tasmota/discovery/'),
  decode(packet, context) {
    const topic = tasmotaTopic(packet.topic)
    if (topic === null || topic.prefix === 'cmnd')
      return refuse('ignored', 'no reading: discovery or a command')
    if (packet.message.payload.length === 0) return refuse('ignored', 'a retained message was cleared')
    if (topic.last === 'LWT') return decodeLwt(topic.id, packet, context)
    if (POWER.test(topic.last)) return decodePower(topic, packet, context)
    if (!/^(SENSOR|ENERGY|STATE|RESULT|STATUS\d*)$/.test(topic.last))
      return refuse('ignored', 'nothing in it is read')
    const json = packet.json()
    if (!json.ok || !isObject(json.value)) return refuse('malformed', 'not a JSON object')
    // Before version 5.11 energy had a topic of its own.
    const said = topic.last === 'ENERGY' ? { Time: json.value['Time'], ENERGY: json.value } : json.value
    return decodeReport(topic.id, said, packet, context)
  },
}

interface TasmotaTopic {
  id: string
  prefix: string
  last: string
}

function tasmotaTopic(topic: string): TasmotaTopic | null {
  const levels = topic.split('/')
  const last = levels.pop() ?? ''
  const index = levels.findIndex((level) => PREFIX.test(level))
  if (index < 0 || levels.length < 2 || (!LAST.test(last) && levels[index] !== 'cmnd')) return null
  const id = levels.filter((_, position) => position !== index).join('/')
  return { id, prefix: levels[index] ?? '', last }
}

function decodeLwt(id: string, packet: Packet, context: DecodeContext): Decoded {
  const text = packet.text()?.trim()
  if (text !== 'Online' && text !== 'Offline')
    return refuse('malformed', 'a last will says Online or Offline')
  const drafts = new Drafts(packet, context)
  drafts.of(id, 'other').state('online', text === 'Online')
  return drafts.decoded()
}

function decodePower({ id, last }: TasmotaTopic, packet: Packet, context: DecodeContext): Decoded {
  const drafts = new Drafts(packet, context)
  // Set to say everything as JSON (SetOption90), a device does so here as well.
  const json = packet.json()
  const said = json.ok && isObject(json.value) ? json.value[last] : packet.text()?.trim()
  putPower(drafts, id, last, said, null)
  return drafts.decoded()
}

function putPower(drafts: Drafts, id: string, key: string, said: unknown, time: unknown): void {
  if (said !== 'ON' && said !== 'OFF') {
    drafts.refusals.add('malformed', `${key} is ON or OFF`)
    return
  }
  const channel = key.slice('POWER'.length)
  const draft = drafts.of(id, null, channel === '' ? undefined : channel)
  draft.time(time, 'device').state('switch_on', said === 'ON')
}

function decodeReport(id: string, said: JsonObject, packet: Packet, context: DecodeContext): Decoded {
  const drafts = new Drafts(packet, context)
  if (isObject(said['ZbReceived'])) putZigbee(drafts, said['ZbReceived'])
  const sensors = { ...said, ...objectAt(said, 'StatusSNS') }
  const states = { ...said, ...objectAt(said, 'StatusSTS') }
  const time = sensors['Time'] ?? states['Time']
  for (const key of Object.keys(states)) {
    if (POWER.test(key)) putPower(drafts, id, key, states[key], time)
  }
  const device = drafts.of(id).time(time, 'device')
  putEnergy(device, objectAt(sensors, 'ENERGY'))
  const total = at(said, 'EnergyTotal', 'Total') ?? at(said, 'EnergyReset', 'Total')
  putTotal(device, total)
  if (total === 0) device.quality('counter_reset')
  device.number('signal_dbm', at(states, 'Wifi', 'Signal'))
  putTemperature(device, sensors)
  putClamps(drafts, id, time, objectAt(sensors, 'ANALOG'))
  putMappedSensors(drafts, device, sensors)
  return drafts.decoded()
}

const numbersIn = (said: unknown): number[] =>
  (Array.isArray(said) ? said : [said]).filter((part): part is number => typeof part === 'number')

/** One number, or one a phase; a list with a hole has no sum. */
function sumOf(said: unknown): unknown {
  if (!Array.isArray(said)) return said
  const numbers = numbersIn(said)
  return numbers.length === said.length && said.length > 0
    ? withoutNoise(numbers.reduce((sum, part) => sum + part, 0))
    : null
}

function putTotal(draft: Draft, said: unknown): void {
  draft.number('energy_import_kwh', sumOf(said))
}

function putEnergy(draft: Draft, energy: JsonObject): void {
  putTotal(draft, energy['Total'] ?? energy['ImportActive'])
  draft.number('energy_export_kwh', sumOf(energy['ExportActive']))
  draft.number('power_w', sumOf(energy['Power']))
  for (const [index, volts] of numbersIn(energy['Voltage']).slice(0, MAX_PHASES).entries()) {
    draft.number(`voltage_l${index + 1}_v`, volts)
  }
  for (const [index, amperes] of numbersIn(energy['Current']).slice(0, MAX_PHASES).entries()) {
    draft.number(`current_l${index + 1}_a`, amperes)
  }
}

/** Current clamps on the analogue inputs: `CTEnergy1` and so on, each a channel. */
function putClamps(drafts: Drafts, id: string, time: unknown, analog: JsonObject): void {
  for (const [key, clamp] of Object.entries(analog).slice(0, 8)) {
    if (!key.startsWith('CTEnergy') || !isObject(clamp)) continue
    const number = key.slice('CTEnergy'.length)
    const draft = drafts.of(id, 'electricity', number === '' ? undefined : number).time(time, 'device')
    draft.number('energy_import_kwh', clamp['Energy']).number('power_w', clamp['Power'])
    draft.number('voltage_l1_v', clamp['Voltage']).number('current_l1_a', clamp['Current'])
  }
}

/** Of the sensors that have one the first, in °C; ESP32's is that of the chip. */
function putTemperature(draft: Draft, sensors: JsonObject): void {
  if (sensors['TempUnit'] !== 'C') return
  for (const [name, sensor] of Object.entries(sensors).slice(0, 50)) {
    if (name === 'ESP32' || name === 'ENERGY' || !isObject(sensor)) continue
    if (typeof sensor['Temperature'] !== 'number') continue
    draft.number('temperature_c', sensor['Temperature'])
    return
  }
}

/** What a meter's script calls its values is the owner's choice, and so is the name of the group. */
const METER_VALUE =
  /total|power|watt|kwh|energ|import|export|verbrauch|bezug|einspeis|z(ä|ae)hler|^[ce]\d|_in$|_out$/i
const OWN_GROUPS = /^(ENERGY|ANALOG|Wifi|ZbReceived|Energy(Total|Reset)|Status.*)$/

function putMappedSensors(drafts: Drafts, draft: Draft, sensors: JsonObject): void {
  const mapping = drafts.context.mappingOf?.(draft.sourceId) ?? null
  const named = Object.entries(sensors)
    .filter(([group]) => !OWN_GROUPS.test(group))
    .slice(0, 50)
    .flatMap(([group, values]) =>
      Object.entries(isObject(values) ? values : {})
        .slice(0, 50)
        .map(([name, value]): [string, unknown] => [`${group}.${name}`, value]),
    )
    .filter(
      ([name, value]) => isMeterValue(name, value) || (mapping !== null && Object.hasOwn(mapping, name)),
    )
  const unknown = putMapped(draft, mapping, named)
  if (named.length > 0 && unknown.length === named.length) {
    drafts.refusals.add('needs_mapping', `the unit of ${unknown[0]} is not in the message`)
  }
}

function isMeterValue(path: string, value: unknown): boolean {
  const [group = '', name = ''] = path.split('.')
  return (
    /^(COUNTER|SML|OBIS|MT174|LK13BE)$/.test(group) || (typeof value === 'number' && METER_VALUE.test(name))
  )
}

/** Bits of an IAS zone's status; the first two are its alarms (Zigbee Cluster Library, 8.2.2.2.1.3). */
const ZONE_BITS: readonly (readonly [metric: string, mask: number])[] = [
  ['tamper', 0x04],
  ['battery_low', 0x08],
  ['fault', 0x40],
  ['smoke_test', 0x100],
]
const ZONE_ALARM = 0x03

/** A zone says that it has an alarm, but what alarm only the registration knows, unless the bridge has named it. */
function putZone(drafts: Drafts, draft: Draft, status: unknown): void {
  if (typeof status !== 'number' || !Number.isInteger(status) || status < 0 || status > 0xfff) return
  const kind = drafts.context.kindOf(draft.sourceId)
  const metric = kind === 'smoke' ? 'smoke' : kind === 'water' ? 'leak' : null
  if (metric === null)
    drafts.refusals.add('needs_mapping', 'a zone status, of what kind is not in the message')
  else {
    draft.values[metric] ??= (status & ZONE_ALARM) !== 0
    for (const [state, mask] of ZONE_BITS) {
      if (state !== 'smoke_test' || kind === 'smoke') draft.state(state, (status & mask) !== 0)
    }
  }
}

/** What a Zigbee bridge hears, by the device's short address; names are those of the zone types it knows. */
function putZigbee(drafts: Drafts, received: JsonObject): void {
  for (const [address, said] of Object.entries(received).slice(0, 50)) {
    if (!isObject(said)) continue
    const draft = drafts.of(textAt(said, 'Device') ?? address)
    draft.state('switch_on', flag(said['Power']))
    draft.state('smoke', flag(said['Fire'])).state('leak', flag(said['Water']))
    putZone(drafts, draft, said['ZoneStatusChange'] ?? said['ZoneStatus'])
    draft.number('power_w', said['ActivePower']).number('voltage_l1_v', said['RMSVoltage'])
    draft.number('temperature_c', said['Temperature'])
    draft.number('battery_pct', said['BatteryPercentage']).number('battery_v', said['BatteryVoltage'])
  }
}
