import { type CommandFamily, cannot, objectOf } from './family.ts'
import { codedAnswer, propertyToSet } from './thing-model.ts'

const REPORT = /^(\$oc\/devices\/[^/]+)\/sys\/(?:gateway\/sub_devices\/)?properties\/report$/
const REPLY = /^\$oc\/devices\/[^/]+\/sys\/properties\/set\/response\/request_id=([^/]+)$/

/**
 * Huawei IoTDA (support.huaweicloud.com, platform setting device properties):
 * `$oc/devices/{device}/sys/properties/set/request_id={id}` with `{"object_device_id", "services": [{"service_id", "properties"}]}`,
 * answered on `…/set/response/request_id={id}` by `{"result_code": 0}`. A gateway's topic reaches the devices behind it, which
 * `object_device_id` names. Nobody may listen under `$` on our own broker, so it is for devices on a broker elsewhere.
 */
export const huaweiIotda: CommandFamily = {
  name: 'huawei-iotda',
  keptThere: false,
  /** `{topic of the device or its gateway}/{device}`. */
  addressOf(topic, sourceId) {
    const [, listener] = REPORT.exec(topic) ?? []
    return listener === undefined ? null : `${listener}/${sourceId}`
  },
  encode({ id, act }, target) {
    const property = propertyToSet(act, target)
    if ('cannot' in property) return cannot(property.cannot)
    const [service = '', ...rest] = property.name.split('.')
    if (rest.length === 0) return cannot('its mapping names no service')
    const at = target.address.lastIndexOf('/')
    const said = {
      object_device_id: target.address.slice(at + 1),
      services: [{ service_id: service, properties: { [rest.join('.')]: property.value } }],
    }
    const topic = `${target.address.slice(0, at)}/sys/properties/set/request_id=${id}`
    return { ok: true, topic, payload: JSON.stringify(said) }
  },
  answerOf(packet) {
    const [, id] = REPLY.exec(packet.topic) ?? []
    const code = id === undefined ? null : objectOf(packet)?.['result_code']
    if (id === undefined || typeof code !== 'number') return null
    return codedAnswer({ id }, code === 0, objectOf(packet)?.['result_desc'])
  },
}
