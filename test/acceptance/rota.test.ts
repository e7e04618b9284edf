import { expect, it } from 'vitest'
import type { HomeId, PhotoId } from '../../contracts/ids.ts'
import { DAY_MS, HOUR_MS, iso, MINUTE_MS } from '../../contracts/time.ts'
import type { Visit } from '../../contracts/visit.ts'
import { StoryService } from '../support/service.ts'
import { Visitor } from '../support/visitor.ts'

interface RotaView {
  nextAt: string | null
  homes: { homeId: string; unseenSince: string; isPlanned: boolean; lastContact: string | null }[]
  helpers: { personId: string; name: string; waitingSince: string }[]
}
const SEEN = {
  contact: 'seen',
  cause: 'unknown',
  need: 'none',
  action: 'none',
  verdict: 'need',
  followUpOn: null,
  policeReference: null,
  awayUntil: null,
}
const RULES_OFF = {
  'device.silent': { enabled: false },
  'device.never_heard': { enabled: false },
  'home.blind': { enabled: false },
}
const JPEG = Buffer.from('ffd8ffdb0003aaffda0003aa1234ff00ffd9', 'hex')
const DAYS = 28

it('through a month everybody is seen, and nobody stands by: whoever has waited longest is asked first', async () => {
  const story = await StoryService.start('2026-03-02T07:00:00+08:00')
  await story.call('PUT', '/rules', { version: 1, ...RULES_OFF })
  const [root] = (await story.call<{ items: { id: string }[] }>('GET', '/jurisdictions')).items
  const homes: HomeId[] = []
  for (let n = 0; n < 8; n++)
    homes.push((await story.call<{ id: HomeId }>('POST', '/homes', { jurisdictionId: root?.id })).id)
  const own = homes[3] as HomeId
  const visitors = [
    await Visitor.join(story, '丁友善', { pairedWith: [own] }),
    await Visitor.join(story, '何邻居', { kind: 'volunteer' }),
    await Visitor.join(story, '余志愿', { kind: 'volunteer' }),
    await Visitor.join(story, '方志愿', { kind: 'volunteer' }),
  ]
  await story.call('PUT', `/jurisdictions/${root?.id}/rota`, {
    enabled: true,
    zone: 'Asia/Shanghai',
    minuteOfDay: 9 * 60,
    seeWithinDays: 7,
    mostPerDay: 10,
  })
  const rota = () => story.call<RotaView>('GET', `/jurisdictions/${root?.id}/rota`)
  expect((await rota()).nextAt).toBe('2026-03-02T01:00:00.000Z')

  const offers = new Map<string, number>()
  const unnamed: PhotoId[] = []
  let longestMs = 0
  for (let day = 0; day < DAYS; day++) {
    await story.pass(3 * HOUR_MS)
    for (const visitor of visitors) {
      const { items } = (await visitor.call('GET', '/visits/mine')).body
      for (const visit of items.filter(({ state }: Visit) => state === 'offered')) {
        offers.set(visitor.id, (offers.get(visitor.id) ?? 0) + 1)
        expect(visit.disclosed).toBeNull()
        await visitor.does(visit.id, 'accept')
        if (unnamed.length === 0) {
          const photo = await visitor.call('POST', `/visits/${visit.id}/photos`, JPEG, 'image/jpeg')
          expect(photo.status).toBe(201)
          unnamed.push(photo.body.id)
        }
        const done = { outcome: { ...SEEN, contact: visit.kind === 'call' ? 'phone' : 'seen' }, note: '' }
        expect((await visitor.does(visit.id, 'submit', done)).status).toBe(200)
      }
    }
    for (const { unseenSince } of (await rota()).homes)
      longestMs = Math.max(longestMs, story.civil.now() - Date.parse(unseenSince))
    await story.pass(21 * HOUR_MS)
  }
  expect(longestMs).toBeLessThanOrEqual(7 * DAY_MS)
  // A routine visit is over with its report, and so is what no check-in of it named.
  expect(unnamed.length).toBeGreaterThan(0)
  for (const id of unnamed) expect(await story.service.state.photos.get(id)).toBeNull()
  const { items } = await story.call<{ items: (Visit & { homeId: HomeId })[] }>('GET', '/visits?limit=500')
  expect(new Set(items.map(({ homeId }) => homeId))).toEqual(new Set(homes))
  expect(new Set(items.map(({ kind }) => kind))).toEqual(new Set(['routine', 'call']))
  // Her own resident is always hers; the rest is shared out.
  const toOwn = items.filter(({ homeId }) => homeId === own)
  expect(new Set(toOwn.flatMap(({ crew }) => crew))).toEqual(new Set([visitors[0]?.id]))
  const shares = visitors.map(({ id }) => offers.get(id) ?? 0)
  expect(Math.max(...shares) - Math.min(...shares)).toBeLessThanOrEqual(2)
  for (const { waitingSince } of (await rota()).helpers)
    expect(story.civil.now() - Date.parse(waitingSince)).toBeLessThan(7 * DAY_MS)
})

it('a visit that is declined goes to the next who waited; one that nobody takes is planned again tomorrow', async () => {
  const story = await StoryService.start('2026-03-02T07:00:00+08:00')
  await story.call('PUT', '/rules', { version: 1, ...RULES_OFF })
  const [root] = (await story.call<{ items: { id: string }[] }>('GET', '/jurisdictions')).items
  await story.call('POST', '/homes', { jurisdictionId: root?.id })
  const first = await Visitor.join(story, '丁友善')
  await story.pass(MINUTE_MS)
  const second = await Visitor.join(story, '何邻居')
  const plan = { zone: 'Asia/Shanghai', minuteOfDay: 540, seeWithinDays: 4, mostPerDay: 10, enabled: true }
  await story.call('PUT', `/jurisdictions/${root?.id}/rota`, plan)
  await story.pass(2 * DAY_MS + 3 * HOUR_MS)
  const [visit] = (await first.call('GET', '/visits/mine')).body.items
  expect((await second.call('GET', '/visits/mine')).body.items).toEqual([])
  await first.does(visit.id, 'decline')
  expect((await second.call('GET', '/visits/mine')).body.items).toMatchObject([
    { id: visit.id, kind: 'routine' },
  ])
  // A day without an answer, and the service away over the hour of the plan.
  await story.away(25 * HOUR_MS)
  await story.pass(MINUTE_MS)
  const { items } = await story.call<{ items: (Visit & { createdAt: string })[] }>('GET', '/visits')
  expect(items.map(({ state }) => state)).toEqual(['offered', 'unfilled'])
  expect(items[0]?.createdAt).toBe(iso(story.civil.now() - MINUTE_MS))
  expect(await story.alerts()).toEqual([])
})
