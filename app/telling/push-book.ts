import { pushAddress } from '../../channels/webpush.ts'
import type { PushSubscription, Subscriptions } from '../../contracts/channel.ts'
import { PushSubscription as Subscription } from '../../contracts/channel.ts'
import type { Person, PersonAddress } from '../../contracts/duty.ts'
import { Refusal } from '../../contracts/errors.ts'
import type { AccountId, ChannelId } from '../../contracts/ids.ts'
import type { StateStore, StateTables } from '../../store/state.ts'
import { readPlacePath } from '../place-path.ts'
import type { ChannelDesk } from './channel-desk.ts'

/** Browsers of one person; with one more the oldest is forgotten, since browsers do not say when they are thrown away. */
const BROWSERS_MOST = 5
const ADDRESSES_MOST = 10

/** Web Push subscriptions, kept as addresses of the person whose account is signed in. */
export class PushBook implements Subscriptions {
  readonly #state: StateStore
  readonly #desk: Pick<ChannelDesk, 'pushKey'>

  constructor(state: StateStore, desk: Pick<ChannelDesk, 'pushKey'>) {
    this.#state = state
    this.#desk = desk
  }

  async key(accountId: AccountId): Promise<{ channelId: ChannelId; publicKey: string } | null> {
    const person = await this.#state.people.byAccount(accountId)
    const channelId = person && (await this.#channelFor(person))
    const publicKey = channelId && (await this.#desk.pushKey(channelId))
    return channelId && publicKey ? { channelId, publicKey } : null
  }

  async add(accountId: AccountId, subscription: PushSubscription): Promise<void> {
    await this.#change(accountId, (addresses, channelId) => {
      const others = addresses.filter((one) => endpointOf(one) !== subscription.endpoint)
      const browsers = others.filter((one) => one.channelId === channelId)
      const kept = browsers.length < BROWSERS_MOST ? others : others.filter((one) => one !== browsers[0])
      if (kept.length >= ADDRESSES_MOST)
        throw new Refusal('conflict', 'This person has ten addresses already.')
      return [...kept, { channelId, address: pushAddress(subscription) }]
    })
  }

  async remove(accountId: AccountId, endpoint: string): Promise<void> {
    await this.#change(accountId, (addresses) => addresses.filter((one) => endpointOf(one) !== endpoint))
  }

  async #change(
    accountId: AccountId,
    change: (addresses: readonly PersonAddress[], channelId: ChannelId) => PersonAddress[],
  ): Promise<void> {
    const person = await this.#state.people.byAccount(accountId)
    if (person === null) throw new Refusal('not_found', 'No person on duty belongs to this account.')
    const channelId = await this.#channelFor(person)
    if (channelId === null) throw new Refusal('not_found', 'No Web Push is set up for your place.')
    await this.#state.transaction(async ({ people }: StateTables) => {
      const now = await people.get(person.id)
      if (now !== null) await people.put({ ...now, addresses: change(now.addresses, channelId) })
    })
  }

  /** That of their own place, or of the next one above it. */
  async #channelFor({ jurisdictionId }: Person): Promise<ChannelId | null> {
    const path = await readPlacePath(this.#state, jurisdictionId)
    const found = (await this.#state.channels.all())
      .filter(({ config }) => config.kind === 'webpush' && config.enabled)
      .map(({ config }) => ({ id: config.id, distance: path.indexOf(config.jurisdictionId) }))
      .filter(({ distance }) => distance !== -1)
      .sort((a, b) => a.distance - b.distance)
    return found[0]?.id ?? null
  }
}

/** Null for addresses that are no subscriptions. */
const endpointOf = ({ address }: PersonAddress): string | null => {
  if (!address.startsWith('{')) return null
  try {
    return Subscription.parse(JSON.parse(address)).endpoint
  } catch {
    return null
  }
}
