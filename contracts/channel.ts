import { z } from 'zod'
import { Sentence } from './finding.ts'
import { type AccountId, ChannelId, JurisdictionId } from './ids.ts'
import { Severity } from './severity.ts'

export const ChannelKind = z.enum([
  'webhook',
  'alertmanager',
  'wecom',
  'dingtalk',
  'feishu',
  'smtp',
  'webpush',
  'http_template',
])
export type ChannelKind = z.infer<typeof ChannelKind>

/**
 * A way out of the service that a district has set up. `settings` are checked by the driver of the kind; secrets are
 * sealed, can be written and never read, and `secretsSet` says which are there.
 */
export const ChannelConfig = z.strictObject({
  id: ChannelId,
  kind: ChannelKind,
  name: z.string().min(1).max(80),
  jurisdictionId: JurisdictionId,
  settings: z.record(z.string(), z.json()),
  secretsSet: z.array(z.string()),
  /** A voice call: what P1 is told by first. */
  voice: z.boolean(),
  enabled: z.boolean(),
  createdAt: z.int(),
})
export type ChannelConfig = z.infer<typeof ChannelConfig>

/** What is said, in the recipient's language. It names nobody: who it is about is seen after signing in, by the link. */
export interface Notice {
  /** The same however often it is tried. */
  key: string
  purpose: 'alert' | 'offer' | 'test' | 'notice'
  severity: Severity | null
  title: Sentence
  text: Sentence
  language: 'zh' | 'en'
  /** The page of the console to open; null where no public address is configured. */
  url: string | null
  /** Of a check-in: with it the answer of the resident comes back, and nothing else can be done with it. */
  answerToken: string | null
  at: number
  drill: boolean
}

/** What became of it: `accepted` the other side took it, `delivered` it says that it reached the person. */
export interface Receipt {
  outcome: 'accepted' | 'delivered'
  /** The other side's own id for it, for questions later. */
  reference: string | null
}

/**
 * A refusal by the other side. `retry`: it may go well later, `afterMs` at the earliest; otherwise it never will.
 * `gone`: the address itself is no more. The message holds no secret and names nobody.
 */
export class ChannelFault extends Error {
  readonly retry: boolean
  readonly afterMs: number | null
  readonly gone: boolean

  constructor(reason: string, retry: boolean, afterMs: number | null = null, gone = false) {
    super(reason)
    this.name = 'ChannelFault'
    this.retry = retry
    this.afterMs = afterMs
    this.gone = gone
  }
}

/** One way out, opened with its settings and secrets. Held by `test/channels/channel.conformance.ts`. */
export interface Channel {
  /** How many notices one message may carry: robots with a rate limit are sent groups. */
  readonly groupsUpTo: number
  /** How many addresses one message may go to: a robot speaks to its group and calls several people by it. */
  readonly addressesUpTo: number
  /** Messages that the other side takes in a minute; null: as many as there are. */
  readonly perMinute: number | null
  /**
   * Settles when the other side has taken the notices, rejects with a `ChannelFault`. What it is handed twice under one
   * key it sends under that same key, so that the other side can tell. `signal` ends the try.
   */
  send(addresses: readonly string[], notices: readonly Notice[], signal: AbortSignal): Promise<Receipt>
  /** Ends what is under way. */
  close(): Promise<void>
}

/** What a channel of one kind must be given, for the console's form. */
export interface ChannelForm {
  kind: ChannelKind
  /** JSON Schema of its settings. */
  settings: Record<string, unknown>
  secrets: readonly { name: string; required: boolean }[]
  /** What an address in it is. */
  address: 'url' | 'label' | 'mobile' | 'open_id' | 'mail' | 'subscription' | 'phone'
}

/** How a channel is doing, as the sending itself shows. */
export const ChannelHealth = z.strictObject({
  lastSentAt: z.int().nullable(),
  /** Since then nothing got through, to nobody; null: it works, or was never tried. */
  failingSince: z.int().nullable(),
  /** The channel's own word for it; names nobody. */
  reason: z.string().max(200).nullable(),
  /** It has been told to the district as failing. */
  reported: z.boolean(),
})
export type ChannelHealth = z.infer<typeof ChannelHealth>

export type ChannelView = ChannelConfig & { health: ChannelHealth }

/** `secrets`: those that are to be set anew; null takes one away. They are never given back. */
export interface ChannelChange {
  name?: string
  settings?: Record<string, unknown>
  secrets?: Record<string, string | null>
  voice?: boolean
  enabled?: boolean
}
export type NewChannel = Pick<ChannelConfig, 'kind' | 'name' | 'jurisdictionId' | 'voice'> & {
  settings: Record<string, unknown>
  secrets: Record<string, string>
}

/** The ways out of the service, as `app/` keeps them and `api/` is given them. A refused change rejects with a `Refusal`. */
export interface Channels {
  forms(): ChannelForm[]
  get(id: ChannelId): Promise<ChannelView | null>
  all(): Promise<ChannelView[]>
  create(channel: NewChannel): Promise<ChannelView>
  update(id: ChannelId, change: ChannelChange): Promise<ChannelView>
  /** Refused with `channel_in_use` while people have an address in it. */
  remove(id: ChannelId): Promise<void>
  /** Sends a test to one address and answers what became of it. */
  test(
    id: ChannelId,
    address: string,
    language: 'zh' | 'en',
  ): Promise<{ sent: boolean; reference: string | null; reason: string | null }>
}

/** A browser's PushSubscription, as far as it is needed. */
export const PushSubscription = z.object({
  endpoint: z.url({ protocol: /^https?$/ }).max(1_000),
  keys: z.object({
    p256dh: z.string().regex(/^[A-Za-z0-9_-]{87}=?$/),
    auth: z.string().regex(/^[A-Za-z0-9_-]{22}(?:==)?$/),
  }),
})
export type PushSubscription = z.infer<typeof PushSubscription>

/** Web Push of somebody who is signed in, as an address of the person that the account belongs to. */
export interface Subscriptions {
  /** The channel of their place and the key by which a browser subscribes to it; null: there is none. */
  key(accountId: AccountId): Promise<{ channelId: ChannelId; publicKey: string } | null>
  add(accountId: AccountId, subscription: PushSubscription): Promise<void>
  remove(accountId: AccountId, endpoint: string): Promise<void>
}
