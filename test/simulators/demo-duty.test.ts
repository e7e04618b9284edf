import { expect, onTestFinished, test } from 'vitest'
import type { Alert } from '../../contracts/alert.ts'
import { HOUR_MS, MINUTE_MS } from '../../contracts/time.ts'
import type { Visit } from '../../contracts/visit.ts'
import { defaultPolicy } from '../../dispatch/policy.ts'
import { demoPeople, registerCommunity } from '../../simulators/demo-community.ts'
import { colleagueSends } from '../../simulators/demo-desk.ts'
import { DEMO_POLICY, openDuty, PLAYED_VISITOR } from '../../simulators/demo-duty.ts'
import { StaffPhones } from '../../simulators/demo-staff-phones.ts'
import { makeDemoStory } from '../../simulators/demo-story.ts'
import { findingOf, visitorsWork } from '../../simulators/demo-visits.ts'
import { StoryService } from '../support/service.ts'

/** Eight in the morning in Shanghai, when the demo begins. */
const START = '2026-11-21T00:00:00Z'
const T0 = Date.parse(START)
const demo = makeDemoStory(T0)

/** The demo without its readings: people on duty, telephones, and a desk that may be pressed or left alone. */
async function openDemo() {
  const story = await StoryService.start(START)
  const { service } = story
  await registerCommunity(service, demo, T0)
  const { colleague } = await demoPeople(service, demo)
  const faults: unknown[] = []
  const phones = await StaffPhones.open({ service, onFault: (error) => faults.push(error) })
  onTestFinished(() => phones.close())
  const duty = await openDuty(service, demo, colleague, phones.url, T0)
  const homeAt = (n: number) => demo.district.homes[n] ?? never()
  return {
    story,
    service,
    duty,
    colleague,
    phones,
    faults,
    homeAt,
    async smoke(n: number): Promise<Alert> {
      const { id, devices } = homeAt(n)
      const topic = `devices/${devices.smoke}/readings`
      const packet = {
        payload: Buffer.from('{"smoke": true}'),
        receivedAt: story.civil.now(),
        retained: false,
      }
      await service.accept({ type: 'device', deviceId: devices.smoke }, { topic, ...packet })
      await service.pipeline.caughtUp()
      return (await service.state.alerts.activeOf(id))[0] ?? never()
    },
    async minutes(count: number): Promise<void> {
      for (let n = 0; n < count; n += 1) {
        await story.pass(MINUTE_MS)
        await colleagueSends(service, colleague, story.civil.now())
        await visitorsWork(service, demo, duty.simulated, story.civil.now())
      }
    },
    timeline: async (alert: Alert) => service.state.alerts.timeline(alert.id),
  }
}

test('eight people, round the clock, and whoever is paged at the start of a shift answers by themselves', async () => {
  const { service, duty, story, faults } = await openDemo()
  const filter = { scope: null, kind: null, search: null, enabled: null }
  const people = (await service.state.people.list(filter, { limit: 50, after: null })).items
  expect(people.map(({ kind }) => kind).sort()).toEqual([
    ...Array.from({ length: 5 }, () => 'staff'),
    'visitor',
    'visitor',
    'volunteer',
  ])
  expect(duty.played.name).toBe(PLAYED_VISITOR)
  expect(duty.simulated.size).toBe(7)
  const tests = () => service.state.dutyWatches.all().then((all) => JSON.stringify(all))
  await expect.poll(tests).not.toContain('waiting')
  await story.pass(2 * HOUR_MS)
  expect(await tests()).not.toContain('missed')
  const levels = ['district', 'street', 'community']
  for (const { id } of demo.district.jurisdictions.filter(({ level }) => levels.includes(level)))
    expect(await service.state.rosters.newest(id)).toMatchObject({ version: 1 })
  expect(faults).toEqual([])
})

test('an alert that nobody takes climbs, becomes a visit, and is reviewed and closed', async () => {
  const { smoke, minutes, timeline, service } = await openDemo()
  const alert = await smoke(5)
  await minutes(6)
  const told = (await timeline(alert)).filter(({ event }) => event === 'paged')
  expect(told.map(({ evidence }) => evidence?.data['target'])).toEqual([
    'primary',
    'resident',
    'backup',
    'contacts',
    'street',
    'district',
  ])
  await minutes(60)
  // What became of each page is told when it arrives, which on this clock may be hours later.
  const events = async () =>
    (await timeline(alert)).map(({ event }) => event).filter((event) => !event.startsWith('page_'))
  expect(await events()).toContain('visit_offered')
  await minutes(240)
  expect((await events()).filter((event) => event.startsWith('visit_')).slice(-4)).toEqual([
    'visit_accepted',
    'visit_en_route',
    'visit_on_scene',
    'visit_submitted',
  ])
  expect((await events()).slice(-2)).toEqual(['reviewed', 'closed'])
  expect(await events()).not.toContain('nobody_on_duty')
  expect(await service.state.alerts.get(alert.id)).toMatchObject({
    state: 'closed',
    outcome: { contact: 'seen', verdict: 'benign' },
  })
})

test('what somebody took on is left to them, and the visitor who is to be played does nothing alone', async () => {
  const { smoke, minutes, timeline, service, duty, homeAt } = await openDemo()
  const taken = await smoke(5)
  const by = { by: 'account:newcomer', expectedVersion: null, note: null } as const
  await service.commands.actOnAlert({ type: 'acknowledge', alertId: taken.id, ...by })
  await minutes(40)
  expect((await timeline(taken)).map(({ event }) => event)).not.toContain('visit_offered')

  const mine = await smoke(40)
  const offered = await service.commands.candidatesFor(mine.id, 1)
  expect(offered.map(({ name }) => name)).toContain('刘洋')
  const send = { type: 'dispatch', candidates: null, crewSize: 1 } as const
  await service.commands.actOnAlert({ ...send, alertId: mine.id, ...by })
  const played = await service.state.people.byAccount(duty.played.id)
  const visit = async (): Promise<Visit> => (await service.state.visits.openOf(homeAt(40).id))[0] ?? never()
  await minutes(30)
  expect((await visit()).offers).toMatchObject([{ personId: played?.id, answer: null }])
  // Not answered within the hour, it goes to the next, who does not need to be played.
  await minutes(60)
  expect((await visit()).offers[0]).toMatchObject({ answer: 'timeout' })
  expect((await visit()).offers.length).toBeGreaterThan(1)
})

test('the ladders are those of every district; only whoever must act has longer', () => {
  for (const severity of ['P1', 'P2', 'P3'] as const)
    expect(DEMO_POLICY.ladders[severity]?.steps).toEqual(defaultPolicy.ladders[severity]?.steps)
  expect(DEMO_POLICY.ladders.P3).toEqual(defaultPolicy.ladders.P3)
})

test('what is found is what befell the home', () => {
  const [fall] = demo.scenes.filter(({ what }) => what === 'fall')
  const homeId = demo.homes[fall?.home ?? 0]?.plan.homeId ?? never()
  const at = (createdAt: number) => findingOf(demo, { homeId, createdAt }, 'inactivity').outcome.cause
  expect(at((fall?.fromMs ?? 0) + HOUR_MS)).toBe('fall')
  expect(at((fall?.fromMs ?? 0) - HOUR_MS)).toBe('late_rising')
})

function never(): never {
  throw new Error('must not happen')
}
