import { z } from 'zod'
import { Sentence } from './finding.ts'
import { ChannelId, JurisdictionId } from './ids.ts'
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
  at: number
  drill: boolean
}

/** What became of it: `accepted` the other side took it, `delivered` it says that it reached the person. */
export interface Receipt {
  outcome: 'accepted' | 'delivered'
  /** The other side's own id for it, for questions later. */
  reference: string | null
}

/** A refusal by the other side. `retry`: it may go well later, `afterMs` at the earliest; otherwise it never will. */
export class ChannelFault extends Error {
  readonly retry: boolean
  readonly afterMs: number | null

  constructor(reason: string, retry: boolean, afterMs: number | null = null) {
    super(reason)
    this.name = 'ChannelFault'
    this.retry = retry
    this.afterMs = afterMs
  }
}

/** One way out, opened with its settings and secrets. Held by `test/channels/channel.conformance.ts`. */
export interface Channel {
  /** How many notices one message may carry: robots with a rate limit are sent groups. */
  readonly groupsUpTo: number
  /** Messages that the other side takes in a minute; null: as many as there are. */
  readonly perMinute: number | null
  /**
   * Settles when the other side has taken the notices, rejects with a `ChannelFault`. What it is handed twice under one
   * key it sends under that same key, so that the other side can tell. `signal` ends the try.
   */
  send(address: string, notices: readonly Notice[], signal: AbortSignal): Promise<Receipt>
  close(): Promise<void>
}
