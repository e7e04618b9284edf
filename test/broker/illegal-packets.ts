import type { ViolationReason } from '../../broker/violations.ts'
import { ConnectFlag, connect, field, packet, publish, subscribe, u16, unsubscribe } from './wire.ts'

/** What a client sends, the paragraph of MQTT 3.1.1 that forbids it, and what we count when we close on it. */
export interface IllegalPacket {
  what: string
  rule: string
  bytes: Buffer
  reason: ViolationReason
}

const { clean, will, willQos1, willQos2, willRetain, password, username } = ConnectFlag
const known = username | password
const who = [field('meter-1'), field('right')]
const id = field('client')
const NUL = [0x61, 0x00, 0x62]
const SURROGATE = [0xed, 0xa0, 0x80]
const OVERLONG = [0xc0, 0xaf]
const BEYOND_UNICODE = [0xf4, 0x90, 0x80, 0x80]
const CUT_OFF = [0x61, 0xe5, 0xae]
const LATIN1 = [0x63, 0x61, 0x66, 0xe9]
const MINE = 'devices/meter-1/readings'
const mine = (tail: readonly number[]) => [...Buffer.from('devices/meter-1/'), ...tail]

const row = (what: string, rule: string, reason: ViolationReason, bytes: Buffer): IllegalPacket => ({
  what,
  rule,
  bytes,
  reason,
})

const withWill = (flags: number, topic: string | readonly number[], more: Buffer[] = [field('gone')]) =>
  connect({ flags: known | clean | flags, payload: [id, field(topic), ...more, ...who] })

const asClient = (clientId: readonly number[]) => connect({ payload: [field(clientId), ...who] })
const asUser = (name: readonly number[]) => connect({ payload: [id, field(name), field('right')] })

/** As the first packet of a connection. */
export const illegalFirstPackets: readonly IllegalPacket[] = [
  ...(
    [
      ['PUBLISH', publish(0x30, MINE, null)],
      ['SUBSCRIBE', subscribe(1, [MINE, 0])],
      ['UNSUBSCRIBE', unsubscribe(1, MINE)],
      ['PINGREQ', packet(0xc0)],
      ['DISCONNECT', packet(0xe0)],
      ['PUBACK', packet(0x40, u16(1))],
      ['CONNACK', packet(0x20, [0, 0])],
      ['an HTTP request', Buffer.from('GET / HTTP/1.1\r\n\r\n')],
    ] as const
  ).map(([what, bytes]) => row(`${what} in front of CONNECT`, 'MQTT-3.1.0-1', 'not_connect', bytes)),
  row('a TLS handshake on the plain port', '2.2.2', 'reserved_flags', Buffer.from([0x16, 0x03, 0x01, 0x02])),
  ...[0x11, 0x12, 0x14, 0x18, 0x1f].map((first) =>
    row(
      `CONNECT with first byte 0x${first.toString(16)}`,
      'MQTT-2.2.2-2',
      'reserved_flags',
      connect({ first }),
    ),
  ),
  row('CONNECT without a body', 'MQTT-3.1.4-1', 'malformed_body', packet(0x10)),
  row('CONNECT that ends in its protocol name', 'MQTT-3.1.4-1', 'malformed_body', packet(0x10, [0, 4, 0x4d])),
  row('CONNECT that ends before its level', 'MQTT-3.1.4-1', 'malformed_body', packet(0x10, field('MQTT'))),
  row('CONNECT that ends before its flags', 'MQTT-3.1.4-1', 'malformed_body', packet(0x10, field('MQTT'), 4)),
  row(
    'CONNECT that ends before its keep-alive',
    'MQTT-3.1.4-1',
    'malformed_body',
    packet(0x10, field('MQTT'), 4, known),
  ),
  row(
    'CONNECT without a client id',
    'MQTT-3.1.3-3',
    'malformed_body',
    packet(0x10, field('MQTT'), 4, clean, u16(0)),
  ),
  ...['hj', 'mqtt', 'MQTTT', 'MQIsdP', ''].map((name) =>
    row(
      `protocol name ${JSON.stringify(name)}`,
      'MQTT-3.1.2-1',
      'protocol_name',
      connect({ name: field(name) }),
    ),
  ),
  ...[0, 3, 5, 6, 0x84, 0xff].map((level) =>
    row(`protocol level ${level}`, 'MQTT-3.1.2-2', 'protocol_level', connect({ level })),
  ),
  row(
    'protocol name of 3.1 with the level of 3.1.1',
    'MQTT-3.1.2-2',
    'protocol_level',
    connect({ name: field('MQIsdp'), level: 4 }),
  ),
  row(
    'reserved connect flag',
    'MQTT-3.1.2-3',
    'reserved_flags',
    connect({ flags: known | clean | ConnectFlag.reserved }),
  ),
  row(
    'will QoS without a will',
    'MQTT-3.1.2-13',
    'connect_flags',
    connect({ flags: known | clean | willQos1 }),
  ),
  row(
    'will retain without a will',
    'MQTT-3.1.2-15',
    'connect_flags',
    connect({ flags: known | clean | willRetain }),
  ),
  row('will QoS 3', 'MQTT-3.1.2-14', 'qos', withWill(will | willQos1 | willQos2, 'devices/meter-1/status')),
  row(
    'password without a user name',
    'MQTT-3.1.2-22',
    'connect_flags',
    connect({ flags: clean | password, payload: [id, field('right')] }),
  ),
  row('will topic missing', 'MQTT-3.1.2-9', 'malformed_body', connect({ flags: known | clean | will })),
  row(
    'will message missing',
    'MQTT-3.1.2-9',
    'malformed_body',
    connect({ flags: clean | will, payload: [id, field('devices/meter-1/status')] }),
  ),
  row(
    'user name missing',
    'MQTT-3.1.2-19',
    'malformed_body',
    connect({ flags: clean | username, payload: [id] }),
  ),
  row(
    'password missing',
    'MQTT-3.1.2-21',
    'malformed_body',
    connect({ flags: known | clean, payload: [id, field('meter-1')] }),
  ),
  row(
    'user name that its flag does not announce',
    'MQTT-3.1.2-18',
    'malformed_body',
    connect({ flags: clean, payload: [id, field('meter-1')] }),
  ),
  row('bytes behind the last field', '3.1.3', 'malformed_body', connect({ payload: [id, ...who, 0x00] })),
  row(
    'client id longer than the packet',
    'MQTT-3.1.3-1',
    'malformed_body',
    connect({ payload: [u16(999), id] }),
  ),
  row('empty will topic', 'MQTT-4.7.3-1', 'malformed_topic', withWill(will, '')),
  row('will topic with #', 'MQTT-4.7.1-1', 'malformed_topic', withWill(will, 'devices/meter-1/#')),
  row('will topic with +', 'MQTT-4.7.1-1', 'malformed_topic', withWill(will, 'devices/+/status')),
  row('will topic with NUL', 'MQTT-4.7.3-2', 'malformed_string', withWill(will, NUL)),
  row('will topic that is not UTF-8', 'MQTT-3.1.3-10', 'malformed_string', withWill(will, LATIN1)),
  row('will topic with a surrogate', 'MQTT-1.5.3-1', 'malformed_string', withWill(will, SURROGATE)),
  row('client id with NUL', 'MQTT-1.5.3-2', 'malformed_string', asClient(NUL)),
  row('client id that is not UTF-8', 'MQTT-3.1.3-4', 'malformed_string', asClient(LATIN1)),
  row('client id with a surrogate', 'MQTT-1.5.3-1', 'malformed_string', asClient(SURROGATE)),
  row('client id with an overlong form', 'MQTT-1.5.3-1', 'malformed_string', asClient(OVERLONG)),
  row('user name with NUL', 'MQTT-1.5.3-2', 'malformed_string', asUser(NUL)),
  row('user name that is not UTF-8', 'MQTT-3.1.3-11', 'malformed_string', asUser(CUT_OFF)),
  row('user name with a surrogate', 'MQTT-1.5.3-1', 'malformed_string', asUser(SURROGATE)),
  row(
    'length of five digits',
    '2.2.3',
    'malformed_length',
    Buffer.from([0x10, 0x80, 0x80, 0x80, 0x80, 0x01]),
  ),
  row('length in more digits than needed', '2.2.3', 'malformed_length', Buffer.from([0x10, 0x8a, 0x00])),
  row('CONNECT of 256 MB', '2.2.3', 'packet_too_large', Buffer.from([0x10, 0xff, 0xff, 0xff, 0x7f])),
]

/** From somebody who has been let in. */
export const illegalPackets: readonly IllegalPacket[] = [
  row('a second CONNECT', 'MQTT-3.1.0-2', 'second_connect', connect()),
  row('a packet of type 0', '2.2.1', 'reserved_type', packet(0x00)),
  row('a packet of type 15', '2.2.1', 'reserved_type', packet(0xf0)),
  ...(
    [
      ['CONNACK', packet(0x20, [0, 0])],
      ['SUBACK', packet(0x90, u16(1), 0)],
      ['UNSUBACK', packet(0xb0, u16(1))],
      ['PINGRESP', packet(0xd0)],
    ] as const
  ).map(([what, bytes]) => row(`${what} from a client`, '2.2.1', 'reserved_type', bytes)),
  ...(
    [
      ['PUBACK', 0x41, u16(1)],
      ['PUBREC', 0x52, u16(1)],
      ['PUBREL', 0x60, u16(1)],
      ['PUBREL', 0x6a, u16(1)],
      ['PUBCOMP', 0x78, u16(1)],
      ['PINGREQ', 0xc1, Buffer.alloc(0)],
      ['DISCONNECT', 0xe2, Buffer.alloc(0)],
    ] as const
  ).map(([what, first, body]) =>
    row(
      `${what} with first byte 0x${first.toString(16)}`,
      what === 'DISCONNECT' ? 'MQTT-3.14.1-1' : 'MQTT-2.2.2-2',
      'reserved_flags',
      packet(first, body),
    ),
  ),
  row(
    'SUBSCRIBE with first byte 0x80',
    'MQTT-3.8.1-1',
    'reserved_flags',
    packet(0x80, u16(1), field(MINE), 0),
  ),
  row(
    'UNSUBSCRIBE with first byte 0xa0',
    'MQTT-3.10.1-1',
    'reserved_flags',
    packet(0xa0, u16(1), field(MINE)),
  ),
  row('PUBLISH with QoS 3', 'MQTT-3.3.1-4', 'qos', publish(0x36, MINE, 1)),
  row('PUBLISH with QoS 0 and DUP', 'MQTT-3.3.1-2', 'reserved_flags', publish(0x38, MINE, null)),
  row('PUBLISH without a topic', 'MQTT-3.3.2-1', 'malformed_body', packet(0x30)),
  row(
    'PUBLISH with a topic longer than itself',
    'MQTT-3.3.2-1',
    'malformed_body',
    packet(0x30, u16(500), 0x61),
  ),
  row('PUBLISH on an empty topic', 'MQTT-4.7.3-1', 'malformed_topic', publish(0x32, '', 1)),
  ...['devices/meter-1/#', 'devices/meter-1/+', 'devices/meter-1/a+', 'devices/meter-1/a#', '#', '+a'].map(
    (topic) => row(`PUBLISH on ${topic}`, 'MQTT-3.3.2-2', 'malformed_topic', publish(0x32, topic, 1)),
  ),
  row('PUBLISH on a topic with NUL', 'MQTT-4.7.3-2', 'malformed_string', publish(0x32, mine(NUL), 1)),
  row('PUBLISH on a topic in Latin-1', 'MQTT-1.5.3-1', 'malformed_string', publish(0x32, mine(LATIN1), 1)),
  row(
    'PUBLISH on a topic with a surrogate',
    'MQTT-1.5.3-1',
    'malformed_string',
    publish(0x32, mine(SURROGATE), 1),
  ),
  row(
    'PUBLISH on a topic with an overlong form',
    'MQTT-1.5.3-1',
    'malformed_string',
    publish(0x32, mine(OVERLONG), 1),
  ),
  row('PUBLISH beyond U+10FFFF', 'MQTT-1.5.3-1', 'malformed_string', publish(0x32, mine(BEYOND_UNICODE), 1)),
  row(
    'PUBLISH on a topic cut within a character',
    'MQTT-1.5.3-1',
    'malformed_string',
    publish(0x32, mine(CUT_OFF), 1),
  ),
  row(
    'PUBLISH on a topic of 1,000 bytes',
    'our bound',
    'topic_too_long',
    publish(0x32, mine(Array(1_000).fill(0x61)), 1),
  ),
  row('PUBLISH with QoS 1 and no identifier', 'MQTT-2.3.1-1', 'malformed_body', packet(0x32, field(MINE))),
  row('PUBLISH with half an identifier', 'MQTT-2.3.1-1', 'malformed_body', packet(0x34, field(MINE), 0x01)),
  row('PUBLISH with QoS 1 and identifier 0', 'MQTT-2.3.1-1', 'packet_id', publish(0x32, MINE, 0)),
  row('PUBLISH with QoS 2 and identifier 0', 'MQTT-2.3.1-1', 'packet_id', publish(0x34, MINE, 0)),
  ...(
    [
      ['PUBACK', 0x40],
      ['PUBREC', 0x50],
      ['PUBREL', 0x62],
      ['PUBCOMP', 0x70],
    ] as const
  ).flatMap(([what, first]) => [
    row(`${what} without an identifier`, 'MQTT-2.3.1-6', 'malformed_body', packet(first)),
    row(`${what} of three bytes`, '3.4–3.7', 'malformed_body', packet(first, u16(1), 0)),
    row(`${what} for identifier 0`, 'MQTT-2.3.1-6', 'packet_id', packet(first, u16(0))),
  ]),
  row('SUBSCRIBE without an identifier', 'MQTT-2.3.1-1', 'malformed_body', packet(0x82)),
  row('SUBSCRIBE with identifier 0', 'MQTT-2.3.1-1', 'packet_id', subscribe(0, [MINE, 1])),
  row('SUBSCRIBE to nothing', 'MQTT-3.8.3-3', 'no_filter', packet(0x82, u16(1))),
  row('SUBSCRIBE to an empty filter', 'MQTT-4.7.3-1', 'malformed_topic', subscribe(1, ['', 0])),
  row('SUBSCRIBE without a QoS', '3.8.3', 'malformed_body', packet(0x82, u16(1), field(MINE))),
  row('SUBSCRIBE with QoS 3', 'MQTT-3.8.3-4', 'qos', subscribe(1, [MINE, 3])),
  row('SUBSCRIBE with reserved bits in its QoS', 'MQTT-3.8.3-4', 'qos', subscribe(1, [MINE, 0x81])),
  row(
    'SUBSCRIBE with a filter longer than itself',
    'MQTT-3.8.3-1',
    'malformed_body',
    packet(0x82, u16(1), u16(99), 0x61, 0),
  ),
  ...['a#', 'a/#/b', '+a', 'a+', 'a/b+/c', '#/a', '##', '++'].map((filter) =>
    row(
      `SUBSCRIBE to ${filter}`,
      filter.includes('#') ? 'MQTT-4.7.1-2' : 'MQTT-4.7.1-3',
      'malformed_topic',
      subscribe(1, [filter, 0]),
    ),
  ),
  row('SUBSCRIBE to a filter with NUL', 'MQTT-4.7.3-2', 'malformed_string', subscribe(1, [NUL, 0])),
  row(
    'SUBSCRIBE to a filter that is not UTF-8',
    'MQTT-3.8.3-1',
    'malformed_string',
    subscribe(1, [LATIN1, 0]),
  ),
  row(
    'SUBSCRIBE whose second filter is bad',
    'MQTT-4.7.1-2',
    'malformed_topic',
    subscribe(1, [MINE, 0], ['a#', 0]),
  ),
  row(
    'SUBSCRIBE to 300 filters',
    'our bound',
    'too_many_filters',
    subscribe(1, ...Array.from({ length: 300 }, (_, i): [string, number] => [`devices/meter-1/${i}`, 0])),
  ),
  row('UNSUBSCRIBE with identifier 0', 'MQTT-2.3.1-1', 'packet_id', unsubscribe(0, MINE)),
  row('UNSUBSCRIBE from nothing', 'MQTT-3.10.3-2', 'no_filter', packet(0xa2, u16(1))),
  row('UNSUBSCRIBE from an empty filter', 'MQTT-4.7.3-1', 'malformed_topic', unsubscribe(1, '')),
  row('UNSUBSCRIBE that is not UTF-8', 'MQTT-3.10.3-1', 'malformed_string', unsubscribe(1, CUT_OFF)),
  row('UNSUBSCRIBE with bytes behind', '3.10.3', 'malformed_body', packet(0xa2, u16(1), field(MINE), 0x00)),
  row('PINGREQ with a body', '3.12', 'malformed_body', packet(0xc0, 0x00)),
  row('DISCONNECT with a body', '3.14', 'malformed_body', packet(0xe0, 0x00)),
  row(
    'length of five digits',
    '2.2.3',
    'malformed_length',
    Buffer.from([0x30, 0xff, 0xff, 0xff, 0xff, 0x01]),
  ),
  row('PINGREQ whose length takes two digits', '2.2.3', 'malformed_length', Buffer.from([0xc0, 0x80, 0x00])),
  row(
    'PUBLISH of 300 KB from a device',
    'our bound',
    'packet_too_large',
    Buffer.from([0x30, 0xe0, 0xa7, 0x12]),
  ),
]
