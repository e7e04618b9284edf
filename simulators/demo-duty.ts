import { Temporal } from 'temporal-polyfill'
import type { Service } from '../app/service.ts'
import type { NewPerson } from '../contracts/command.ts'
import type { PersonKind, SeverityPolicy } from '../contracts/duty.ts'
import { AccountId, ChannelId, type JurisdictionId, type PersonId } from '../contracts/ids.ts'
import type { Account, JurisdictionLevel } from '../contracts/registry.ts'
import type { EpochMs } from '../contracts/time.ts'
import { defaultPolicy } from '../dispatch/policy.ts'
import { demoPlace } from './demo-community.ts'
import { STORY_DAYS } from './demo-scenes.ts'
import type { DemoStory } from './demo-story.ts'

const FACT = 'demo_duty'
const BY = 'system'
const EVERY_DAY = [1, 2, 3, 4, 5, 6, 7]
/** Homes from here on have the visitor whom whoever tries the demo may play. */
const PLAYED_FROM_HOME = 36
export const PLAYED_VISITOR = '刘洋(友善访问员)'

/** Who answers in the demo, as far as it must know them again. */
export interface DemoDuty {
  /** Of everybody but the one who is played by whoever tries the demo. */
  simulated: ReadonlySet<PersonId>
  /** The account of that one. */
  played: Account
}

interface Kept {
  channels: ChannelId[]
  played: AccountId
}

/** The duty of the demo, set up on its first start; later only its telephones have moved to `phonesUrl`. */
export async function openDuty(
  service: Service,
  story: DemoStory,
  colleague: AccountId,
  phonesUrl: string,
  now: EpochMs,
): Promise<DemoDuty> {
  const told = await service.state.facts.get(FACT)
  const kept = told === null ? await setUp(service, story, colleague, phonesUrl, now) : readKept(told)
  for (const id of told === null ? [] : kept.channels) {
    const channel = await service.channels.get(id)
    // Somebody may have taken it away, or made something else of it.
    if (channel !== null && isLoopback(channel.settings['url']))
      await service.channels.update(id, { settings: { ...channel.settings, url: phonesUrl } })
  }
  const played = await service.state.accounts.get(kept.played)
  if (played === null) throw new Error('the account of the visitor to be played is gone')
  return { simulated: await simulatedPeople(service, kept.played), played }
}

const isLoopback = (url: unknown): boolean => typeof url === 'string' && url.startsWith('http://127.0.0.1:')

function readKept(told: string): Kept {
  const { channels, played } = JSON.parse(told) as { channels: string[]; played: string }
  return { channels: channels.map((id) => ChannelId.parse(id)), played: AccountId.parse(played) }
}

async function simulatedPeople({ state }: Service, played: AccountId): Promise<Set<PersonId>> {
  const filter = { scope: null, kind: null, search: null, enabled: null }
  const { items } = await state.people.list(filter, { limit: 500, after: null })
  return new Set(items.filter(({ accountId }) => accountId !== played).map(({ id }) => id))
}

async function setUp(
  service: Service,
  story: DemoStory,
  colleague: AccountId,
  phonesUrl: string,
  now: EpochMs,
): Promise<Kept> {
  const { commands, channels } = service
  const district = placeOf(story, 'district')
  const community = placeOf(story, 'community')
  const given = { jurisdictionId: district, settings: { url: phonesUrl } }
  const phones = await channels.create({
    ...given,
    kind: 'webhook',
    name: '演示手机',
    voice: false,
    secrets: { signingKey: 'demo' },
  })
  const calls = await channels.create({
    ...given,
    kind: 'http_template',
    name: '演示电话',
    voice: true,
    secrets: {},
    settings: { url: phonesUrl, body: '{"purpose":"call","text":"{{text}}","key":"{{key}}"}' },
  })
  const visitor = await commands.createAccount({
    name: PLAYED_VISITOR,
    language: 'zh',
    grants: [{ role: 'visitor', jurisdictionId: community }],
  })
  const addresses = [{ channelId: phones.id, address: 'demo' }]
  const ids = new Map<string, PersonId>()
  for (const person of peopleOf(story, colleague, visitor.id)) {
    const { id } = await commands.createPerson({ ...person, addresses }, BY)
    ids.set(person.name, id)
  }
  await commands.putPolicy(district, DEMO_POLICY, BY)
  for (const roster of rostersOf(story, ids, now)) await commands.publishRoster(roster, BY)
  const kept: Kept = { channels: [phones.id, calls.id], played: visitor.id }
  await service.state.facts.put(FACT, JSON.stringify(kept))
  return kept
}

function placeOf({ district }: DemoStory, level: JurisdictionLevel): JurisdictionId {
  const place = district.jurisdictions.find((one) => one.level === level)
  if (!place) throw new Error(`the demo has no ${level}`)
  return place.id
}

function peopleOf(story: DemoStory, colleague: AccountId, played: AccountId): Omit<NewPerson, 'addresses'>[] {
  const community = placeOf(story, 'community')
  const homes = story.district.homes.map(({ id }) => id)
  const person = (
    name: string,
    kind: PersonKind,
    more: Partial<NewPerson> = {},
  ): Omit<NewPerson, 'addresses'> => ({
    accountId: null,
    jurisdictionId: community,
    kind,
    name,
    phone: '',
    language: 'zh',
    skills: [],
    pairedWith: [],
    holdsKeyOf: [],
    place: null,
    enabled: true,
    ...more,
  })
  const visits = (from: number, to: number, keys: number): Partial<NewPerson> => ({
    pairedWith: homes.slice(from, to),
    holdsKeyOf: homes.slice(from, to).filter((_, n) => n % keys === 0),
    place: demoPlace(from + 5),
  })
  return [
    person('王芳', 'staff', { accountId: colleague, skills: ['急救'] }),
    person('李强', 'staff'),
    person('周静', 'staff'),
    person('张敏', 'staff', { jurisdictionId: placeOf(story, 'street') }),
    person('陈刚', 'staff', { jurisdictionId: placeOf(story, 'district') }),
    person('赵晓梅', 'visitor', { ...visits(0, PLAYED_FROM_HOME, 3), skills: ['上海话', 'first_aid'] }),
    person('刘洋', 'visitor', { ...visits(PLAYED_FROM_HOME, homes.length, 4), accountId: played }),
    person('孙浩', 'volunteer', { place: demoPlace(20), skills: ['sign_language'] }),
  ]
}

/** Round the clock: two shifts in the community, one on each level above it. */
function rostersOf(story: DemoStory, ids: ReadonlyMap<string, PersonId>, now: EpochMs) {
  const { zone } = story
  const first = Temporal.Instant.fromEpochMilliseconds(now).toZonedDateTimeISO(zone).toPlainDate()
  const from = first.subtract({ days: 1 }).toString()
  const who = (name: string): PersonId => {
    const id = ids.get(name)
    if (id === undefined) throw new Error(`the demo has no ${name}`)
    return id
  }
  const shift = (name: string, startHour: number, hours: number, primary: string, backup: string | null) => ({
    name,
    startMinute: startHour * 60,
    durationMinutes: hours * 60,
    weekdays: EVERY_DAY,
    crews: [{ primary: who(primary), backup: backup === null ? null : who(backup) }],
    turnDays: 1,
    turnsFrom: from,
  })
  const roster = (level: JurisdictionLevel, shifts: ReturnType<typeof shift>[]) => ({
    jurisdictionId: placeOf(story, level),
    version: 0,
    zone,
    from,
    to: first.add({ days: STORY_DAYS }).toString(),
    shifts,
    overrides: [],
  })
  return [
    roster('district', [shift('值班', 8, 24, '陈刚', null)]),
    roster('street', [shift('值班', 8, 24, '张敏', null)]),
    roster('community', [shift('白班', 8, 12, '王芳', '李强'), shift('夜班', 20, 12, '周静', '李强')]),
  ]
}

const patient = (
  steps: SeverityPolicy | undefined,
  times: Pick<SeverityPolicy, 'repeatMinutes' | 'progressMinutes' | 'sceneMinutes'>,
): SeverityPolicy => {
  if (steps === undefined) throw new Error('the default policy has no such ladder')
  return { ...steps, ...times }
}

/**
 * The default policy step for step. Only where somebody must act it waits longer: at 60 times the speed of the clock on
 * the wall an acknowledged P1 would be taken back after five seconds, and an offer would lapse before it was read.
 */
const { id: _, jurisdictionId: __, ladders, ...rest } = defaultPolicy
export const DEMO_POLICY: Parameters<Service['commands']['putPolicy']>[1] = {
  ...rest,
  name: '演示',
  ladders: {
    ...ladders,
    P1: patient(ladders.P1, { repeatMinutes: 30, progressMinutes: 60, sceneMinutes: 120 }),
    P2: patient(ladders.P2, { repeatMinutes: 60, progressMinutes: 120, sceneMinutes: 180 }),
  },
  offerMinutes: 60,
  reachMinutes: 30,
}
