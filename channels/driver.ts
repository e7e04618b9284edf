import type { z } from 'zod'
import type { Channel, ChannelForm, ChannelKind } from '../contracts/channel.ts'
import type { Clock } from '../contracts/time.ts'

export type Secrets = Readonly<Record<string, string>>

/** One kind of channel. Settings are what may be shown; whatever opens a door is a secret. */
export interface Driver<Settings> {
  readonly kind: ChannelKind
  readonly settings: z.ZodType<Settings>
  readonly secrets: ChannelForm['secrets']
  readonly address: ChannelForm['address']
  /** Secrets that are better made than invented; given where they are missing. */
  generate?(): Secrets
  /** `secrets` holds every required one. `wall` dates signatures. */
  open(settings: Settings, secrets: Secrets, wall: Clock): Channel
}
