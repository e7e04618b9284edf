import type { Notice } from '../../../contracts/channel.ts'
import type { Page } from '../../../contracts/duty.ts'
import { type HomeId, HomeId as HomeIdSchema, PersonId } from '../../../contracts/ids.ts'
import type { StateStore, StateTables } from '../../../store/state.ts'
import { readPlacePath } from '../../place-path.ts'
import type { Way } from './pager.ts'
import { wordsToContact, wordsToResident, wordsToStaff } from './words.ts'

/** How a page finds its recipient and what it says to them. Reads names and numbers, and hands them to channels alone. */
export class Recipients {
  readonly #state: StateStore
  readonly #publicUrl: string | null

  constructor(state: StateStore, publicUrl: string | null) {
    this.#state = state
    this.#publicUrl = publicUrl
  }

  async waysTo({ recipient }: Pick<Page, 'recipient'>): Promise<Way[]> {
    const [kind = '', id = '', index = ''] = partsOf(recipient)
    if (kind === 'person') return this.#waysToPerson(PersonId.parse(id))
    const homeId = HomeIdSchema.parse(id)
    const [resident] = await this.#state.residents.ofHomes([homeId])
    const phone = kind === 'resident' ? resident?.phone : resident?.contacts[Number(index)]?.phone
    return this.byPhone(homeId, phone ?? '')
  }

  /** Through the gateways of the home's own place or the next one above it: calls first, then messages. */
  async byPhone(homeId: HomeId, phone: string): Promise<Way[]> {
    const home = await this.#state.homes.get(homeId)
    if (home === null || phone.trim() === '') return []
    const path = await readPlacePath(this.#state, home.jurisdictionId)
    const address = phone.replaceAll(/[\s-]/g, '')
    return (await this.#state.channels.all())
      .map(({ config }) => ({ config, distance: path.indexOf(config.jurisdictionId) }))
      .filter(({ config, distance }) => config.kind === 'http_template' && config.enabled && distance !== -1)
      .sort((a, b) => Number(b.config.voice) - Number(a.config.voice) || a.distance - b.distance)
      .map(({ config: { id, voice } }) => ({ channelId: id, address, language: 'zh', voice }))
  }

  async noticeOf(page: Page, language: 'zh' | 'en'): Promise<Notice> {
    const { key, purpose, severity, recipient, drill, createdAt: at, alertId } = page
    const alert = alertId === null ? null : await this.#state.alerts.get(alertId)
    const kind = alert?.kind ?? null
    const place = await this.#state.jurisdictions.get(page.jurisdictionId)
    const [to] = partsOf(recipient)
    const words =
      to === 'resident'
        ? wordsToResident(kind)
        : to === 'contact'
          ? wordsToContact(kind)
          : wordsToStaff(page, kind, place?.name ?? '')
    // Whoever does not sign in has no use for a page of the console.
    const url = to === 'person' ? this.#linkOf(page) : null
    return { key, purpose, severity, ...words, language, url, answerToken: null, at, drill }
  }

  /** An address that is no more is taken from the person, so that nobody waits for it again. */
  async forget({ recipient }: Pick<Page, 'recipient'>, { channelId, address }: Way): Promise<void> {
    const [kind, id = ''] = partsOf(recipient)
    if (kind !== 'person') return
    await this.#state.transaction(async ({ people }: StateTables) => {
      const person = await people.get(PersonId.parse(id))
      if (person === null) return
      const addresses = person.addresses.filter(
        (one) => one.channelId !== channelId || one.address !== address,
      )
      await people.put({ ...person, addresses })
    })
  }

  async #waysToPerson(id: PersonId): Promise<Way[]> {
    const person = await this.#state.people.get(id)
    if (person === null || !person.enabled) return []
    const known = new Map((await this.#state.channels.all()).map(({ config }) => [config.id, config]))
    return person.addresses.map(({ channelId, address }) => ({
      channelId,
      address,
      language: person.language,
      voice: known.get(channelId)?.voice ?? false,
    }))
  }

  #linkOf({ purpose, alertId }: Page): string | null {
    if (this.#publicUrl === null) return null
    if (purpose === 'offer') return `${this.#publicUrl}/#/visits`
    if (purpose === 'test') return `${this.#publicUrl}/#/duty`
    return `${this.#publicUrl}/#/queue${alertId === null ? '' : `/${alertId}`}`
  }
}

/** `person:{id}`, `resident:{homeId}`, `contact:{homeId}:{index}`; ids may hold colons themselves. */
const partsOf = (recipient: string): string[] => {
  const [, kind = '', id = '', index = ''] =
    /^(contact):(.+):(\d+)$/.exec(recipient) ?? /^(person|resident):(.+)$/.exec(recipient) ?? []
  return [kind, id, index]
}
