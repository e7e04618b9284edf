import { TUYA_STANDARD } from '../decoders/tuyalink.ts'
import { type CommandFamily, cannot, objectOf } from './family.ts'
import { codedAnswer, propertyToSet } from './thing-model.ts'

const REPORT = /^(tylink\/([^/]+)\/thing)\/(?:property\/report|data\/batch_report|event\/trigger)$/
const REPLY = /^tylink\/[^/]+\/thing\/property\/set_response$/
const OURS = /^([0-9a-f]{8})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{12})$/

/**
 * TuyaLink (developer.tuya.com, properties, actions, and events): `tylink/{device}/thing/property/set` with `{"msgId", "time",
 * "sys": {"ack": 1}, "data": {code: value}}`, answered on `…/set_response` by `{"msgId", "code": 0}`, where 0 is also what is meant
 * by no code. Ids have at most 32 characters: ours without its dashes.
 */
export const tuyaLink: CommandFamily = {
  name: 'tuyalink',
  keptThere: false,
  addressOf(topic, sourceId) {
    const [, address = null, device] = REPORT.exec(topic) ?? []
    return device === sourceId ? address : null
  },
  encode({ id, act, requestedAt }, target) {
    const property = propertyToSet(act, target, TUYA_STANDARD)
    if ('cannot' in property) return cannot(property.cannot)
    const said = {
      msgId: id.replaceAll('-', ''),
      time: requestedAt,
      sys: { ack: 1 },
      data: { [property.name]: property.value },
    }
    return { ok: true, topic: `${target.address}/property/set`, payload: JSON.stringify(said) }
  },
  answerOf(packet) {
    const said = REPLY.test(packet.topic) ? objectOf(packet) : null
    const parts = OURS.exec(typeof said?.['msgId'] === 'string' ? said['msgId'] : '')
    if (said === null || parts === null) return null
    const { code = 0 } = said
    return codedAnswer({ id: parts.slice(1).join('-') }, code === 0, `code ${String(code)}`)
  },
}
