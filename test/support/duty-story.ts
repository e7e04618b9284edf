import type { ChannelKind } from '../../contracts/channel.ts'
import type { Page } from '../../contracts/duty.ts'
import type { ChannelId, JurisdictionId } from '../../contracts/ids.ts'
import type { JurisdictionLevel } from '../../contracts/registry.ts'
import { MINUTE_MS } from '../../contracts/time.ts'
import { Gateway } from '../channels/gateway.ts'
import type { StoryService } from './service.ts'

const EVERY_DAY = [1, 2, 3, 4, 5, 6, 7]

export interface StoryCrew {
  primary: string
  backup: string | null
}
/** A line of an alert's history, as the console shows it. */
export interface StoryLine {
  event: string
  at: string
  evidence: { data: Record<string, unknown>; sentence: { zh: string; en: string } } | null
}
type StoryPage = Pick<Page, 'key' | 'recipient' | 'state' | 'step' | 'purpose'> & { createdAt: string }

/** A district with a street and a community, and people on duty in all three. */
export class DutyStory {
  readonly story: StoryService
  readonly places = {} as Record<'district' | 'street' | 'community', JurisdictionId>
  readonly #names = new Map<string, string>()

  /** What people and residents are told through. */
  readonly gateway: Gateway
  #desk!: ChannelId

  private constructor(story: StoryService, gateway: Gateway) {
    this.story = story
    this.gateway = gateway
  }

  static async found(story: StoryService): Promise<DutyStory> {
    const duty = new DutyStory(story, await Gateway.open())
    const { state } = story.service
    const root = (await state.jurisdictions.all()).find(({ level }) => level === 'district')
    if (!root) throw new Error('a fresh service has no district')
    duty.places.district = root.id
    duty.places.street = await duty.#place(root.id, 'street', '延平路街道')
    duty.places.community = await duty.#place(duty.places.street, 'community', '愚谷社区')
    duty.#desk = await duty.channel('webhook', 'desk', { signingKey: 'sign' })
    await duty.channel('http_template', 'call', {})
    return duty
  }

  /** Through this story's gateway, under a path of its own. */
  async channel(kind: ChannelKind, name: string, secrets: Record<string, string>): Promise<ChannelId> {
    const settings = {
      url: `${this.gateway.url}/${name}`,
      ...(kind === 'http_template'
        ? { body: '{"to":"{{address}}","text":"{{text}}","token":"{{token}}"}' }
        : {}),
    }
    const jurisdictionId = this.places.district
    const body = { kind, name, jurisdictionId, settings, secrets, voice: kind === 'http_template' }
    return (await this.story.call<{ id: ChannelId }>('POST', '/channels', body)).id
  }

  async #place(parentId: JurisdictionId, level: JurisdictionLevel, name: string): Promise<JurisdictionId> {
    return (
      await this.story.call<{ id: JurisdictionId }>('POST', '/jurisdictions', { parentId, level, name })
    ).id
  }

  /** Somebody with an address; `reachable` false: with none. */
  async person(
    name: string,
    place: keyof DutyStory['places'] = 'community',
    reachable = true,
  ): Promise<string> {
    const person = await this.story.call<{ id: string }>('POST', '/people', {
      jurisdictionId: this.places[place],
      kind: 'staff',
      name,
      addresses: reachable ? [{ channelId: this.#desk, address: name }] : [],
    })
    this.#names.set(person.id, name)
    return person.id
  }

  /** Two shifts of twelve hours, changing at eight by the wall clock of `zone`. */
  roster(day: StoryCrew, night: StoryCrew, zone = 'Asia/Shanghai', over: object = {}): object {
    const shift = (name: string, startMinute: number, crew: StoryCrew) => ({
      name,
      startMinute,
      durationMinutes: 720,
      weekdays: EVERY_DAY,
      crews: [crew],
      turnDays: 1,
      turnsFrom: '2026-01-01',
    })
    const shifts = [shift('白班', 480, day), shift('夜班', 1_200, night)]
    return { version: 0, zone, from: '2026-01-01', to: '2027-12-31', shifts, ...over }
  }

  publish(place: keyof DutyStory['places'], roster: object): Promise<{ version: number }> {
    return this.story.call('POST', `/jurisdictions/${this.places[place]}/roster`, roster)
  }

  /** Everybody on duty has said that they are there. */
  async everybodyAnswers(but: readonly string[] = []): Promise<void> {
    const { state, pipeline } = this.story.service
    const { items } = await state.pages.list(
      { scope: null, recipient: null, alertId: null },
      { limit: 500, after: null },
    )
    for (const { key, recipient, state: at } of items)
      if (key.startsWith('test:') && at !== 'answered' && !but.includes(recipient.replace('person:', '')))
        await pipeline.execute({ type: 'page_answered', key, by: 'system' }, this.story.civil.now())
  }

  /** Time passes minute by minute, as it does. */
  async minutes(count: number): Promise<void> {
    for (let n = 0; n < count; n++) await this.story.pass(MINUTE_MS)
  }

  /** In the order in which they were made. */
  async pages(alertId: string): Promise<StoryPage[]> {
    const newest = await this.story.call<{ items: StoryPage[] }>('GET', `/alerts/${alertId}/pages?limit=500`)
    return newest.items.toReversed()
  }

  /** Who was told of an alert and when, by name and by the wall clock of `timeZone`. */
  async told(alertId: string, timeZone = 'Asia/Shanghai'): Promise<string[]> {
    const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', timeZone })
    return (await this.pages(alertId)).map(({ recipient, createdAt }) => {
      const [kind = '', id = ''] = recipient.split(':')
      const time = clock.format(Date.parse(createdAt))
      return `${time} ${kind === 'person' ? (this.#names.get(id) ?? id) : kind}`
    })
  }

  async history(alertId: string): Promise<StoryLine[]> {
    return (await this.story.call<{ timeline: StoryLine[] }>('GET', `/alerts/${alertId}`)).timeline
  }
}
