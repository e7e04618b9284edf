import { describe, expect, it } from 'vitest'
import { HOUR_MS } from '../../contracts/time.ts'
import { StoryService } from '../support/service.ts'
import { onlyRules, StoryPlace } from '../support/story-place.ts'

const START = '2026-03-01T16:00:00Z' // midnight in Shanghai
const RULES = onlyRules({
  'inactivity.water_none': { hours: 6 },
  'neighbourhood.quiet': {},
  'neighbourhood.silent': {},
})
const NIGHT_RULES = onlyRules({
  'inactivity.water_none': { hours: 12 },
  'device.silent': {},
  'neighbourhood.quiet': {},
  'neighbourhood.silent': {},
})

/** Six neighbours through four days, and on to `hour` o'clock of the fifth. */
async function learned(hour: number, rules = NIGHT_RULES): Promise<StoryPlace> {
  const story = await StoryService.start(START)
  const place = await StoryPlace.found(story, 6, rules)
  await place.live(4 * 24 + hour)
  expect(await place.alerts()).toEqual([])
  return place
}
const shorter = (place: StoryPlace) => {
  const { version } = place.story.service.pipeline.settings
  return place.story.service.commands.putRuleSettings({ ...RULES, version }, 'system')
}
const everybody = () => true

describe('the water of a whole compound is cut by day', () => {
  it('the desk sees one incident with its homes in it, and a fall that it hid rings after it', async () => {
    const place = await learned(9)
    await shorter(place)
    await place.live(5, { dry: everybody })
    expect(await place.states('neighbourhood.quiet')).toEqual(['place open'])
    await place.live(3, { dry: everybody })
    const merged = place.homes.map(({ id }) => `${id} merged`)
    expect(await place.states('inactivity.water_none')).toEqual(merged)
    const queue = await place.story.alerts()
    expect(queue).toMatchObject([{ kind: 'neighbourhood.quiet', members: 6, who: null, homeId: null }])
    expect(queue[0]?.evidence.sentence.zh).toMatch(/6户有上报，无一户用水/)
    // The water is back at five in the afternoon. Home 2 does not open a tap.
    await place.live(3, { dry: (n) => n === 2 })
    expect(await place.states('neighbourhood.quiet')).toEqual(['place resolved'])
    const [fallen, ...others] = await place.story.alerts()
    expect(others).toEqual([])
    expect(fallen).toMatchObject({ kind: 'inactivity.water_none', state: 'open', who: { name: '邻居2' } })
    const alerts = await place.alerts()
    const [her, incident] = ['inactivity.water_none', 'neighbourhood.quiet'].map((kind) =>
      alerts.find((alert) => alert.kind === kind && (alert.homeId ?? 'home-2') === 'home-2'),
    )
    if (!her || !incident) throw new Error('the alerts of the story are gone')
    expect(await place.timeline(her.id)).toEqual(['merged', 'opened'])
    expect(her).toMatchObject({ mergedInto: null, waitUntil: null })
    expect(incident.members).toBe(0)
    expect((await place.timeline(incident.id)).filter((event) => event === 'merged')).toHaveLength(6)
  })

  it('an alert that was open before is linked to it and goes on; smoke rings through it', async () => {
    const place = await learned(9)
    await shorter(place)
    await place.live(7, { dry: (n) => n === 4 })
    expect(await place.states('inactivity.water_none')).toEqual(['home-4 open'])
    await place.live(4, { dry: everybody })
    const [before] = (await place.alerts()).filter((alert) => alert.homeId === 'home-4')
    if (!before) throw new Error('no alert')
    expect(before.state).toBe('open')
    expect(await place.timeline(before.id)).toContain('linked')
    await place.send(1, 'smoke', { smoke: true })
    expect(await place.states('smoke.alarm')).toEqual(['home-1 open'])
    expect((await place.story.alerts())[0]).toMatchObject({ kind: 'smoke.alarm', severity: 'P1' })
  })

  it('holds through a restart: what inhibits is there before anything can ring', async () => {
    const place = await learned(9)
    await shorter(place)
    await place.live(5, { dry: everybody })
    await place.story.away(30_000)
    await place.live(3, { dry: everybody })
    expect(await place.states('inactivity.water_none')).toEqual(place.homes.map(({ id }) => `${id} merged`))
    await place.story.away(30_000)
    await place.live(4, { dry: (n) => n === 0 })
    expect(await place.states('inactivity.water_none')).toContain('home-0 open')
  })

  it('lasts so long that nobody may wait for its end: the homes open one by one', async () => {
    const place = await learned(9)
    await shorter(place)
    await place.live(7, { dry: everybody })
    expect(await place.states('inactivity.water_none')).toEqual(place.homes.map(({ id }) => `${id} merged`))
    await place.live(13, { dry: everybody })
    expect(await place.states('inactivity.water_none')).toEqual(place.homes.map(({ id }) => `${id} open`))
    const incident = (await place.alerts()).find((alert) => alert.homeId === null)
    expect(incident).toMatchObject({ state: 'open', members: 0 })
  })

  it('is an alert like others: acknowledged, noted and resolved at the desk', async () => {
    const place = await learned(9)
    await place.live(5, { dry: everybody })
    const [incident] = await place.story.alerts()
    await place.story.call('POST', `/alerts/${incident?.id}/acknowledge`, {})
    await place.story.call('POST', `/alerts/${incident?.id}/notes`, { note: '已询问自来水公司' })
    await place.story.call('POST', `/alerts/${incident?.id}/resolve`, { note: '计划停水' })
    const detail = await place.story.call<{
      state: string
      timeline: { event: string; note: string | null }[]
    }>('GET', `/alerts/${incident?.id}`)
    expect(detail.state).toBe('resolved')
    expect(detail.timeline.map((line) => line.note).filter(Boolean)).toEqual(['已询问自来水公司', '计划停水'])
    // Resolved while it holds, it comes back after the quiet time.
    await place.live(5, { dry: everybody })
    expect(await place.states('neighbourhood.quiet')).toEqual(['place open'])
  })

  it('a home that moves away is explained by it no longer', async () => {
    const place = await learned(9)
    await shorter(place)
    await place.live(7, { dry: everybody })
    const places = await place.story.service.state.jurisdictions.all()
    const root = places.find(({ level }) => level === 'district')
    const other = await place.story.service.commands.createJurisdiction({
      parentId: root?.id ?? null,
      level: 'compound',
      name: '别处',
    })
    const [home] = place.homes
    if (!home) throw new Error('no home')
    await place.story.service.commands.updateHome(home.id, { jurisdictionId: other.id })
    expect(await place.states('inactivity.water_none')).toContain('home-0 open')
    expect((await place.alerts()).find((alert) => alert.homeId === null)?.members).toBe(5)
  })
})

describe('the gateway of a compound fails', () => {
  it('is one incident; the first two were told before it was known, and all close when they are heard', async () => {
    const place = await learned(9)
    await place.live(6, { silent: everybody })
    expect(await place.states('neighbourhood.silent')).toEqual(['place open'])
    const silent = await place.states('device.silent')
    expect(silent.filter((one) => one.endsWith('open'))).toHaveLength(2)
    expect(silent.filter((one) => one.endsWith('merged'))).toHaveLength(4)
    expect((await place.story.alerts()).filter((alert) => alert.kind === 'device.silent')).toHaveLength(2)
    await place.live(3)
    expect(await place.states('device.silent')).toEqual(place.homes.map(({ id }) => `${id} resolved`))
    expect(await place.states('neighbourhood.silent')).toEqual(['place resolved'])
  })

  it('one meter that stays dead is told of when the others are back', async () => {
    const place = await learned(9)
    await place.live(6, { silent: everybody })
    await place.live(3, { silent: (n) => n === 5 })
    expect(await place.states('device.silent')).toContain('home-5 open')
    expect((await place.alerts()).filter((alert) => alert.state === 'merged')).toEqual([])
  })

  it('a resident who is heard and quiet is not explained by the silence of others', async () => {
    const place = await learned(9)
    await shorter(place)
    await place.live(1, { silent: (n) => n < 4 })
    await place.live(8, { silent: (n) => n < 4, dry: (n) => n === 5 })
    expect(await place.states('inactivity.water_none')).toContain('home-5 open')
  })
})

it('our own outage of hours makes no incident of a compound', async () => {
  const place = await learned(9)
  await place.story.away(5 * HOUR_MS)
  await place.live(4)
  expect((await place.alerts()).filter((alert) => alert.homeId === null)).toEqual([])
})
