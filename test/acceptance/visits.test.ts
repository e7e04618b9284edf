import { describe, expect, it } from 'vitest'
import { HOUR_MS, iso, MINUTE_MS } from '../../contracts/time.ts'
import type { Visit } from '../../contracts/visit.ts'
import { QUARTER_MS, type StoryAlert, type StoryHome, StoryService } from '../support/service.ts'
import { onlyRules } from '../support/story-place.ts'
import { Visitor } from '../support/visitor.ts'

const BENIGN = {
  contact: 'seen',
  cause: 'late_rising',
  need: 'none',
  action: 'none',
  verdict: 'benign',
  followUpOn: null,
  policeReference: null,
  awayUntil: null,
}
/** The smallest of pictures, in which a camera has written where it was. */
const pictureNo = (n: number) =>
  Buffer.from(
    `ffd8ffe1000a4578696600004750ffdb0003aaffda0003aa12${n.toString(16).padStart(2, '0')}00ffd9`,
    'hex',
  )
const JPEG = pictureNo(0x34)

/** A resident whose tap has been dry for too long: the alert, and the home that it is about. */
async function aQuietHome(): Promise<{ story: StoryService; home: StoryHome; alert: StoryAlert }> {
  const story = await StoryService.start('2026-03-01T00:00:00Z')
  await story.call('PUT', '/rules', onlyRules({ 'inactivity.water_none': { hours: 6 } }))
  const home = await story.home('陈秀英')
  await story.call('PUT', `/homes/${home.id}/resident`, {
    ...RESIDENT,
    accessNotes: '门禁 2580#',
    needs: { hearing: true, vision: false, mobility: false, dialect: '' },
    place: { latitude: 31.23, longitude: 121.47 },
  })
  const send = await story.connect(home, home.devices.water)
  for (let quarter = 0, m3 = 120; quarter < 9 * 4; quarter++) {
    story.civil.pass(QUARTER_MS)
    if (quarter < 8) m3 += 0.01
    await send({ ts: iso(story.civil.now()), values: { water_total_m3: Math.round(m3 * 1e3) / 1e3 } })
  }
  const [alert] = (await story.alerts()).filter(({ kind }) => kind === 'inactivity.water_none')
  if (!alert) throw new Error('a dry tap opens an alert')
  expect(alert.severity).toBe('P2')
  return { story, home, alert }
}
const RESIDENT = {
  name: '陈秀英',
  birthYear: 1944,
  phone: '100 0000 0001',
  door: '3号楼501',
  address: '延平路1号',
  living: 'alone',
  notes: '',
  contacts: [],
}

const sent = async (story: StoryService, alert: StoryAlert, body: object = {}) => {
  await story.call('POST', `/alerts/${alert.id}/dispatch`, body)
  const [visit] = (await story.call<{ items: Visit[] }>('GET', '/visits')).items
  if (!visit) throw new Error('sending somebody makes a visit')
  return visit.id
}
const stateOf = async (story: StoryService, alert: StoryAlert) =>
  (await story.call<StoryAlert>('GET', `/alerts/${alert.id}`)).state

describe('an inactive resident is visited', () => {
  it('the paired visitor declines, the next accepts, has no reception on the stairwell and reports twice', async () => {
    const { story, home, alert } = await aQuietHome()
    const ding = await Visitor.join(story, '丁友善', { pairedWith: [home.id] })
    const he = await Visitor.join(story, '何邻居', {
      holdsKeyOf: [home.id],
      place: { latitude: 31.2345, longitude: 121.47 },
    })
    const stranger = await Visitor.join(story, '余旁人')
    const ranked = await story.call<{ items: { name: string; reasons: { zh: string }[] }[] }>(
      'GET',
      `/alerts/${alert.id}/candidates`,
    )
    expect(ranked.items.map(({ name }) => name)).toEqual(['丁友善', '何邻居', '余旁人'])
    expect(ranked.items[1]?.reasons.map(({ zh }) => zh)).toEqual(['持有钥匙', '距离约500米'])

    const visit = await sent(story, alert)
    const asked = await ding.call('GET', `/visits/${visit}`)
    expect(asked.body).toMatchObject({ finding: 'inactivity.water_none', severity: 'P2', disclosed: null })
    expect(JSON.stringify(asked.body)).not.toMatch(/陈秀英|延平路|100 0000|501|2580/)
    expect((await he.call('GET', `/visits/${visit}`)).status).toBe(404)
    await ding.does(visit, 'decline')

    expect((await he.call('GET', `/visits/${visit}`)).body).toMatchObject({
      distanceMetres: 500,
      disclosed: null,
    })
    const accepted = await he.does(visit, 'accept')
    expect(accepted.body.disclosed).toMatchObject({
      name: '陈秀英',
      phone: '100 0000 0001',
      door: '3号楼501',
      accessNotes: '门禁 2580#',
      needs: { hearing: true },
    })
    // Whoever declined, and whoever was never asked, learns nothing.
    expect((await ding.call('GET', `/visits/${visit}`)).body.disclosed).toBeNull()
    expect((await stranger.call('GET', `/visits/${visit}`)).status).toBe(404)
    expect((await stranger.does(visit, 'accept')).status).toBe(404)
    expect((await stranger.call('GET', '/visits/mine')).body.items).toEqual([])
    for (const path of ['/visits', `/visits/${visit}/record`, '/alerts', '/residents', '/homes', '/people'])
      expect([path, (await stranger.call('GET', path)).status]).toEqual([path, 403])
    await he.does(visit, 'en-route')

    // On the stairwell nothing goes through; what was done there is told from the street, in one go and twice.
    const arrivedAt = iso(story.civil.now() + 8 * MINUTE_MS)
    await story.pass(12 * MINUTE_MS)
    const photo = await he.call('POST', `/visits/${visit}/photos`, JPEG, 'image/jpeg')
    expect(photo.status).toBe(201)
    // The same picture again is the same; of others there may be five, and what is not named does not stay.
    const others = []
    for (let n = 0; n < 5; n += 1)
      others.push(await he.call('POST', `/visits/${visit}/photos`, pictureNo(n), 'image/jpeg'))
    expect(others.map(({ status }) => status)).toEqual([201, 201, 201, 201, 409])
    expect((await he.call('POST', `/visits/${visit}/photos`, JPEG, 'image/jpeg')).body).toEqual(photo.body)
    const checkIn = { actId: 'on-the-stairs', doneAt: arrivedAt, photoIds: [photo.body.id] }
    expect((await he.does(visit, 'check-in', checkIn)).body).toMatchObject({
      state: 'on_scene',
      onSceneAt: arrivedAt,
    })
    expect((await he.does(visit, 'check-in', checkIn)).status).toBe(200)
    const picture = await he.call('GET', `/visits/${visit}/photos/${photo.body.id}`)
    expect(Buffer.from(picture.body).toString('latin1')).not.toContain('Exif')
    const report = { actId: 'how-it-ended', outcome: BENIGN, note: '起晚了，人平安' }
    const [first, second] = [await he.does(visit, 'submit', report), await he.does(visit, 'submit', report)]
    expect(first.body).toMatchObject({ state: 'submitted', disclosed: null, outcome: BENIGN })
    expect(second.body).toEqual(first.body)

    const detail = await story.call<{
      state: string
      resolvedBy: string
      timeline: { event: string; note: string | null }[]
    }>('GET', `/alerts/${alert.id}`)
    expect(detail).toMatchObject({ state: 'resolved', resolvedBy: `person:${he.id}` })
    // Whether each message arrived is told beside it, and is another story.
    const told = detail.timeline.map(({ event }) => event).filter((event) => !event.startsWith('page_'))
    expect(told).toEqual([
      'opened',
      'visit_offered',
      'visit_declined',
      'visit_offered',
      'visit_accepted',
      'visit_en_route',
      'visit_on_scene',
      'visit_submitted',
    ])
    expect(detail.timeline.find(({ event }) => event === 'visit_submitted')?.note).toBe('起晚了，人平安')
    // It is over: nothing of it is shown to those who were there any more, and each look is on record.
    expect((await he.call('GET', `/visits/${visit}`)).body.disclosed).toBeNull()
    expect((await he.call('GET', `/visits/${visit}/photos/${photo.body.id}`)).status).toBe(404)
    const looks = await story.service.state.access.list(
      { scope: null, homeId: home.id, actor: null },
      { limit: 100, after: null },
    )
    const shown = looks.items.filter(({ route }) => route.includes('/visits/:id/accept'))
    expect(shown.map(({ what }) => what)).toEqual(['identity'])
    expect(looks.items.some(({ route }) => route.endsWith('/decline'))).toBe(false)

    await story.call('POST', `/alerts/${alert.id}/close`, {})
    expect(await stateOf(story, alert)).toBe('closed')
    const { photos } = story.service.state
    expect(await photos.get(photo.body.id)).not.toBeNull()
    expect(await photos.get(others[0]?.body.id)).toBeNull()
  })

  it('nobody answers: each is asked in turn across a restart, and then it rings again', async () => {
    const { story, home, alert } = await aQuietHome()
    const ding = await Visitor.join(story, '丁友善', { pairedWith: [home.id] })
    const he = await Visitor.join(story, '何邻居')
    const visit = await sent(story, alert)
    const { offers } = (await story.service.state.visits.get(visit)) ?? { offers: [] }
    expect(offers.map(({ personId }) => personId)).toEqual([ding.id])
    await story.away(6 * MINUTE_MS)
    const then = await story.service.state.visits.get(visit)
    expect(then?.offers.map(({ personId, answer }) => [personId, answer])).toEqual([
      [ding.id, 'timeout'],
      [he.id, null],
    ])
    await story.pass(5 * MINUTE_MS)
    expect(await story.service.state.visits.get(visit)).toMatchObject({ state: 'unfilled' })
    expect(await stateOf(story, alert)).toBe('open')
    // Too late, and as late when the phone says it again; under the same id nothing else can be told.
    for (let time = 0; time < 2; time++)
      expect((await ding.does(visit, 'accept', { actId: 'much-too-late' })).body.error.code).toBe(
        'offer_over',
      )
    expect((await ding.does(visit, 'decline', { actId: 'much-too-late' })).body.error.code).toBe('conflict')
    const pages = (await story.service.state.pages.ofAlert(alert.id as never)).filter(
      ({ purpose }) => purpose === 'offer',
    )
    expect(pages.map(({ recipient }) => recipient)).toEqual([`person:${ding.id}`, `person:${he.id}`])
  })

  it('a door is forced by two, with the reference of 110', async () => {
    const { story, alert } = await aQuietHome()
    const lin = await Visitor.join(story, '林干部', { kind: 'staff' })
    const yu = await Visitor.join(story, '余志愿', { kind: 'volunteer' })
    const visit = await sent(story, alert, { crewSize: 2 })
    await yu.does(visit, 'accept')
    // One alone does not go yet, and is shown nothing yet.
    expect((await yu.call('GET', `/visits/${visit}`)).body).toMatchObject({
      state: 'offered',
      disclosed: null,
    })
    await lin.does(visit, 'accept')
    expect((await yu.call('GET', `/visits/${visit}`)).body.disclosed).toMatchObject({ name: '陈秀英' })
    await lin.does(visit, 'check-in')
    const outcome = {
      ...BENIGN,
      cause: 'fall',
      action: 'forced_entry',
      verdict: 'emergency',
      need: 'medical_care',
    }
    const refused = await lin.does(visit, 'submit', { outcome })
    expect([refused.status, refused.body.error.code]).toEqual([400, 'outcome_incomplete'])
    await story.call('POST', `/alerts/${alert.id}/transfer`, { to: '120' })
    const withReference = { ...outcome, policeReference: 'JQ-20260301-17' }
    expect((await lin.does(visit, 'submit', { outcome: withReference })).status).toBe(200)
    expect(await stateOf(story, alert)).toBe('resolved')
    await story.pass(HOUR_MS)
  })
})
