import { type CommandFamily, cannot, objectOf } from './family.ts'
import { codedAnswer, propertyToSet, shortNumber, toShortNumber } from './thing-model.ts'

const REPORT = /^(\/sys\/[^/]+\/([^/]+)\/thing)\/event\/.+\/post$/
const REPLY = /^(\/sys\/[^/]+\/[^/]+\/thing)\/service\/property\/set_reply$/

/**
 * Alink (help.aliyun.com, IoT Platform, setting device properties): `/sys/{product}/{device}/thing/service/property/set` with
 * `{"id", "version", "method", "params": {Name: value}}`, answered on `…/set_reply` by `{"id", "code": 200}`. Ids are numbers below
 * 2³² in text. Sub-devices that speak through their gateway's own topic cannot be told.
 */
export const alink: CommandFamily = {
  name: 'alink',
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
      method: 'thing.service.property.set',
      params: { [property.name]: property.value },
    }
    return { ok: true, topic: `${target.address}/service/property/set`, payload: JSON.stringify(said) }
  },
  answerOf(packet) {
    const [, address] = REPLY.exec(packet.topic) ?? []
    const said = address === undefined ? null : objectOf(packet)
    if (address === undefined || typeof said?.['code'] !== 'number') return null
    return codedAnswer(toShortNumber(address, said['id']), said['code'] === 200, said['message'])
  },
}
