import { expect, it } from 'vitest'
import { HOUR_MS, iso } from '../../contracts/time.ts'
import type { Trial } from '../../contracts/trial.ts'
import { StoryService } from '../support/service.ts'

type TrialView = Omit<Trial, 'result'> & {
  result: null | {
    present: { alerts: number }
    removed: { homeId: string; kind: string; raisedAt: string }[]
    added: { kind: string; raisedAt: string }[]
  }
}

const rules = (hours: number) => ({
  'inactivity.personal': { enabled: false },
  'inactivity.water_volume': { enabled: false },
  'inactivity.electricity_flat': { enabled: false },
  'inactivity.water_none': { enabled: true, hours },
})

/** Five litres in each waking hour; on the second last day nobody gets up. */
const litresIn = (hour: number): number => {
  const [day, hourOfDay] = [Math.floor(hour / 24), hour % 24]
  return hourOfDay >= 7 && hourOfDay < 22 && day !== DAYS - 2 ? 5 : 0
}
const DAYS = 9
const EVERY_STATE = 'state=open,acknowledged,recovered,resolved'

it('before a setting holds, the desk sees what it would have said of the days that were', async () => {
  const story = await StoryService.start('2026-11-01T00:00:00+08:00')
  await story.call('PUT', '/rules', { version: 1, ...rules(14) })
  const home = await story.home('王秀英')
  const send = await story.connect(home, home.devices.water)
  let litres = 1_000
  for (let hour = 0; hour < DAYS * 24; hour += 1) {
    await story.pass(HOUR_MS)
    litres += litresIn(hour)
    await send({ ts: iso(story.civil.now()), water_total_m3: litres / 1_000 })
  }
  await story.service.settled()
  const before = await story.alerts(EVERY_STATE)
  const said = before.filter(({ kind }) => kind === 'inactivity.water_none')
  expect(said).toHaveLength(1)

  const begun = await story.call<TrialView>('POST', '/rules/trials', {
    settings: rules(48),
    homeIds: [home.id],
    days: 8,
  })
  let trial = begun
  while (trial.result === null && trial.state !== 'failed')
    trial = await story.call<TrialView>('GET', `/rules/trials/${begun.id}`)
  // What is taken away is the alert that was, at the instant at which it was raised.
  expect(trial.result?.removed.filter(({ kind }) => kind.startsWith('inactivity.'))).toMatchObject([
    { homeId: home.id, kind: 'inactivity.water_none', raisedAt: said[0]?.openedAt },
  ])
  expect(trial.result?.added).toEqual([])
  // And nothing came of it: no alert was opened or closed.
  expect(await story.alerts(EVERY_STATE)).toEqual(before)
})
