import { describe, expect, it } from 'vitest'
import { Retention, type RetentionOptions, type RetentionPeriods } from '../../app/retention.ts'
import { DeviceId, HomeId } from '../../contracts/ids.ts'
import { DAY_MS, HOUR_MS, iso, MINUTE_MS } from '../../contracts/time.ts'
import { SeriesUnavailable } from '../../store/series.ts'
import { NO_HOME } from '../../store/series-form.ts'
import { AGREED, StoryService } from '../support/service.ts'

const MORNING = '2026-03-01T00:00:00Z'
const silent = { debug() {}, info() {}, warn() {}, error() {} }
const PERIODS: RetentionPeriods = {
  noHomeMs: 30 * DAY_MS,
  accessLogMs: 400 * DAY_MS,
  findingsMs: 400 * DAY_MS,
  casesMs: 400 * DAY_MS,
}

const keeper = (story: StoryService, over: Partial<RetentionOptions> = {}): Retention =>
  new Retention({
    state: story.service.state,
    series: story.service.series,
    seriesLag: () => 0,
    periods: PERIODS,
    clocks: { civil: story.civil, wall: story.civil, factor: 1 },
    log: silent,
    ...over,
  })

async function sends(story: StoryService, deviceId: DeviceId, ...litres: number[]): Promise<void> {
  for (const water of litres) {
    story.civil.pass(MINUTE_MS)
    const payload = Buffer.from(JSON.stringify({ water_total_m3: water }))
    const message = { topic: `devices/${deviceId}/readings`, payload, receivedAt: story.civil.now() }
    await story.service.accept({ type: 'device', deviceId }, { ...message, retained: false })
  }
  await story.service.settled()
}
const kept = async (story: StoryService, homeId: HomeId, deviceId: DeviceId): Promise<unknown[]> =>
  (
    await story.service.series.points({
      homeId,
      deviceId,
      metrics: ['water_total_m3'],
      from: 0,
      to: story.civil.now() + DAY_MS,
    })
  ).map(({ value }) => value)

describe('somebody who is erased', () => {
  it('takes along what was measured, agreed and learned of the home; its devices leave it', async () => {
    const story = await StoryService.start(MORNING)
    const home = await story.home('王阿姨')
    const other = await story.home('邻居')
    await sends(story, home.devices.water, 1, 2)
    await sends(story, other.devices.water, 5)
    await story.call('POST', `/homes/${home.id}/away`, {
      from: iso(story.civil.now() + HOUR_MS),
      to: iso(story.civil.now() + DAY_MS),
    })
    await story.call('DELETE', `/homes/${home.id}/resident`)
    expect(await kept(story, home.id, home.devices.water)).toEqual([])
    expect(await story.call('GET', `/homes/${home.id}/consents`)).toMatchObject({ items: [], awaiting: [] })
    expect((await story.call<{ devices: [] }>('GET', `/homes/${home.id}`)).devices).toEqual([])
    expect(await story.service.state.circumstances.awayOf(home.id)).toEqual([])
    const memory = await story.service.state.memories.get(home.id)
    expect(memory?.rules).toMatchObject({ rules: { personal: null } })
    expect(await kept(story, other.id, other.devices.water)).toEqual([5])
    const { items } = await story.service.state.erasures.list({ limit: 5, after: null })
    expect(items).toMatchObject([{ homeId: home.id, by: expect.stringMatching(/^token:/) }])
    // What it sends from now on is nobody's.
    await sends(story, home.devices.water, 3)
    expect(await kept(story, home.id, home.devices.water)).toEqual([])
  })

  it('takes along what devices sent that waited for their consent, or left with it', async () => {
    const story = await StoryService.start(MORNING)
    const home = await story.home('王阿姨')
    const { items } = await story.call<{ items: { id: string; deviceKind: string }[] }>(
      'GET',
      `/homes/${home.id}/consents`,
    )
    await sends(story, home.devices.water, 1)
    const water = items.find(({ deviceKind }) => deviceKind === 'water')
    await story.call('POST', `/homes/${home.id}/consents/${water?.id}/withdraw`)
    const waits = DeviceId.parse('w-waits')
    await story.call('POST', '/devices', { id: waits, kind: 'water' })
    await story.service.state.awaitedConsents.put({ deviceId: waits, homeId: home.id, since: 0 })
    const stranger = DeviceId.parse('w-stranger')
    await story.call('POST', '/devices', { id: stranger, kind: 'water' })
    for (const id of [home.devices.water, waits, stranger]) await sends(story, id, 7)
    expect(await kept(story, NO_HOME, waits)).toEqual([7])
    await story.call('DELETE', `/homes/${home.id}/resident`)
    expect(await kept(story, NO_HOME, waits)).toEqual([])
    expect(await kept(story, NO_HOME, home.devices.water)).toEqual([])
    expect(await kept(story, NO_HOME, stranger)).toEqual([7])
  })

  it('whoever lives there next has to agree anew, and begins without habits', async () => {
    const story = await StoryService.start(MORNING)
    const home = await story.home('王阿姨')
    await story.call('DELETE', `/homes/${home.id}/resident`)
    const put = () => story.call('PUT', `/devices/${home.devices.water}/home`, { homeId: home.id })
    await expect(put()).rejects.toThrow('consent_missing')
    story.civil.pass(DAY_MS)
    await story.call('POST', `/homes/${home.id}/consents`, { deviceKind: 'water', ...AGREED })
    await put()
    await sends(story, home.devices.water, 9)
    await keeper(story).settleErasures()
    expect(await kept(story, home.id, home.devices.water)).toEqual([9])
  })

  it('stays away: what comes late is taken again, and a store that was away is asked when it is back', async () => {
    const story = await StoryService.start(MORNING)
    const home = await story.home('王阿姨')
    await sends(story, home.devices.water, 1)
    const { series } = story.service
    await story.call('DELETE', `/homes/${home.id}/resident`)
    await series.write([
      {
        homeId: home.id,
        deviceId: home.devices.water,
        kind: 'water',
        measuredAt: Date.parse(MORNING) + MINUTE_MS,
        measuredAtSource: 'device',
        receivedAt: story.civil.now(),
        values: { water_total_m3: 0.5 },
        quality: [],
      },
    ])
    story.civil.pass(DAY_MS)
    const away = { ...series, erase: () => Promise.reject(new SeriesUnavailable('away')) }
    await keeper(story, { series: away }).settleErasures()
    expect(await kept(story, home.id, home.devices.water)).toEqual([0.5])
    await keeper(story).settleErasures()
    expect(await kept(story, home.id, home.devices.water)).toEqual([])
    story.civil.pass(36 * DAY_MS)
    await keeper(story).settleErasures()
    expect(await story.service.state.erasures.due(Number.MAX_SAFE_INTEGER)).toEqual([])
  })

  it('is not forgotten by a fault of ours: the next time goes on', async () => {
    const story = await StoryService.start(MORNING)
    const home = await story.home('王阿姨')
    await story.call('DELETE', `/homes/${home.id}/resident`)
    story.civil.pass(DAY_MS)
    const erased: string[] = []
    let fault: Error | null = new Error('a fault of ours')
    const { series } = story.service
    const erase = async ({ homeId }: { homeId: HomeId }) => {
      if (fault) throw fault
      erased.push(homeId)
    }
    const kept = keeper(story, { series: { ...series, erase } })
    await expect(kept.settleErasures()).rejects.toThrow('a fault of ours')
    fault = null
    await kept.settleErasures()
    expect(erased).toContain(home.id)
  })

  it('an alert that is open stays, and is closed by people', async () => {
    const story = await StoryService.start(MORNING)
    const home = await story.home('王阿姨')
    const report = { homeId: home.id, happenedAt: iso(story.civil.now()), what: '邻居听见呼救' }
    const { id } = await story.call<{ id: string }>('POST', '/incidents', report)
    await story.call('DELETE', `/homes/${home.id}/resident`)
    const [open] = await story.alerts()
    expect(open).toMatchObject({ id, who: null, state: 'open' })
    await story.call('POST', `/alerts/${id}/resolve`, {})
    await story.pass(DAY_MS)
    expect(await story.alerts()).toEqual([])
  })
})

describe('what was kept long enough', () => {
  it('readings without a home go after their time, those of homes stay', async () => {
    const story = await StoryService.start(MORNING)
    const home = await story.home('王阿姨')
    const waits = DeviceId.parse('w-waits')
    await story.call('POST', '/devices', { id: waits, kind: 'water' })
    await sends(story, waits, 1)
    await sends(story, home.devices.water, 2)
    story.civil.pass(29 * DAY_MS)
    await sends(story, waits, 3)
    await keeper(story).letGo()
    expect(await kept(story, NO_HOME, waits)).toEqual([1, 3])
    story.civil.pass(2 * DAY_MS)
    await keeper(story).letGo()
    expect(await kept(story, NO_HOME, waits)).toEqual([3])
    expect(await kept(story, home.id, home.devices.water)).toEqual([2])
  })

  it('a closed case goes, its count stays; an open one stays however old', async () => {
    const story = await StoryService.start(MORNING)
    const [one, other] = [await story.home('王阿姨'), await story.home('李叔叔')]
    const report = (homeId: string) =>
      story.call<{ id: string; jurisdictionId: string }>('POST', '/incidents', {
        homeId,
        happenedAt: iso(story.civil.now()),
        what: '邻居听见呼救',
      })
    const { id, jurisdictionId } = await report(one.id)
    const open = await report(other.id)
    const outcome = {
      contact: 'seen',
      cause: 'fall',
      need: 'medical_care',
      action: 'ambulance_120',
      verdict: 'emergency',
      followUpOn: null,
      policeReference: null,
      awayUntil: null,
    }
    await story.call('POST', `/alerts/${id}/resolve`, { outcome })
    await story.call('POST', `/alerts/${id}/close`, {})
    story.civil.pass(401 * DAY_MS)
    await keeper(story).letGo()
    await expect(story.call('GET', `/alerts/${id}`)).rejects.toThrow('404')
    expect(await story.call('GET', `/alerts/${open.id}`)).toMatchObject({ id: open.id })
    const { items } = await story.service.state.retention.removals({ limit: 20, after: null })
    expect(items.find(({ what }) => what === 'cases')).toMatchObject({
      count: 1,
      counts: [
        {
          month: '2026-03',
          jurisdictionId,
          kind: 'incident.manual',
          severity: 'P1',
          verdict: 'emergency',
          drill: false,
          count: 1,
        },
      ],
    })
    expect(items.find(({ what }) => what === 'access_log')?.count).toBeGreaterThan(0)
    await keeper(story).letGo()
    const again = await story.service.state.retention.removals({ limit: 20, after: null })
    expect(again.items.filter(({ what }) => what === 'cases')).toHaveLength(1)
  })
})
