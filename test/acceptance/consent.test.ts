import { describe, expect, it } from 'vitest'
import type { ImportAnswer } from '../../contracts/import.ts'
import { HOUR_MS, iso, MINUTE_MS } from '../../contracts/time.ts'
import { AGREED, type StoryHome, StoryService } from '../support/service.ts'

const MORNING = '2026-03-01T00:00:00Z'
const HEADER = 'home,place,name,device,kind,consentBy,consentOn,consentHow'

async function bring(story: StoryService, rows: readonly string[]): Promise<ImportAnswer> {
  const response = await fetch(`${story.service.httpUrl}/api/v1/imports`, {
    method: 'POST',
    headers: { authorization: `Bearer ${story.token}`, 'content-type': 'text/csv' },
    body: [HEADER, ...rows].join('\n'),
  })
  return (await response.json()) as ImportAnswer
}
async function newHome(story: StoryService): Promise<string> {
  const [root] = (await story.call<{ items: { id: string }[] }>('GET', '/jurisdictions')).items
  return (await story.call<{ id: string }>('POST', '/homes', { jurisdictionId: root?.id })).id
}
interface Consents {
  items: { deviceKind: string; givenBy: string; form: string; givenAt: string; purposes: string[] }[]
  awaiting: { deviceId: string; deviceKind: string }[]
  without: string[]
}
interface Care {
  items: { device: { id: string }; reasons: string[]; awaitsHomeId: string | null }[]
  counts: Record<string, number>
}
const devicesIn = async (story: StoryService, homeId: string): Promise<string[]> =>
  (await story.call<{ devices: { id: string }[] }>('GET', `/homes/${homeId}`)).devices
    .map(({ id }) => id)
    .sort()

describe('no device comes into a home without consent', () => {
  it('neither registered, nor put, nor moved, nor as a successor', async () => {
    const story = await StoryService.start(MORNING)
    const homeId = await newHome(story)
    const water = { kind: 'water', homeId }
    await expect(story.call('POST', '/devices', water)).rejects.toThrow('consent_missing')
    await expect(story.call('GET', `/devices?homeId=${homeId}`)).resolves.toMatchObject({ items: [] })
    const { device } = await story.call<{ device: { id: string } }>('POST', '/devices', { kind: 'water' })
    const put = () => story.call('PUT', `/devices/${device.id}/home`, { homeId })
    const move = () => story.call('POST', `/devices/${device.id}/acts`, { type: 'move', toHomeId: homeId })
    await expect(put()).rejects.toThrow('consent_missing')
    await expect(move()).rejects.toThrow('consent_missing')
    await story.call('POST', `/homes/${homeId}/consents`, { deviceKind: 'smoke', ...AGREED })
    await expect(move()).rejects.toThrow('consent_missing')
    const given = await story.call<{ id: string }>('POST', `/homes/${homeId}/consents`, {
      deviceKind: 'water',
      ...AGREED,
    })
    await put()
    expect(await devicesIn(story, homeId)).toEqual([device.id])
    await story.call('POST', `/homes/${homeId}/consents/${given.id}/withdraw`)
    expect(await devicesIn(story, homeId)).toEqual([])
    await expect(put()).rejects.toThrow('consent_missing')
  })

  it('registered with it, it is on record: who, how, and when, which is never in time to come', async () => {
    const story = await StoryService.start(MORNING)
    const homeId = await newHome(story)
    const consent = { givenBy: 'guardian', form: 'on_paper', givenAt: '2026-02-20T00:00:00Z' }
    const wait = { ...consent, givenAt: iso(story.civil.now() + MINUTE_MS) }
    await expect(story.call('POST', '/devices', { kind: 'water', homeId, consent: wait })).rejects.toThrow(
      'still to come',
    )
    await story.call('POST', '/devices', { kind: 'water', homeId, consent })
    const { items } = await story.call<Consents>('GET', `/homes/${homeId}/consents`)
    expect(items).toMatchObject([
      {
        deviceKind: 'water',
        givenBy: 'guardian',
        form: 'on_paper',
        givenAt: '2026-02-20T00:00:00.000Z',
        purposes: ['safety'],
      },
    ])
    expect(await devicesIn(story, homeId)).toHaveLength(1)
  })

  it('a gateway measures nobody and needs none', async () => {
    const story = await StoryService.start(MORNING)
    await story.call('POST', '/devices', { kind: 'gateway', homeId: await newHome(story) })
  })
})

describe('a list of homes', () => {
  it('a row that says nothing of consent is a fault; nothing of the list is brought in', async () => {
    const story = await StoryService.start(MORNING)
    const answer = await bring(story, [
      'H-1,静安区,甲,w-1,water,resident,2026-02-20,',
      'H-2,静安区,乙,w-2,water,,,',
      'H-3,静安区,丙,w-3,water,邻居,2026-02-30,口头',
      'H-4,静安区,丁,w-4,water,resident,,',
      'H-5,静安区,戊,w-5,water,resident,2026-03-09,',
      'H-6,静安区,己,w-6,water,,2026-02-20,',
      'H-7,静安区,庚,gw-7,gateway,,,',
    ])
    expect(answer.faults.map(({ row, column, code }) => `${row} ${column} ${code}`)).toEqual([
      '3 consentBy consent_missing',
      '4 consentBy malformed',
      '4 consentHow malformed',
      '4 consentOn malformed',
      '5 consentOn missing',
      '6 consentOn malformed',
      '7 consentBy missing',
    ])
    expect((await story.call<{ items: [] }>('GET', '/devices')).items).toEqual([])
  })

  it('what its first row says holds for the devices of the home, each kind for itself', async () => {
    const story = await StoryService.start(MORNING)
    const rows = [
      'H-1,静安区,甲,w-1,water,监护人,2026-02-20,书面',
      'H-1,,,s-1,smoke,,,',
      'H-1,,,e-1,electricity,本人,2026-02-21,现场',
    ]
    expect(await bring(story, rows)).toMatchObject({
      faults: [],
      counts: { newDevices: 3, newConsents: 3, withoutConsent: 0 },
    })
    const { items: homes } = await story.call<{ items: { home: { id: string } }[] }>('GET', '/homes')
    const { items } = await story.call<Consents>('GET', `/homes/${homes[0]?.home.id}/consents`)
    const said = items.map(
      ({ deviceKind, givenBy, form, givenAt }) => `${deviceKind} ${givenBy} ${form} ${givenAt}`,
    )
    expect(said.sort()).toEqual([
      'electricity resident on_the_spot 2026-02-20T16:00:00.000Z',
      'smoke guardian on_paper 2026-02-19T16:00:00.000Z',
      'water guardian on_paper 2026-02-19T16:00:00.000Z',
    ])
    expect(await bring(story, rows)).toMatchObject({ counts: { newConsents: 0, unchanged: 3 } })
  })

  it('a home that has not agreed is counted and shown; its device belongs to it from the consent on', async () => {
    const story = await StoryService.start(MORNING)
    const rows = (word: string) => [`H-1,静安区,甲,w-1,water,${word}`, `H-1,,,s-1,smoke,${word}`]
    const done = await bring(story, rows('无,,'))
    expect(done.counts).toMatchObject({ newDevices: 2, newConsents: 0, withoutConsent: 2 })
    const { items: homes } = await story.call<{ items: { home: { id: string } }[] }>('GET', '/homes')
    const homeId = homes[0]?.home.id ?? ''
    expect(await devicesIn(story, homeId)).toEqual([])
    expect((await story.call<Consents>('GET', `/homes/${homeId}/consents`)).awaiting).toMatchObject([
      { deviceId: 's-1', deviceKind: 'smoke' },
      { deviceId: 'w-1', deviceKind: 'water' },
    ])
    const care = () => story.call<Care>('GET', '/device-care?reason=consent_missing')
    expect(await care()).toMatchObject({ counts: { consent_missing: 2 } })
    expect((await care()).items.map(({ awaitsHomeId }) => awaitsHomeId)).toEqual([homeId, homeId])

    const home = { id: homeId, devices: {}, secrets: secretsOf(done) } as unknown as StoryHome
    const water = await story.connect(home, 'w-1' as never)
    const smoke = await story.connect(home, 's-1' as never)
    await water({ water_total_m3: 1 })
    await smoke({ smoke: true })
    await story.pass(HOUR_MS)
    expect(await story.alerts()).toEqual([])
    const span = `from=${iso(story.civil.now() - 3 * HOUR_MS)}&to=${iso(story.civil.now() + HOUR_MS)}`
    const curve = () =>
      story.call<{ series: { points: { value: number }[] }[] }>(
        'GET',
        `/homes/${homeId}/readings?metrics=water_total_m3&resolution=raw&${span}`,
      )
    expect((await curve()).series).toEqual([])

    await story.call('POST', `/homes/${homeId}/consents`, { deviceKind: 'water', ...AGREED })
    expect(await devicesIn(story, homeId)).toEqual(['w-1'])
    expect(await care()).toMatchObject({ counts: { consent_missing: 1 }, items: [{ device: { id: 's-1' } }] })
    await water({ water_total_m3: 1.25 })
    const shown = (await curve()).series.flatMap(({ points }) => points.map(({ value }) => value))
    expect(shown).toEqual([1.25])
    const again = await bring(story, rows('本人,2026-03-01,'))
    expect(again).toMatchObject({ faults: [], counts: { newDevices: 0, newConsents: 1, unchanged: 1 } })
    expect(await devicesIn(story, homeId)).toEqual(['s-1', 'w-1'])
    expect((await care()).counts).not.toHaveProperty('consent_missing')
    await smoke({ smoke: true })
    expect((await story.alerts()).map(({ kind }) => kind)).toContain('smoke.alarm')
  })

  it('cut off after the consent was written down, it is finished by being brought in again', async () => {
    const story = await StoryService.start(MORNING)
    await bring(story, ['H-1,静安区,甲,w-1,water,无,,'])
    const { items: homes } = await story.call<{ items: { home: { id: string } }[] }>('GET', '/homes')
    const homeId = homes[0]?.home.id ?? ''
    const { state } = story.service
    await state.consents.put({
      id: 'c-1' as never,
      homeId: homeId as never,
      deviceKind: 'water',
      ...AGREED,
      givenAt: 1,
      recordedBy: 'system',
      withdrawnAt: null,
      withdrawnBy: null,
    })
    expect((await story.call<Care>('GET', '/device-care')).counts).toMatchObject({ consent_missing: 1 })
    const again = await bring(story, ['H-1,静安区,甲,w-1,water,本人,2026-02-20,'])
    expect(again.counts).toMatchObject({ newConsents: 0, unchanged: 0 })
    expect(await devicesIn(story, homeId)).toEqual(['w-1'])
    expect((await story.call<Care>('GET', '/device-care')).counts).toEqual({ never_heard: 1 })
  })

  it('a device that waited and was retired does not come back with the consent', async () => {
    const story = await StoryService.start(MORNING)
    await bring(story, ['H-1,静安区,甲,w-1,water,none,,'])
    const { items: homes } = await story.call<{ items: { home: { id: string } }[] }>('GET', '/homes')
    const homeId = homes[0]?.home.id ?? ''
    await story.call('POST', '/devices/w-1/acts', { type: 'retire' })
    await story.call('POST', `/homes/${homeId}/consents`, { deviceKind: 'water', ...AGREED })
    expect(await devicesIn(story, homeId)).toEqual([])
  })
})

describe('what stood in homes before consents were asked for', () => {
  it('goes on and is shown as without consent, until a paper is brought in', async () => {
    const story = await StoryService.start(MORNING)
    const homeId = await newHome(story)
    const { device } = await story.call<{ device: { id: string } }>('POST', '/devices', { kind: 'water' })
    const at = story.civil.now()
    const change = { type: 'assignment', deviceId: device.id as never, homeId: homeId as never, at } as const
    await story.service.pipeline.execute({ type: 'registry', change }, at)
    const care = () => story.call<Care>('GET', '/device-care')
    expect((await care()).items[0]).toMatchObject({
      reasons: ['never_heard', 'consent_missing'],
      awaitsHomeId: null,
    })
    expect(await story.call('GET', `/homes/${homeId}/consents`)).toMatchObject({ without: ['water'] })
    const rows = [`${homeId},,,${device.id},water,,,`]
    expect(await bring(story, rows)).toMatchObject({ faults: [], counts: { unchanged: 1 } })
    await bring(story, [`${homeId},,,${device.id},water,resident,2026-02-20,`])
    expect((await care()).counts).toEqual({ never_heard: 1 })
  })
})

const secretsOf = ({ secrets }: ImportAnswer): Record<string, string> =>
  Object.fromEntries(secrets.map(({ deviceId, secret }) => [deviceId, secret]))
