import { z } from 'zod'
import type { Channel, ChannelConfig, ChannelForm, ChannelKind } from '../contracts/channel.ts'
import type { Clock } from '../contracts/time.ts'
import { alertmanager } from './alertmanager.ts'
import { dingtalk } from './dingtalk.ts'
import type { Driver, Secrets } from './driver.ts'
import { feishu } from './feishu.ts'
import { httpTemplate } from './http-template.ts'
import { smtp } from './smtp.ts'
import { webhook } from './webhook.ts'
import { webpush } from './webpush.ts'
import { wecom } from './wecom.ts'

/** A driver with the type of its settings closed in. */
interface KnownDriver {
  form: ChannelForm
  /** The settings whole, with defaults, or what is wrong with them. */
  check(settings: unknown): { settings: ChannelConfig['settings'] } | { faults: string[] }
  generate(): Secrets
  open(settings: unknown, secrets: Secrets, wall: Clock): Channel
}

function known<Settings>(driver: Driver<Settings>): KnownDriver {
  const { kind, secrets, address } = driver
  return {
    form: { kind, settings: z.toJSONSchema(driver.settings, { io: 'input' }), secrets, address },
    check(settings) {
      const parsed = driver.settings.safeParse(settings)
      if (parsed.success) return { settings: z.record(z.string(), z.json()).parse(parsed.data) }
      return {
        faults: parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'settings'}: ${message}`),
      }
    },
    generate: () => driver.generate?.() ?? {},
    open: (settings, given, wall) => driver.open(driver.settings.parse(settings), given, wall),
  }
}

const DRIVERS: Record<ChannelKind, KnownDriver> = {
  webhook: known(webhook),
  alertmanager: known(alertmanager),
  wecom: known(wecom),
  dingtalk: known(dingtalk),
  feishu: known(feishu),
  smtp: known(smtp),
  webpush: known(webpush),
  http_template: known(httpTemplate),
}

export const channelForms = (): ChannelForm[] => Object.values(DRIVERS).map(({ form }) => form)

/** The settings whole, with their defaults, or every fault in them. */
export const checkSettings = (kind: ChannelKind, settings: unknown) => DRIVERS[kind].check(settings)

/** Secrets that a channel of this kind makes for itself where none are given. */
export const generatedSecrets = (kind: ChannelKind): Secrets => DRIVERS[kind].generate()

/** Names of the secrets without which a channel of this kind cannot be opened, and of all that it knows. */
export const secretNames = (kind: ChannelKind): { required: string[]; all: string[] } => {
  const { secrets } = DRIVERS[kind].form
  return {
    required: secrets.filter(({ required }) => required).map(({ name }) => name),
    all: secrets.map(({ name }) => name),
  }
}

/** Opens a channel with settings that were checked. Throws when they have faults after all. */
export const openChannel = (
  { kind, settings }: Pick<ChannelConfig, 'kind' | 'settings'>,
  secrets: Secrets,
  wall: Clock,
): Channel => DRIVERS[kind].open(settings, secrets, wall)
