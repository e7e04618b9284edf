import { isObject } from '../coercion.ts'
import { at } from '../draft.ts'
import { type Answer, type CommandFamily, cannot, objectOf, reasonIn } from './family.ts'
import { lorawanDownlink } from './lorawan.ts'

const UPLINK = /^((?:.+\/)?v3\/[^/]+\/devices\/[^/]+)\/(up|join|down\/[a-z]+|service\/data|location\/solved)$/
const MARK = 'shouwang:'

/**
 * The Things Stack v3 (thethingsindustries.com, MQTT server): `v3/{application}@{tenant}/devices/{device}/down/push`, kept
 * there until the device has sent. Confirmed; `down/ack`, `down/nack` and `down/failed` bring our correlation id back.
 */
export const thingsStack: CommandFamily = {
  name: 'things-stack',
  keptThere: true,
  addressOf: (topic) => UPLINK.exec(topic)?.[1] ?? null,
  encode({ id, act }, { model, address }) {
    const downlink = lorawanDownlink(act, model)
    if ('cannot' in downlink) return cannot(downlink.cannot)
    const what =
      'bytes' in downlink
        ? { frm_payload: downlink.bytes.toString('base64') }
        : { decoded_payload: downlink.object }
    const one = { f_port: downlink.port, ...what, confirmed: true, correlation_ids: [`${MARK}${id}`] }
    return { ok: true, topic: `${address}/down/push`, payload: JSON.stringify({ downlinks: [one] }) }
  },
  answerOf(packet): Answer | null {
    const kind = UPLINK.exec(packet.topic)?.[2]
    if (kind !== 'down/ack' && kind !== 'down/nack' && kind !== 'down/failed') return null
    const id = ourIdIn(objectOf(packet))
    if (id === null) return null
    if (kind === 'down/ack') return { to: { id }, outcome: 'acknowledged', reason: null }
    if (kind === 'down/nack')
      return { to: { id }, outcome: 'failed', reason: 'the device did not acknowledge it' }
    const why = at(objectOf(packet), 'downlink_failed', 'error', 'message_format')
    return { to: { id }, outcome: 'failed', reason: reasonIn(why) }
  },
}

/** Events carry the ids of their own way too, and those of the downlink inside. */
function ourIdIn(said: Record<string, unknown> | null): string | null {
  if (said === null) return null
  const parts = [said, ...Object.values(said).filter(isObject)]
  const inner = parts.flatMap((part) => [part, ...(isObject(part['downlink']) ? [part['downlink']] : [])])
  for (const { correlation_ids: ids } of inner) {
    if (!Array.isArray(ids)) continue
    const ours = ids.find((one) => typeof one === 'string' && one.startsWith(MARK))
    if (typeof ours === 'string') return ours.slice(MARK.length)
  }
  return null
}
