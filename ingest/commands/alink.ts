import { numberedFamily } from './thing-model.ts'

/**
 * Alink (help.aliyun.com, IoT Platform, setting device properties): `/sys/{product}/{device}/thing/service/property/set` with
 * `{"id", "version", "method", "params": {Name: value}}`, answered on `…/set_reply` by `{"id", "code": 200}`. Ids are numbers below
 * 2³² in text. Sub-devices that speak through their gateway's own topic cannot be told.
 */
export const alink = numberedFamily({
  name: 'alink',
  report: /^(\/sys\/[^/]+\/([^/]+)\/thing)\/event\/.+\/post$/,
  set: '/service/property/set',
  envelope: { version: '1.0', method: 'thing.service.property.set' },
  reason: 'message',
})
