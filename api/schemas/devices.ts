import { z } from 'zod'
import { Consent, ConsentForm } from '../../contracts/consent.ts'
import { DeviceId, GatewayId, HomeId, JurisdictionId } from '../../contracts/ids.ts'
import { DeviceKind } from '../../contracts/reading.ts'
import { Device as DeviceContract, Gateway as GatewayContract } from '../../contracts/registry.ts'
import { pageOf, paging, queryChoice, Time } from './common.ts'

export const DeviceHealth = z
  .strictObject({
    lastReceivedAt: Time,
    lastMeasuredAt: Time,
    batteryPct: z.number().nullable(),
    batteryLow: z.boolean().nullable(),
    signalDbm: z.number().nullable(),
    cadenceS: z.number().nullable().describe('Seconds between messages, as learned.'),
    values: z
      .record(z.string(), z.union([z.number(), z.boolean()]))
      .nullable()
      .describe('Last known value of each metric; null in lists and for a caller who may not know.'),
  })
  .meta({ id: 'DeviceHealth' })

export const DeviceWithHealth = DeviceContract.extend({
  createdAt: Time,
  homeId: HomeId.nullable().describe('Where it stands now; null: nowhere.'),
  home: z
    .strictObject({
      id: HomeId,
      place: z.string().describe('Name of the place that the home belongs to.'),
      who: z
        .strictObject({ name: z.string(), door: z.string() })
        .nullable()
        .describe('Null when nobody is recorded, or for a caller who may not know.'),
    })
    .nullable(),
  silent: z.boolean().describe('Not heard for longer than its settings allow, or never heard.'),
  health: DeviceHealth.nullable().describe('Null: never heard.'),
}).meta({ id: 'Device' })
export const DevicePage = pageOf(DeviceWithHealth)
export const DeviceQuery = z.strictObject({
  ...paging(),
  homeId: HomeId.optional(),
  kind: DeviceKind.optional(),
  gatewayId: GatewayId.optional(),
  silent: queryChoice.describe('true: those enabled and not heard for too long; false: the others.'),
  order: z
    .enum(['id', 'silent'])
    .default('id')
    .describe('silent: first those not heard for longest, then the heard, at last the disabled.'),
})

/** What is said of a consent when it is written down. */
export const GivenConsent = z
  .strictObject({
    purposes: Consent.shape.purposes.default(['safety']),
    givenBy: Consent.shape.givenBy,
    form: ConsentForm.default('on_the_spot'),
    givenAt: Time.nullable().default(null).describe('Null: now. Never in time to come.'),
  })
  .meta({ id: 'GivenConsent' })

export const NewDevice = z.strictObject({
  id: DeviceId.nullable().default(null).describe('Null: the service picks one.'),
  kind: DeviceKind,
  model: DeviceContract.shape.model.default(''),
  gatewayId: GatewayId.nullable().default(null),
  sourceId: DeviceContract.shape.sourceId.default(null),
  cadenceS: DeviceContract.shape.cadenceS.default(null),
  homeId: HomeId.nullable().default(null),
  profileId: z
    .string()
    .max(80)
    .nullable()
    .default(null)
    .describe('Of the catalogue: gives model, cadence and mapping where they are not said.'),
  consent: GivenConsent.nullable()
    .default(null)
    .describe('Of the home, to devices of this kind; null: it is on record, or there is no home.'),
})
export const DeviceChange = z.strictObject({
  model: DeviceContract.shape.model.exactOptional(),
  cadenceS: DeviceContract.shape.cadenceS.exactOptional(),
  enabled: z.boolean().exactOptional(),
})
export const DeviceHome = z.strictObject({ homeId: HomeId.nullable() })

const address = {
  host: z.string().describe('As this request named the service.'),
  port: z.int().nullable().describe('Plain MQTT; null: not offered.'),
  tlsPort: z.int().nullable().describe('MQTT over TLS; null: not offered.'),
}
const Mqtt = z.strictObject({ topic: z.string(), username: z.string(), ...address })
export const DeviceSecret = z
  .strictObject({ secret: z.string().describe('Shown this once.'), mqtt: Mqtt })
  .meta({ id: 'DeviceSecret' })
export const RegisteredDevice = z
  .strictObject({
    device: DeviceWithHealth,
    secret: z.string().nullable().describe('Shown this once; null behind a gateway.'),
    decoded: z.int().describe('Messages of it that were kept, and that are decoded now.'),
    mqtt: Mqtt.nullable(),
  })
  .meta({ id: 'RegisteredDevice' })

export const Gateway = GatewayContract.extend({ createdAt: Time }).meta({ id: 'Gateway' })
export const GatewayPage = pageOf(Gateway)
export const GatewayQuery = z.strictObject(paging())
export const NewGateway = z.strictObject({
  id: GatewayId.nullable().default(null),
  jurisdictionId: JurisdictionId,
  name: GatewayContract.shape.name,
  topics: GatewayContract.shape.topics,
})
export const GatewayChange = z.strictObject({
  name: GatewayContract.shape.name.exactOptional(),
  topics: GatewayContract.shape.topics.exactOptional(),
  enabled: z.boolean().exactOptional(),
})
const GatewayMqtt = z.strictObject({ topics: z.array(z.string()), username: z.string(), ...address })
export const GatewaySecret = z
  .strictObject({ secret: z.string().describe('Shown this once.'), mqtt: GatewayMqtt })
  .meta({ id: 'GatewaySecret' })
export const RegisteredGateway = z
  .strictObject({ gateway: Gateway, secret: z.string().describe('Shown this once.'), mqtt: GatewayMqtt })
  .meta({ id: 'RegisteredGateway' })
