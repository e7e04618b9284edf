import { at } from '../draft.ts'
import { type CommandFamily, objectOf, reasonIn } from './family.ts'
import { codedAnswer, shortNumber, toShortNumber } from './thing-model.ts'

const GATEWAY = 'v1/gateway/'

/**
 * ThingsBoard's gateway API (thingsboard.io/docs/reference/gateway-mqtt-api, server-side RPC): on `v1/gateway/rpc` goes
 * `{"device", "data": {"id", "method", "params"}}`, and `{"device", "id", "data"}` comes back there. Methods and parameters are the owner's
 * to name, so they are ours: `set_interval` `{"seconds"}`, `hush`, `self_test`, `valve` `{"open"}`; what is answered is taken for done
 * unless it says `error`, or `success` or `ok` is false. All devices that connect themselves share one topic for calls, so
 * those are not called.
 */
export const thingsboard: CommandFamily = {
  name: 'thingsboard',
  keptThere: false,
  addressOf: (topic, sourceId) => (topic.startsWith(GATEWAY) ? `${GATEWAY}${sourceId}` : null),
  encode({ id, act }, { address }) {
    const { type: method, ...params } = act
    const said = { device: address.slice(GATEWAY.length), data: { id: shortNumber(id), method, params } }
    return { ok: true, topic: `${GATEWAY}rpc`, payload: JSON.stringify(said) }
  },
  answerOf(packet) {
    const said = packet.topic === `${GATEWAY}rpc` ? objectOf(packet) : null
    const device = said?.['device']
    if (said === null || typeof device !== 'string') return null
    const error = at(said, 'data', 'error')
    const isRefused = [at(said, 'data', 'success'), at(said, 'data', 'ok')].includes(false)
    const isDone = error === undefined && !isRefused
    return codedAnswer(toShortNumber(`${GATEWAY}${device}`, said['id']), isDone, reasonIn(error))
  },
}
