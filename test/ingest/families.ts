/** One telling message of every family: what the robustness and claims tests start from. */
export interface FamilyMessage {
  family: string
  topic: string
  payload: unknown
  /** The id under which the source is known. */
  sourceId: string
}

/** A COSEM list of five: the maker's name, and two values (189 W, 238 V) each behind its OBIS code. */
export const COSEM_LIST = [
  '0205',
  '0A0E4B616D73747275705F5630303031',
  '09060101010700FF',
  '06000000BD',
  '09060101200700FF',
  '1200EE',
].join('')

export const FAMILY_MESSAGES: readonly FamilyMessage[] = [
  {
    family: 'native',
    topic: 'devices/m1/readings',
    payload: { ts: 1, water_total_m3: 12.5 },
    sourceId: 'm1',
  },
  { family: 'senml', topic: 'devices/m1/readings', payload: [{ n: 'power_w', v: 60 }], sourceId: 'm1' },
  {
    family: 'zigbee2mqtt',
    topic: 'zigbee2mqtt/kitchen',
    payload: { smoke: true, battery: 80, linkquality: 9, last_seen: '2026-11-21T11:59:00Z' },
    sourceId: 'kitchen',
  },
  {
    family: 'wmbusmeters',
    topic: 'wmbusmeters/12345678',
    payload: {
      _: 'telegram',
      media: 'water',
      meter: 'kamwater',
      id: '12345678',
      total_m3: 12.5,
      status: 'LEAK',
      timestamp: '2026-11-21T11:59:00Z',
    },
    sourceId: '12345678',
  },
  {
    family: 'shelly-gen1',
    topic: 'shellies/shellyem3-0001/emeter/0/total',
    payload: '1234.5',
    sourceId: 'shellyem3-0001',
  },
  {
    family: 'shelly-gen2',
    topic: 'shellyplus1pm-0001/events/rpc',
    payload: {
      src: 'shellyplus1pm-0001',
      method: 'NotifyStatus',
      params: { ts: 1795262340, 'switch:0': { output: true, apower: 60, aenergy: { total: 1500 } } },
    },
    sourceId: 'shellyplus1pm-0001',
  },
  {
    family: 'tasmota',
    topic: 'tele/plug/SENSOR',
    payload: { Time: '2026-11-21T12:00:00', ENERGY: { Total: [1, 2], Power: 60, Voltage: 230 } },
    sourceId: 'plug',
  },
  {
    family: 'chirpstack',
    topic: 'application/a1/device/24e1240000000001/event/up',
    payload: {
      time: '2026-11-21T11:59:00.123456789+00:00',
      deviceInfo: { devEui: '24e1240000000001', deviceName: 'GS524N' },
      object: { type: 'smoke sensor', event: 'alarm', battery: 90 },
    },
    sourceId: '24e1240000000001',
  },
  {
    family: 'things-stack',
    topic: 'v3/app@ttn/devices/dev1/up',
    payload: {
      end_device_ids: { dev_eui: '24E1240000000002' },
      uplink_message: {
        received_at: '2026-11-21T11:59:00Z',
        decoded_payload: {
          leakage_status: 'leak',
          history: [{ leakage_status: 'normal', timestamp: 1795262340 }],
        },
      },
    },
    sourceId: '24E1240000000002',
  },
  {
    family: 'alink',
    topic: '/sys/pk/dn1/thing/event/property/post',
    payload: { params: { BatteryPercentage: { value: 80, time: 1795262340000 }, WF: 23.6 } },
    sourceId: 'dn1',
  },
  {
    family: 'onenet',
    topic: '$sys/pid/dev1/thing/property/post',
    payload: { params: { power_w: { value: 30.5, time: 1795262340000 } } },
    sourceId: 'dev1',
  },
  {
    family: 'huawei-iotda',
    topic: '$oc/devices/meter01/sys/properties/report',
    payload: {
      services: [{ service_id: 'Battery', properties: { level: 80 }, event_time: '20261121T115900Z' }],
    },
    sourceId: 'meter01',
  },
  {
    family: 'tuyalink',
    topic: 'tylink/dev1/thing/property/report',
    payload: { time: 1795262340, data: { smoke_sensor_status: { value: 'alarm', time: 1795262340 } } },
    sourceId: 'dev1',
  },
  {
    family: 'ctwing',
    topic: 'ctwing/push/x',
    payload: {
      messageType: 'dataReport',
      productId: '1',
      deviceId: 'x',
      IMEI: '860370000000002',
      timestamp: 1795262340000,
      payload: { serviceData: { Battery_Level: 80, Alarm_Status: 2, TData: 30 } },
    },
    sourceId: '860370000000002',
  },
  {
    family: 'rtl_433',
    topic: 'rtl_433/host/events',
    payload: {
      time: '2026-11-21T12:00:00+0100',
      model: 'Neptune-R900',
      id: 7,
      leaknow: 1,
      backflow: 0,
      consumption: 9,
    },
    sourceId: '7',
  },
  {
    family: 'rtlamr',
    topic: 'rtlamr/raw',
    payload: {
      Time: '2026-11-21T11:59:00Z',
      Type: 'SCM',
      Message: { ID: 5, Type: 4, TamperPhy: 0, Consumption: 7 },
    },
    sourceId: '5',
  },
  {
    family: 'thingsboard',
    topic: 'v1/gateway/telemetry',
    payload: { meter: [{ ts: 1795262340000, values: { temperature: 20, water_total_m3: 5 } }] },
    sourceId: 'meter',
  },
  { family: 'ai-on-the-edge', topic: 'watermeter/main/value', payload: '679.2415', sourceId: 'watermeter' },
  {
    family: 'zwave-js-ui',
    topic: 'zwave/hall/detector/113/0/Smoke_Alarm/Sensor_status',
    payload: { time: 1795262340000, value: 2 },
    sourceId: 'hall/detector',
  },
  {
    family: 'dsmr',
    topic: 'home/dsmr/reader1',
    payload: {
      timestamp: '261121125900W',
      readings: { energy_delivered_tariff1: 1000, energy_delivered_tariff2: 500, power_delivered: 300 },
    },
    sourceId: 'reader1',
  },
  { family: 'ams2mqtt', topic: 'amsreader', payload: COSEM_LIST, sourceId: 'amsreader' },
  {
    family: 'open-mqtt-gateway',
    topic: 'home/OpenMQTTGateway/BTtoMQTT/C6C75200000A',
    payload: { id: 'C6:C7:52:00:00:0A', brand: 'x', model: 'Meter', tempc: 17.6, batt: 100 },
    sourceId: 'C6:C7:52:00:00:0A',
  },
  {
    family: 'sparkplug-b',
    topic: 'spBv1.0/homes/DBIRTH/gw/water-0042',
    payload: Buffer.from(
      'CICw6+iENBIcCgZWb2x1bWUQARiAsOvohDQgCml3vp8aL91eQBIaCgRGbG93EAIYgLDr6IQ0IApp+n5qvHSTiD8SGQoKQWxhcm0vTGVhaxADGICw6+iENCALcAAYAQ==',
      'base64',
    ),
    sourceId: 'water-0042',
  },
  {
    family: 'homeassistant-discovery',
    topic: 'homeassistant/sensor/node/water/config',
    payload: {
      stat_t: 'node/sensor/water/state',
      dev_cla: 'water',
      unit_of_meas: 'L',
      stat_cla: 'total_increasing',
      dev: { ids: ['node'] },
    },
    sourceId: 'node',
  },
]
