import {
  channelForms,
  checkSettings,
  generatedSecrets,
  openChannel,
  secretNames,
} from '../../channels/drivers.ts'
import { publicKeyOf } from '../../channels/webpush.ts'
import {
  type Channel,
  type ChannelConfig,
  ChannelFault,
  type Channels,
  type ChannelView,
  type Notice,
} from '../../contracts/channel.ts'
import { Refusal } from '../../contracts/errors.ts'
import { ChannelId } from '../../contracts/ids.ts'
import { type Clocks, SECOND_MS } from '../../contracts/time.ts'
import type { KeptChannel } from '../../store/state/channels.ts'
import type { StateStore } from '../../store/state.ts'
import type { SealedSecrets } from '../sealed-secrets.ts'
import { UNTRIED } from './channel-health.ts'

const TEST_MOST_MS = 15 * SECOND_MS

export interface ChannelDeskOptions {
  state: StateStore
  secrets: SealedSecrets
  clocks: Clocks
  newId(): string
  /** A channel was changed or taken away: what was opened of it is stale. */
  onChange(id: ChannelId): void
}

const sealedName = (id: ChannelId, secret: string): string => `channel:${id}:${secret}`

/** The ways out to people as the district sets them up. Their secrets go in and are used, and never come back out. */
export class ChannelDesk implements Channels {
  readonly #options: ChannelDeskOptions

  constructor(options: ChannelDeskOptions) {
    this.#options = options
  }

  forms = channelForms

  async get(id: ChannelId): Promise<ChannelView | null> {
    const kept = await this.#options.state.channels.get(id)
    return kept && viewOf(kept)
  }

  async all(): Promise<ChannelView[]> {
    return (await this.#options.state.channels.all()).map(viewOf)
  }

  async create({ secrets, settings, ...given }: Parameters<Channels['create']>[0]): Promise<ChannelView> {
    const { state, clocks, newId } = this.#options
    if ((await state.jurisdictions.get(given.jurisdictionId)) === null)
      throw new Refusal('not_found', 'no such jurisdiction')
    const whole = { ...generatedSecrets(given.kind), ...secrets }
    const config: ChannelConfig = {
      ...given,
      id: ChannelId.parse(newId()),
      settings: checked(given.kind, settings),
      secretsSet: Object.keys(whole).sort(),
      enabled: true,
      createdAt: clocks.civil.now(),
    }
    checkSecrets(config)
    await this.#seal(config.id, whole)
    await state.channels.put(config)
    return viewOf({ config, health: null })
  }

  async update(
    id: ChannelId,
    { secrets = {}, settings, ...change }: Parameters<Channels['update']>[1],
  ): Promise<ChannelView> {
    const { state, onChange } = this.#options
    const { config } = await this.#found(id)
    const set = new Set(config.secretsSet)
    for (const [name, value] of Object.entries(secrets)) {
      if (value === null) set.delete(name)
      else set.add(name)
    }
    const next: ChannelConfig = {
      ...config,
      ...change,
      settings: settings === undefined ? config.settings : checked(config.kind, settings),
      secretsSet: [...set].sort(),
    }
    checkSecrets(next)
    await this.#seal(id, secrets)
    await state.channels.put(next)
    onChange(id)
    return viewOf(await this.#found(id))
  }

  async remove(id: ChannelId): Promise<void> {
    const { config } = await this.#found(id)
    const { state, onChange } = this.#options
    const people = await state.people.countIn(id)
    if (people > 0)
      throw new Refusal('channel_in_use', `${people} people are still told through it`, { people })
    await state.channels.delete(id)
    onChange(id)
    for (const name of config.secretsSet) await this.#options.secrets.delete(sealedName(id, name))
  }

  /** Past the queues: whoever sets a channel up wants to see this very try, and what became of it. */
  async test(id: ChannelId, address: string, language: 'zh' | 'en'): ReturnType<Channels['test']> {
    const { config } = await this.#found(id)
    const channel = await this.open(config)
    try {
      const notice = testNotice(this.#options.newId(), language, this.#options.clocks.civil.now())
      const { reference } = await channel.send([address], [notice], AbortSignal.timeout(TEST_MOST_MS))
      return { sent: true, reference, reason: null }
    } catch (error) {
      if (!(error instanceof ChannelFault)) throw error
      return { sent: false, reference: null, reason: error.message }
    } finally {
      await channel.close()
    }
  }

  /** Opened with its secrets, for whoever sends. */
  async open(config: ChannelConfig): Promise<Channel> {
    const secrets: Record<string, string> = {}
    for (const name of config.secretsSet) {
      const secret = await this.#options.secrets.get(sealedName(config.id, name))
      if (secret !== null) secrets[name] = secret
    }
    const lacking = secretNames(config.kind).required.filter((name) => secrets[name] === undefined)
    if (lacking.length > 0) throw new ChannelFault(`the secret ${lacking.join(', ')} is missing`, false)
    return openChannel(config, secrets, this.#options.clocks.wall)
  }

  /** The public half of a Web Push channel's key; null when it has none. */
  async pushKey(id: ChannelId): Promise<string | null> {
    const secret = await this.#options.secrets.get(sealedName(id, 'vapidPrivateKey'))
    return secret === null ? null : publicKeyOf(secret)
  }

  async #found(id: ChannelId): Promise<KeptChannel> {
    const kept = await this.#options.state.channels.get(id)
    if (kept === null) throw new Refusal('not_found', 'no such channel')
    return kept
  }

  async #seal(id: ChannelId, secrets: Record<string, string | null>): Promise<void> {
    for (const [name, value] of Object.entries(secrets))
      if (value === null) await this.#options.secrets.delete(sealedName(id, name))
      else await this.#options.secrets.put(sealedName(id, name), value)
  }
}

const viewOf = ({ config, health }: KeptChannel): ChannelView => ({ ...config, health: health ?? UNTRIED })

function checked(kind: ChannelConfig['kind'], given: unknown): ChannelConfig['settings'] {
  const result = checkSettings(kind, given)
  if ('faults' in result)
    throw new Refusal(
      'bad_request',
      `the settings of the channel: ${result.faults.join('; ')}`,
      result.faults,
    )
  return result.settings
}

function checkSecrets({ kind, secretsSet }: ChannelConfig): void {
  const { required, all } = secretNames(kind)
  const unknown = secretsSet.filter((name) => !all.includes(name))
  if (unknown.length > 0)
    throw new Refusal('bad_request', `a ${kind} channel has no secret ${unknown.join(', ')}`)
  const missing = required.filter((name) => !secretsSet.includes(name))
  if (missing.length > 0) throw new Refusal('bad_request', `the secret ${missing.join(', ')} is missing`)
}

const testNotice = (id: string, language: 'zh' | 'en', at: number): Notice => ({
  key: `test:${id}`,
  purpose: 'test',
  severity: null,
  title: { zh: '守望：测试消息', en: 'Shouwang: a test message' },
  text: {
    zh: '这条通道已接通，请勿理会。',
    en: 'This channel works. Nothing needs to be done.',
  },
  language,
  url: null,
  answerToken: null,
  at,
  drill: false,
})
