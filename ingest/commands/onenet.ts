import { numberedFamily } from './thing-model.ts'

/**
 * OneNET (iot.10086.cn, object model over MQTT): `$sys/{product}/{device}/thing/property/set` with `{"id", "version", "params":
 * {name: value}}`, answered on `…/set_reply` by `{"id", "code": 200, "msg"}`. Ids are texts of at most 13 digits. Nobody may
 * listen under `$` on our own broker, so it is for devices on a broker elsewhere.
 */
export const onenet = numberedFamily({
  name: 'onenet',
  report: /^(\$sys\/[^/]+\/([^/]+)\/thing)\/(?:property|event|pack|history)\/post$/,
  set: '/property/set',
  envelope: { version: '1.0' },
  reason: 'msg',
})
