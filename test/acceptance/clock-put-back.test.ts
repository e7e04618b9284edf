import { expect, it } from 'vitest'
import { realClocks } from '../../app/clock.ts'
import { HOUR_MS, iso, MINUTE_MS, SECOND_MS } from '../../contracts/time.ts'
import { manualClock } from '../support/clock.ts'
import { DutyStory } from '../support/duty-story.ts'
import { StoryService } from '../support/service.ts'

const START = '2026-03-01T02:00:00Z'

/** A service on a machine whose clock lies eight hours ahead, as one without a battery may before it is set. */
async function ahead() {
  const wall = manualClock(Date.parse(START) + 8 * HOUR_MS)
  const monotonic = manualClock(0)
  const story = new StoryService(wall.now(), {}, null)
  story.clocks = (lastAt) => realClocks(lastAt, wall, monotonic)
  await StoryService.begin(story)
  const duty = await DutyStory.found(story)
  const [day, night] = [await duty.person('赵', 'district'), await duty.person('钱', 'district')]
  await duty.publish(
    'district',
    duty.roster({ primary: day, backup: null }, { primary: night, backup: null }),
  )
  const home = await story.home('陈秀英')
  return {
    story,
    home,
    putBack: (ms: number) => wall.pass(-ms),
    pass(ms: number) {
      wall.pass(ms)
      monotonic.pass(ms)
    },
  }
}

type Ahead = Awaited<ReturnType<typeof ahead>>
const told = async ({ story }: Ahead) =>
  (await story.alerts('state=open,recovered')).filter(({ kind }) => kind === 'duty.clock')

const until = (check: () => Promise<void>) =>
  expect
    .poll(async () =>
      check().then(
        () => true,
        () => false,
      ),
    )
    .toBe(true)

it('a clock that is put back by hours is told at once, and keeps neither a page nor a step of the ladder', async () => {
  const machine = await ahead()
  const { story, home } = machine
  expect(await told(machine)).toEqual([])
  machine.putBack(8 * HOUR_MS)
  await until(async () => expect(await told(machine)).toHaveLength(1))
  const [alert] = await told(machine)
  expect(alert).toMatchObject({ state: 'open', severity: 'P2' })
  expect(alert?.evidence.sentence).toMatchObject({
    zh: expect.stringContaining('拨回 8 小时：2026-03-02'),
    en: expect.stringContaining('put back by 8 h: until 2026-03-02'),
  })
  expect(await story.service.metricsText()).toMatch(/shouwang_clock_ahead_seconds 28800/)
  const pages = async (id: string) =>
    (
      await story.call<{ items: { recipient: string; state: string; step: number }[] }>(
        'GET',
        `/alerts/${id}/pages`,
      )
    ).items
  await until(async () => expect(await pages(alert?.id ?? '')).toMatchObject([{ state: 'sent' }]))

  const send = await story.connect(home, home.devices.smoke)
  await send({ ts: iso(Date.parse(START) + SECOND_MS), values: { smoke: true } })
  const [smoke] = await story.alerts('kind=smoke.alarm&state=open')
  await until(async () => expect((await pages(smoke?.id ?? '')).at(-1)).toMatchObject({ state: 'sent' }))
  const first = (await pages(smoke?.id ?? '')).length
  machine.pass(20 * MINUTE_MS)
  await until(async () => expect((await pages(smoke?.id ?? '')).length).toBeGreaterThan(first))

  machine.pass(16 * HOUR_MS)
  await until(async () => expect(await told(machine)).toMatchObject([{ state: 'recovered' }]))
})

it('a service that starts behind what it wrote down says so, and once', async () => {
  const machine = await ahead()
  await machine.story.shutdown()
  machine.putBack(3 * HOUR_MS)
  await machine.story.boot()
  await until(async () => expect(await told(machine)).toHaveLength(1))
  expect((await told(machine))[0]?.evidence.sentence.en).toContain('put back by 3 h')
  await machine.story.shutdown()
  await machine.story.boot()
  machine.pass(MINUTE_MS)
  await machine.story.service.settled()
  expect(await told(machine)).toHaveLength(1)
})
