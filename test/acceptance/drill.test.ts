import { describe, expect, it } from 'vitest'
import type { DrillReport } from '../../contracts/report.ts'
import { HOUR_MS, iso, MINUTE_MS } from '../../contracts/time.ts'
import { DutyStory } from '../support/duty-story.ts'
import { type StoryAlert, StoryService } from '../support/service.ts'
import { Visitor } from '../support/visitor.ts'

type ReportView = Omit<DrillReport, 'startsAt'> & { startsAt: string }
interface Summary {
  openAlerts: Record<string, number>
  alertStates: Record<string, number>
}

const DRILL_OUTCOME = {
  contact: 'seen',
  cause: 'unknown',
  need: 'none',
  action: 'none',
  verdict: 'drill',
  followUpOn: null,
  policeReference: null,
  awayUntil: null,
}

/** A community with somebody on duty by day and by night, and a home in it. */
async function aDistrictOnDuty() {
  const story = await StoryService.start('2026-11-02T09:00:00+08:00')
  const duty = await DutyStory.found(story)
  const [zhang, li, street, centre] = [
    await duty.person('张A角'),
    await duty.person('李B角'),
    await duty.person('街道王', 'street'),
    await duty.person('区赵', 'district'),
  ]
  const community = { primary: zhang, backup: li }
  await duty.publish('community', duty.roster(community, community))
  await duty.publish(
    'street',
    duty.roster({ primary: street, backup: null }, { primary: street, backup: null }),
  )
  await duty.publish(
    'district',
    duty.roster({ primary: centre, backup: null }, { primary: centre, backup: null }),
  )
  await duty.everybodyAnswers()
  const home = await story.home('陈秀英')
  await story.call('PATCH', `/homes/${home.id}`, { jurisdictionId: duty.places.community })
  await story.call('PUT', `/homes/${home.id}/resident`, {
    name: '陈秀英',
    birthYear: 1944,
    phone: '100 0000 0001',
    door: '501',
    address: '',
    living: 'alone',
    notes: '',
    contacts: [{ name: '李明', relation: 'son', phone: '100 0000 0002', holdsKey: false }],
  })
  return { story, duty, home }
}

describe('a drill', () => {
  it('goes the whole way with real pages, says how long each step took, and is in no figure', async () => {
    const { story, duty, home } = await aDistrictOnDuty()
    const ding = await Visitor.join(story, '丁友善', { pairedWith: [home.id] })
    const before = await story.call<Summary>('GET', '/summary')
    const drill = await story.call<ReportView>('POST', '/drills', {
      homeId: home.id,
      severity: 'P2',
      startsAt: iso(story.civil.now() + HOUR_MS),
    })
    await story.pass(HOUR_MS - MINUTE_MS)
    expect(await duty.pages(drill.alertId)).toEqual([])

    await duty.minutes(7)
    // The backup is told at the fifth minute; neither the resident nor the son is frightened.
    expect(await duty.told(drill.alertId)).toEqual(['10:00 张A角', '10:05 李B角'])
    const heard = () => JSON.stringify(duty.gateway.asked)
    await expect.poll(heard).toContain('【演练】')
    expect(heard()).not.toContain('1000000000')
    expect(await story.call('GET', '/summary')).toMatchObject({
      openAlerts: before.openAlerts,
      alertStates: before.alertStates,
    })
    const [key] = (await duty.pages(drill.alertId)).map((page) => page.key)
    await story.service.commands.answerPage(key ?? '', 'system')
    await story.call('POST', `/alerts/${drill.alertId}/acknowledge`, {})
    await story.call('POST', `/alerts/${drill.alertId}/dispatch`, { candidates: [ding.id] })
    const [visit] = (await ding.call('GET', '/visits/mine')).body.items
    expect(visit).toMatchObject({ drill: true })
    await duty.minutes(2)
    await ding.does(visit.id, 'accept')
    await duty.minutes(10)
    await ding.does(visit.id, 'check-in', { photoIds: [] })
    const real = await ding.does(visit.id, 'submit', {
      outcome: { ...DRILL_OUTCOME, verdict: 'benign' },
      note: '',
    })
    expect(real).toMatchObject({ status: 400, body: { error: { code: 'outcome_incomplete' } } })
    await ding.does(visit.id, 'submit', { outcome: DRILL_OUTCOME, note: '' })
    await story.call('POST', `/alerts/${drill.alertId}/close`, {})

    const report = await story.call<ReportView>('GET', `/drills/${drill.alertId}`)
    expect(report).toMatchObject({
      startsAt: '2026-11-02T02:00:00.000Z',
      isOver: true,
      firstToldMs: 0,
      firstAnsweredMs: 6 * MINUTE_MS,
      acknowledgedMs: 6 * MINUTE_MS,
      offeredMs: 6 * MINUTE_MS,
      acceptedMs: 8 * MINUTE_MS,
      onSceneMs: 18 * MINUTE_MS,
      resolvedMs: 18 * MINUTE_MS,
      closedMs: 18 * MINUTE_MS,
      nobodyOnDuty: 0,
    })
    expect(report.told.map(({ recipient, purpose }) => `${purpose} ${recipient}`)).toHaveLength(3)
    expect(report.told[0]).toMatchObject({ state: 'answered', answeredAt: '2026-11-02T02:06:00.000Z' })
    const listed = await story.call<{ items: ReportView[] }>('GET', '/drills')
    expect(listed.items.map(({ alertId }) => alertId)).toEqual([drill.alertId])
    expect(await story.call('GET', '/summary')).toMatchObject({ alertStates: before.alertStates })
    expect(await story.service.metricsText()).not.toMatch(/alerts_opened_total\{[^}]*incident/)
  })

  it('never stands in the way of what is real: smoke in the same home rings by itself, and so does a real incident', async () => {
    const { story, duty, home } = await aDistrictOnDuty()
    const drill = await story.call<ReportView>('POST', '/drills', { homeId: home.id, severity: 'P1' })
    await story.call('POST', `/alerts/${drill.alertId}/acknowledge`, {})
    const send = await story.connect(home, home.devices.smoke)
    await send({ ts: iso(story.civil.now()), smoke: true })
    await story.call('POST', '/incidents', {
      homeId: home.id,
      happenedAt: iso(story.civil.now() - HOUR_MS),
      severity: 'P1',
      what: '邻居发现老人摔倒',
    })
    const alerts = await story.alerts('state=open,acknowledged')
    const smoke = alerts.find(({ kind }) => kind === 'smoke.alarm') as StoryAlert
    expect(alerts.map(({ kind, state }) => `${kind} ${state}`).sort()).toEqual([
      'incident.manual acknowledged',
      'incident.manual open',
      'smoke.alarm open',
    ])
    expect((await duty.told(smoke.id))[0]).toBe('09:00 张A角')
    expect((await story.call<Summary>('GET', '/summary')).openAlerts.P1).toBe(2)
  })

  it('tires nobody out: whoever was called in twenty drills is still called when it is serious', async () => {
    const { story, duty, home } = await aDistrictOnDuty()
    for (let n = 0; n < 20; n++) {
      const { alertId } = await story.call<ReportView>('POST', '/drills', { homeId: home.id, severity: 'P1' })
      await story.call('POST', `/alerts/${alertId}/resolve`, { outcome: DRILL_OUTCOME })
    }
    const send = await story.connect(home, home.devices.smoke)
    await send({ ts: iso(story.civil.now()), smoke: true })
    const [smoke] = (await story.alerts()).filter(({ kind }) => kind === 'smoke.alarm')
    expect(await duty.told(smoke?.id ?? '')).toContain('09:00 张A角')
  })
})
