import { z } from 'zod'
import { GatewayId, SourceId } from './ids.ts'

/** What we may subscribe to elsewhere: with wildcards, but never everything of a broker nor what it says of itself. */
const TopicFilter = z
  .string()
  .min(1)
  .max(200)
  .refine(
    (filter) =>
      !filter.startsWith('$SYS') &&
      filter
        .split('/')
        .every(
          (level, at, levels) =>
            level === '+' || (level === '#' ? at > 0 && at === levels.length - 1 : !/[#+]/.test(level)),
        ),
    'an MQTT filter: + for one level, # last and not alone',
  )

const BrokerUrl = z.url({ protocol: /^(mqtts?|wss?)$/ }).refine((text) => {
  const { username, password, search, hash } = new URL(text)
  return username === '' && password === '' && search === '' && hash === ''
}, 'without name, password and query: those have fields of their own')

const Pem = z.string().max(40_000).startsWith('-----BEGIN ')

/** A subscription to a broker of somebody else. Password and private key are kept apart, sealed. */
export const MqttVia = z.strictObject({
  type: z.literal('mqtt'),
  url: BrokerUrl,
  topics: z.array(TopicFilter).min(1).max(20),
  /** Under which we may send commands there; none: we only listen. */
  commandTopics: z.array(TopicFilter).max(20).default([]),
  username: z.string().max(200).nullable(),
  /** The name of our session there, which the broker keeps while we are away. */
  clientId: z.string().min(1).max(120),
  /** PEM of the authority that signed the broker's certificate; null: the usual ones. */
  ca: Pem.nullable(),
  /** PEM of our own certificate, where the broker wants one. */
  cert: Pem.nullable(),
})
export type MqttVia = z.infer<typeof MqttVia>

/** Who pushes, which decides how a body is unwrapped and what the other side expects. */
export const PushPlatform = z.enum(['generic', 'chirpstack', 'tts', 'onenet', 'huawei', 'ctwing'])
export type PushPlatform = z.infer<typeof PushPlatform>
/** hmac: signed with `X-Signature` and `X-Timestamp`; token: in `Authorization`; onenet: as its platform signs. */
export const PushProof = z.enum(['hmac', 'token', 'onenet'])
export type PushProof = z.infer<typeof PushProof>
export const PushVia = z.strictObject({ type: z.literal('push'), platform: PushPlatform, proof: PushProof })
export type PushVia = z.infer<typeof PushVia>

/** Readings that come through a service of somebody else; it speaks as a gateway does, for the devices behind it. */
export const Source = z.strictObject({
  id: SourceId,
  gatewayId: GatewayId,
  name: z.string().min(1).max(80),
  enabled: z.boolean(),
  createdAt: z.int(),
  via: z.discriminatedUnion('type', [MqttVia, PushVia]),
})
export type Source = z.infer<typeof Source>

/** connecting: not there yet; connected; lost: it comes back by itself; off: disabled, or its gateway is. */
export type SourceState = 'connecting' | 'connected' | 'lost' | 'off'

export interface SourceStatus {
  state: SourceState
  /** Since when, in wall time. */
  since: number
  /** Kept since the service started. */
  messages: number
  errors: number
  lastMessageAt: number | null
  /** How far behind its own devices' clocks the last message came, ms; null when none said its time. */
  lagMs: number | null
  lastError: { at: number; message: string } | null
}

/** Password and key of a subscription, as given: undefined leaves what is kept, null takes it away. */
export interface SourceSecrets {
  password?: string | null
  key?: string | null
}

/** How sources are doing, for whoever asks. */
export interface SourceWatch {
  status(id: SourceId): SourceStatus
  /** Which secrets are kept: never what they are. */
  has(id: SourceId): Promise<{ password: boolean; key: boolean }>
}
