import { z } from 'zod'
import { ChannelConfig, ChannelKind, PushSubscription } from '../../contracts/channel.ts'
import { ChannelId, JurisdictionId } from '../../contracts/ids.ts'
import { Time } from './common.ts'
import { Language } from './session.ts'

const name = ChannelConfig.shape.name.trim()
const secretName = z.string().regex(/^[A-Za-z]{1,40}$/)
const secret = z.string().min(1).max(4_000)
/** Checked by the driver of the kind: their form is that of `/channels/kinds`. */
const settings = z.record(z.string(), z.unknown())

export const Channel = ChannelConfig.extend({
  settings,
  createdAt: Time,
  health: z.strictObject({
    lastSentAt: Time.nullable(),
    failingSince: Time.nullable().describe('Since then nothing got through, to nobody.'),
    reason: z.string().nullable(),
    reported: z.boolean().describe('It has been told to the district as failing.'),
  }),
}).meta({ id: 'Channel', description: 'Secrets are never given back: `secretsSet` says which are there.' })

export const Channels = z.strictObject({ items: z.array(Channel) })

export const ChannelForms = z
  .strictObject({
    items: z.array(
      z.strictObject({
        kind: ChannelKind,
        settings: z.record(z.string(), z.unknown()).describe('JSON Schema of its settings.'),
        secrets: z.array(z.strictObject({ name: z.string(), required: z.boolean() })),
        address: z.enum(['url', 'label', 'mobile', 'open_id', 'mail', 'subscription', 'phone']),
      }),
    ),
  })
  .meta({ id: 'ChannelForms' })

export const NewChannel = z.strictObject({
  kind: ChannelKind,
  name,
  jurisdictionId: JurisdictionId,
  settings: settings.default({}),
  secrets: z.record(secretName, secret).default({}),
  voice: z.boolean().default(false),
})

export const ChannelChange = z.strictObject({
  name: name.exactOptional(),
  settings: settings.exactOptional(),
  secrets: z
    .record(secretName, secret.nullable())
    .exactOptional()
    .describe('Those to be set anew; null takes one away.'),
  voice: z.boolean().exactOptional(),
  enabled: z.boolean().exactOptional(),
})

export const ChannelTest = z.strictObject({
  address: z.string().max(2_000).default(''),
  language: Language.default('zh'),
})
export const ChannelTested = z
  .strictObject({
    sent: z.boolean(),
    reference: z.string().nullable().describe("The other side's own id for it."),
    reason: z.string().nullable().describe('Why it was not sent.'),
  })
  .meta({ id: 'ChannelTested' })

export const PushKey = z
  .strictObject({ channelId: ChannelId.nullable(), publicKey: z.string().nullable() })
  .meta({ id: 'PushKey', description: 'Both null: no Web Push is set up for your place.' })
export const NewSubscription = z.strictObject({ subscription: PushSubscription })
export const GoneSubscription = z.strictObject({ endpoint: z.string().max(1_000) })

export const CheckInReply = z.strictObject({
  token: z.string().min(1).max(300),
  answer: z
    .enum(['well', 'help', '1', '2'])
    .transform((said) => (said === 'well' || said === '1' ? ('well' as const) : ('help' as const)))
    .describe('What was said, or the key that was pressed: 1 well, 2 help.'),
})
