import type { Decoded } from '../../contracts/message.ts'
import type { DeviceKind } from '../../contracts/reading.ts'
import { isObject, type JsonObject } from '../coercion.ts'
import { type Decoder, type Packet, refuse } from '../decoder.ts'
import { at, type Draft, Drafts, objectAt, textAt } from '../draft.ts'

const KWH_PER_WH = 0.001
const STATUS_TOPIC =
  /^(.+)\/status\/((?:sys|wifi|cloud|mqtt|ble|ws|eth|ui|ht_ui|bthome|matter|modbus|knx)|(?:switch|light|cover|pm1|em|emdata|em1|em1data|smoke|flood|devicepower|temperature|humidity|input|script|voltmeter|bthomedevice|bthomesensor|rgb|rgbw|cct|illuminance):\d{1,3})$/
const ONLINE_TOPIC = /^(?!shellies\/)((?:.+\/)?shelly[^/]*)\/online$/i
const COMPONENT = /^([a-z0-9_]+?)(?::(\d+))?$/

/**
 * Shelly of the second generation and later (shelly-api-docs.shelly.cloud/gen2): `{prefix}/events/rpc` with NotifyStatus or
 * NotifyFullStatus, `{prefix}/status/{component}:{id}` with that component's status, and `{prefix}/online`. The prefix is the
 * device's id unless the owner chose another; it is the source's id. Energies are Wh (only `by_minute` is mWh). `ts` counts
 * from the boot until the device has the time. NotifyEvent tells of a detector's test and alarm.
 */
export const shellyGen2: Decoder = {
  name: 'shelly-gen2',
  claims: ({ topic }) => topic.endsWith('/rpc') || ONLINE_TOPIC.test(topic) || STATUS_TOPIC.test(topic),
  decode(packet, context) {
    const drafts = new Drafts(packet, context)
    const online = ONLINE_TOPIC.exec(packet.topic)?.[1]
    if (online !== undefined) {
      const text = packet.text()?.trim()
      if (text !== 'true' && text !== 'false') return refuse('malformed', 'online is true or false')
      drafts.of(online).state('online', text === 'true')
      return drafts.decoded()
    }
    if (packet.topic.endsWith('/rpc') && !packet.topic.endsWith('/events/rpc'))
      return refuse('ignored', 'a command or its answer')
    const events = eventsOf(packet)
    if (events !== null) return decodeEvents(drafts, packet, events)
    const said = statusOf(packet)
    if (said === null) return refuse('malformed', 'not a status of a Shelly')
    if (said.components === null) return refuse('ignored', 'no status but an event or an answer')
    putComponents(drafts, said.id, said.model, said.components)
    return drafts.decoded()
  },
}

const ownerOf = (packet: Packet): string => packet.topic.slice(0, -'/events/rpc'.length)

/** What a NotifyEvent lists; null for any other message. */
function eventsOf(packet: Packet): readonly unknown[] | null {
  const json = packet.topic.endsWith('/events/rpc') ? packet.json() : null
  if (json?.ok !== true || at(json.value, 'method') !== 'NotifyEvent') return null
  const events = at(json.value, 'params', 'events')
  return Array.isArray(events) ? events.slice(0, 100) : []
}

/** What happened to a detector: the test is told by an event alone. That an alarm is over, its status says. */
const EVENTS: ReadonlyMap<string, readonly [kind: DeviceKind, metric: string]> = new Map([
  ['smoke:0 alarm', ['smoke', 'smoke']],
  ['smoke:0 alarm_test', ['smoke', 'smoke_test']],
  ['flood:0 alarm', ['water', 'leak']],
])

function decodeEvents(drafts: Drafts, packet: Packet, events: readonly unknown[]): Decoded {
  for (const event of events) {
    const [kind, metric] = EVENTS.get(`${textAt(event, 'component')} ${textAt(event, 'event')}`) ?? []
    if (kind === undefined || metric === undefined) continue
    drafts.of(ownerOf(packet), kind).time(at(event, 'ts'), 'device').state(metric, true)
  }
  return drafts.decoded()
}

/** `model` names the device by its own id, whatever prefix the owner chose. */
function statusOf(packet: Packet): { id: string; model: string; components: JsonObject | null } | null {
  const json = packet.json()
  if (!json.ok || !isObject(json.value)) return null
  const status = STATUS_TOPIC.exec(packet.topic)
  if (status !== null) {
    const id = status[1] ?? ''
    return { id, model: id, components: { [status[2] ?? '']: json.value } }
  }
  const id = ownerOf(packet)
  const { method, params } = json.value
  const model = textAt(json.value, 'src') ?? id
  if (typeof method !== 'string') return null
  if (method !== 'NotifyStatus' && method !== 'NotifyFullStatus') return { id, model, components: null }
  return isObject(params) ? { id, model, components: params } : null
}

/** What belongs to the whole device is one sample; each switch or metering channel is one of its own. */
function putComponents(drafts: Drafts, id: string, model: string, components: JsonObject): void {
  const clock = components['ts'] ?? at(components, 'sys', 'unixtime')
  const device = drafts.of(id, kindOfModel(id) ?? kindOfModel(model)).time(clock, 'device')
  const channels = new Map<string, Draft>()
  for (const [key, status] of Object.entries(components).slice(0, 200)) {
    if (!isObject(status)) continue
    const [, type = '', number = '0'] = COMPONENT.exec(key) ?? []
    if (DEVICE_PARTS.has(type)) {
      if (number === '0') DEVICE_PARTS.get(type)?.(device, status)
      continue
    }
    const put = CHANNEL_PARTS.get(type)
    if (put === undefined) continue
    const draft = channels.get(number) ?? drafts.of(id, 'electricity', number).time(clock, 'device')
    channels.set(number, draft)
    put(draft, status)
  }
}

function kindOfModel(id: string): DeviceKind | null {
  if (/smoke/i.test(id)) return 'smoke'
  return /flood/i.test(id) ? 'water' : null
}

type Put = (draft: Draft, status: JsonObject) => void

const putAlarm =
  (metric: string): Put =>
  (draft, status) => {
    const isFaulty = Array.isArray(status['errors']) && status['errors'].length > 0
    // A probe that is unplugged has no alarm to say, and does not know that there is none.
    draft.state(metric, isFaulty && status['alarm'] === false ? null : status['alarm'])
    if (typeof status['mute'] === 'boolean') draft.state('muted', status['mute'])
    if (isFaulty) draft.state('fault', true)
  }

/** On mains the battery shows 0 % and a fraction of a volt, and is not low. */
const putDevicePower: Put = (draft, status) => {
  const battery = objectAt(status, 'battery')
  draft.number('battery_pct', battery['percent'])
  if (at(status, 'external', 'present') === true) draft.state('battery_low', false)
  else draft.number('battery_v', battery['V'])
}

/** Other errors of a meter are of the grid or its wiring, such as the order of the phases. */
function putMeterFault(draft: Draft, status: JsonObject): void {
  const { errors } = status
  if (Array.isArray(errors) && errors.includes('power_meter_failure')) draft.state('fault', true)
}

const putThreePhases: Put = (draft, status) => {
  putMeterFault(draft, status)
  draft.number('power_w', status['total_act_power'])
  for (const [index, phase] of ['a', 'b', 'c'].entries()) {
    draft.number(`voltage_l${index + 1}_v`, status[`${phase}_voltage`])
    draft.number(`current_l${index + 1}_a`, status[`${phase}_current`])
  }
}

const putThreePhaseEnergy: Put = (draft, status) => {
  draft.number('energy_import_kwh', status['total_act'], KWH_PER_WH)
  draft.number('energy_export_kwh', status['total_act_ret'], KWH_PER_WH)
}

const DEVICE_PARTS: ReadonlyMap<string, Put> = new Map<string, Put>([
  ['smoke', putAlarm('smoke')],
  ['flood', putAlarm('leak')],
  ['devicepower', putDevicePower],
  ['em', putThreePhases],
  ['emdata', putThreePhaseEnergy],
  ['temperature', (draft, status) => draft.number('temperature_c', status['tC'])],
  ['wifi', (draft, status) => status['rssi'] === 0 || draft.number('signal_dbm', status['rssi'])],
])

const putMetering: Put = (draft, status) => {
  draft.number('power_w', status['apower']).number('voltage_l1_v', status['voltage'])
  draft.number('current_l1_a', status['current'])
  draft.number('energy_import_kwh', at(status, 'aenergy', 'total'), KWH_PER_WH)
  draft.number('energy_export_kwh', at(status, 'ret_aenergy', 'total'), KWH_PER_WH)
}

const putSwitch: Put = (draft, status) => {
  if (typeof status['output'] === 'boolean') draft.state('switch_on', status['output'])
  putMetering(draft, status)
}

const CHANNEL_PARTS: ReadonlyMap<string, Put> = new Map<string, Put>([
  ['switch', putSwitch],
  ['light', putSwitch],
  ['cct', putSwitch],
  ['rgb', putSwitch],
  ['rgbw', putSwitch],
  ['cover', putMetering],
  ['pm1', putMetering],
  [
    'em1',
    (draft, status) => {
      putMeterFault(draft, status)
      draft.number('power_w', status['act_power']).number('voltage_l1_v', status['voltage'])
      draft.number('current_l1_a', status['current'])
    },
  ],
  [
    'em1data',
    (draft, status) => {
      draft.number('energy_import_kwh', status['total_act_energy'], KWH_PER_WH)
      draft.number('energy_export_kwh', status['total_act_ret_energy'], KWH_PER_WH)
    },
  ],
])
