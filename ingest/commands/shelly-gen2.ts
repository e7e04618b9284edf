import { isObject } from '../coercion.ts'
import { type Answer, type CommandFamily, cannot, objectOf, reasonIn } from './family.ts'

const OWN = '/answers/rpc'

/**
 * Shelly of the second generation and later (shelly-api-docs.shelly.cloud/gen2, RPC over MQTT): a request on `{prefix}/rpc`
 * is answered on `{src}/rpc`; `src` lies under the device's own prefix, where its gateway may publish. Only `Smoke.Mute`
 * is among what can be asked: intervals are fixed, and a switch does not say what hangs on it.
 */
export const shellyGen2: CommandFamily = {
  name: 'shelly-gen2',
  keptThere: false,
  addressOf: (_topic, sourceId) => sourceId,
  encode({ id, act }, { kind, address }) {
    if (act.type === 'valve') return cannot('a switch does not say whether on is open')
    if (act.type !== 'hush' || kind !== 'smoke') return cannot('Shelly knows no such command')
    const request = { id, src: `${address}/answers`, method: 'Smoke.Mute', params: { id: 0 } }
    return { ok: true, topic: `${address}/rpc`, payload: JSON.stringify(request) }
  },
  answerOf(packet): Answer | null {
    if (!packet.topic.endsWith(OWN)) return null
    const said = objectOf(packet)
    if (typeof said?.['id'] !== 'string') return null
    const { id, error } = said
    if (isObject(error)) return { to: { id }, outcome: 'failed', reason: reasonIn(error['message']) }
    return Object.hasOwn(said, 'result') ? { to: { id }, outcome: 'acknowledged', reason: null } : null
  },
}
