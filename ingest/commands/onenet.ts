import { type CommandFamily, cannot, objectOf } from './family.ts'
import { codedAnswer, propertyToSet, shortNumber, toShortNumber } from './thing-model.ts'

const REPORT = /^(\$sys\/[^/]+\/([^/]+)\/thing)\/(?:property|event|pack|history)\/post$/
const REPLY = /^(\$sys\/[^/]+\/[^/]+\/thing)\/property\/set_reply$/

/**
 * OneNET (iot.10086.cn, object model over MQTT): `$sys/{product}/{device}/thing/property/set` with `{"id", "version", "params":
 * {name: value}}`, answered on `…/set_reply` by `{"id", "code": 200, "msg"}`. Ids are texts of at most 13 digits. Nobody may
 * listen under `$` on our own broker, so it is for devices on a broker elsewhere.
 */
export const onenet: CommandFamily = {
  name: 'onenet',
  keptThere: false,
  addressOf(topic, sourceId) {
    const [, address = null, device] = REPORT.exec(topic) ?? []
    return device === sourceId ? address : null
  },
  encode({ id, act }, target) {
    const property = propertyToSet(act, target)
    if ('cannot' in property) return cannot(property.cannot)
    const said = {
      id: `${shortNumber(id)}`,
      version: '1.0',
      params: { [property.name]: property.value },
    }
    return { ok: true, topic: `${target.address}/property/set`, payload: JSON.stringify(said) }
  },
  answerOf(packet) {
    const [, address] = REPLY.exec(packet.topic) ?? []
    const said = address === undefined ? null : objectOf(packet)
    if (address === undefined || typeof said?.['code'] !== 'number') return null
    return codedAnswer(toShortNumber(address, said['id']), said['code'] === 200, said['msg'])
  },
}
