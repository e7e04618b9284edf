import { describe, expect, it } from 'vitest'
import { noContext, Packet } from '../../ingest/decoder.ts'
import { decoders } from '../../ingest/decoders/index.ts'
import { FAMILY_MESSAGES } from './families.ts'
import { message } from './fixture.ts'

const claiming = (topic: string, payload: unknown) =>
  decoders
    .filter((decoder) => decoder.claims(new Packet(message(topic, payload)), noContext))
    .map(({ name }) => name)

describe('every message has one family', () => {
  it('all families are among the samples, and no two have one name', () => {
    const names = decoders.map(({ name }) => name)
    expect(new Set(FAMILY_MESSAGES.map(({ family }) => family))).toEqual(new Set(names))
    expect(new Set(names).size).toBe(names.length)
  })

  it.each(FAMILY_MESSAGES.map((sample) => [sample.family, sample] as const))(
    '%s is claimed by its own decoder alone',
    (family, { topic, payload }) => {
      // SenML shares the native topic and is asked first.
      expect(claiming(topic, payload)).toEqual(family === 'senml' ? ['senml', 'native'] : [family])
    },
  )

  it.each([
    [
      'a Tasmota device called zigbee',
      'zigbee_bridge/tele/SENSOR',
      '{"Time":"2026-11-21T12:00:00"}',
      'tasmota',
    ],
    ['a zigbee device in a room called main', 'zigbee2mqtt/main/value', '{"smoke":true}', 'zigbee2mqtt'],
    [
      'a telegram below zigbee',
      'zigbee/wmbus',
      '{"_":"telegram","media":"water","meter":"iperl","id":"1"}',
      'wmbusmeters',
    ],
    ['a first-generation Shelly', 'shellies/shellyplug-1/online', 'true', 'shelly-gen1'],
    ['Home Assistant itself', 'homeassistant/status', 'online', 'homeassistant-discovery'],
    [
      'a discovery of zigbee2mqtt',
      'homeassistant/sensor/0x1/energy/config',
      '{"state_topic":"zigbee2mqtt/x"}',
      'homeassistant-discovery',
    ],
    [
      'rtl_433 behind OpenMQTTGateway',
      'home/OMG/RTL_433toMQTT/x',
      '{"model":"Neptune-R900","id":1,"protocol":228}',
      'rtl_433',
    ],
  ])('%s', (_, topic, payload, family) => {
    expect(claiming(topic, payload)[0]).toBe(family)
  })

  it('what nobody knows is claimed by nobody', () => {
    for (const [topic, payload] of [
      ['attic/plug', '{"ENERGY":{"Total":1}}'],
      ['home/status', 'online'],
      ['a/b/config', '{}'],
      ['home/json', '{"value":1}'],
      ['', ''],
      ['x/y/z', '{"model":"boiler","id":3,"data":{}}'],
      ['x/LWT', 'online'],
      ['node/status/light', '{"on":true}'],
      ['node/status', 'online'],
    ] as const) {
      expect(claiming(topic, payload), topic).toEqual([])
    }
  })
})
