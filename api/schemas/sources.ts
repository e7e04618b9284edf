import { z } from 'zod'
import { GatewayId } from '../../contracts/ids.ts'
import { MqttVia, PushVia, Source as SourceContract } from '../../contracts/source.ts'
import { Time } from './common.ts'

const Via = z.discriminatedUnion('type', [MqttVia.meta({ id: 'MqttVia' }), PushVia.meta({ id: 'PushVia' })])
const password = z.string().max(400).nullable().describe('Write only. Null takes it away.')
const key = z
  .string()
  .max(40_000)
  .nullable()
  .describe('PEM of our private key. Write only; null takes it away.')

export const Source = SourceContract.extend({
  via: Via,
  createdAt: Time,
  hasPassword: z.boolean(),
  hasKey: z.boolean(),
  status: z
    .strictObject({
      state: z
        .enum(['connecting', 'connected', 'lost', 'off'])
        .describe('lost: it is tried again by itself; off: it or its gateway is disabled.'),
      since: Time,
      messages: z.int().describe('Kept since the service started.'),
      errors: z.int(),
      lastMessageAt: Time.nullable(),
      lagMs: z
        .int()
        .nullable()
        .describe('How far behind its own device the last message came; null when none said its time.'),
      lastError: z.strictObject({ at: Time, message: z.string() }).nullable(),
    })
    .meta({ id: 'SourceStatus', description: 'Times here are of the wall clock.' }),
}).meta({ id: 'Source' })
export const SourceList = z.strictObject({ items: z.array(Source) })

export const NewSource = z.strictObject({
  gatewayId: GatewayId.describe('The gateway as which it speaks.'),
  name: SourceContract.shape.name.trim(),
  via: Via,
  password: password.exactOptional(),
  key: key.exactOptional(),
})
export const SourceChange = z.strictObject({
  name: SourceContract.shape.name.trim().exactOptional(),
  enabled: z.boolean().exactOptional(),
  via: Via.exactOptional(),
  password: password.exactOptional(),
  key: key.exactOptional(),
})
const proof = z.string().describe('What the platform proves itself by. Shown this once.')
export const RegisteredSource = z
  .strictObject({ source: Source, proof: proof.nullable() })
  .meta({ id: 'RegisteredSource' })
export const SourceProof = z.strictObject({ proof }).meta({ id: 'SourceProof' })
