import { at } from '../draft.ts'
import { type Answer, type CommandFamily, cannot, objectOf, reasonIn } from './family.ts'
import { lorawanDownlink } from './lorawan.ts'

const EVENT = /^((?:.+\/)?application\/[^/]+\/device\/([0-9a-f]{16}))\/event\/([a-z]+)$/i

/**
 * ChirpStack v4 (chirpstack.io, MQTT integration): `application/{id}/device/{devEui}/command/down`, kept there until the device
 * has sent. Confirmed, so that `event/ack` says whether the device has it; `event/log` says why not.
 */
export const chirpstack: CommandFamily = {
  name: 'chirpstack',
  keptThere: true,
  addressOf: (topic) => EVENT.exec(topic)?.[1] ?? null,
  encode({ id, act }, { model, address }) {
    const downlink = lorawanDownlink(act, model)
    if ('cannot' in downlink) return cannot(downlink.cannot)
    const what =
      'bytes' in downlink ? { data: downlink.bytes.toString('base64') } : { object: downlink.object }
    const said = { id, devEui: address.slice(-16), confirmed: true, fPort: downlink.port, ...what }
    return { ok: true, topic: `${address}/command/down`, payload: JSON.stringify(said) }
  },
  answerOf(packet): Answer | null {
    const event = EVENT.exec(packet.topic)?.[3]
    if (event !== 'ack' && event !== 'log') return null
    const said = objectOf(packet)
    if (said === null) return null
    const id = event === 'ack' ? said['queueItemId'] : at(said, 'context', 'queue_item_id')
    if (typeof id !== 'string') return null
    if (event === 'log')
      return said['level'] === 'ERROR'
        ? { to: { id }, outcome: 'failed', reason: reasonIn(said['description']) ?? reasonIn(said['code']) }
        : null
    // As protobuf writes JSON: false is left out.
    return said['acknowledged'] === true
      ? { to: { id }, outcome: 'acknowledged', reason: null }
      : { to: { id }, outcome: 'failed', reason: 'the device did not acknowledge it' }
  },
}
