import type { Decoded } from '../../contracts/message.ts'
import { isObject, type JsonObject } from '../coercion.ts'
import { type DecodeContext, type Decoder, type Packet, refuse } from '../decoder.ts'
import { type Draft, Drafts, flag, textAt } from '../draft.ts'

const TOPIC =
  /(?:^|\/)([^/]+)\/(BTtoMQTT|LORAtoMQTT|433toMQTT|RTL_433toMQTT|SYStoMQTT|LWT|RLStoMQTT|version|status)(?:\/(.+))?$/
const ADDRESS = /^[0-9A-F]{2}(:[0-9A-F]{2}){5}$/i

/**
 * OpenMQTTGateway and Theengs (docs.openmqttgateway.com, decoder.theengs.io): `{base}/{gateway}/BTtoMQTT/{address}` with what
 * the gateway heard from a Bluetooth tag: `tempc` °C (`tempf` beside it), `batt` %, `volt` V, `power` W, `energy` kWh. The same
 * advertisement comes again and again: repetition is normal. `…/LWT` and `SYStoMQTT` are the gateway's own.
 */
export const openMqttGateway: Decoder = {
  name: 'open-mqtt-gateway',
  claims({ topic }) {
    const [, , part] = TOPIC.exec(topic) ?? []
    // What it hears with rtl_433 is written as rtl_433 writes it.
    if (part === undefined || part === 'RTL_433toMQTT') return false
    return part.endsWith('toMQTT') || (part === 'LWT' && /MQTTGateway|Theengs/.test(topic))
  },
  decode(packet, context) {
    const [, gateway = '', part] = TOPIC.exec(packet.topic) ?? []
    if (part === 'LWT') return decodeLwt(gateway, packet, context)
    if (part !== 'BTtoMQTT') return refuse('ignored', 'nothing in it is read')
    const json = packet.json()
    if (!json.ok || !isObject(json.value)) return refuse('malformed', 'not a JSON object')
    const id = textAt(json.value, 'id')
    if (id === null) return refuse('malformed', 'a tag without id')
    const drafts = new Drafts(packet, context)
    const sourceId = ADDRESS.test(id) ? id.toUpperCase() : id
    putTag(drafts.of(sourceId, context.kindOf(sourceId)), json.value)
    return drafts.decoded()
  },
}

function decodeLwt(gateway: string, packet: Packet, context: DecodeContext): Decoded {
  const text = packet.text()?.trim()
  if (text !== 'online' && text !== 'offline')
    return refuse('malformed', 'a last will says online or offline')
  const drafts = new Drafts(packet, context)
  drafts.of(gateway, 'gateway').state('online', text === 'online')
  return drafts.decoded()
}

function putTag(draft: Draft, said: JsonObject): void {
  draft.number('temperature_c', said['tempc']).number('battery_pct', said['batt'])
  draft.number('signal_dbm', said['rssi'])
  draft.number('power_w', said['power'])
  // A shower head counts the energy of one session.
  if (said['session'] === undefined) draft.number('energy_import_kwh', said['energy'])
  // iNode's optical counter names the units of its register and of its mean flow; m³ may be gas.
  if (said['sumu'] === 'kWh') draft.number('energy_import_kwh', said['sum'])
  if (said['avgu'] === 'kW') draft.number('power_w', said['avg'], 1000)
  if (said['sumu'] === 'm³' && draft.kind === 'water') draft.number('water_total_m3', said['sum'])
  const volts = said['volt']
  if (typeof volts === 'number') draft.number(volts > 30 ? 'voltage_l1_v' : 'battery_v', volts)
  draft.state('smoke', flag(said['smoke'])).state('leak', flag(said['water_leak'] ?? said['leak']))
  draft.state('battery_low', flag(said['lowbatt'] ?? said['batt_low'])).state('tamper', flag(said['tamper']))
}
