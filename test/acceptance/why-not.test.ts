import { expect, it } from 'vitest'
import { HOUR_MS, iso } from '../../contracts/time.ts'
import { watchedHome } from '../support/watched-home.ts'

interface Outlook {
  at: string
  replayed: boolean
  rules: { kind: string; status: string; at: string | null; sentence: { zh: string }; data: object }[]
  atBest: { bestHours: number; worstHours: number } | null
  learning: { days: number; of: number; learning: boolean } | null
}

const personal = { 'inactivity.personal': { enabled: true } }

it('anybody on duty can ask why nothing rings, now and as it was, and it rings when it was said to', async () => {
  const { story, home, live, inactive, resolveAll } = await watchedHome(personal)
  const ask = (at?: number) =>
    story.call<Outlook>('GET', `/homes/${home.id}/why-not${at === undefined ? '' : `?at=${iso(at)}`}`)
  const line = ({ rules }: Outlook, kind: string) => rules.find((rule) => rule.kind === kind)
  expect(line(await ask(), 'inactivity.personal')).toMatchObject({ status: 'cannot_see' })
  await live(24 * 7 + 21)
  await resolveAll()
  await live(3, false)
  await story.service.settled()
  const asked = story.civil.now()
  const now = await ask()
  const said = line(now, 'inactivity.personal')
  expect(said).toMatchObject({ status: 'would_speak', data: { if: 'nothing_used', learning: true } })
  expect(said?.sentence.zh).toContain('仍在学习该户习惯')
  expect(line(now, 'inactivity.water_volume')).toMatchObject({ status: 'off' })
  expect(now.learning).toMatchObject({ of: 21, learning: true })
  expect(now.atBest?.worstHours).toBeGreaterThan(now.atBest?.bestHours ?? 99)

  await live(24, false)
  const opened = (await inactive()).map(({ openedAt }) => openedAt)
  expect(opened).toContain(said?.at)
  expect(line(await ask(), 'inactivity.personal')).toMatchObject({ status: 'holds' })

  // The same question about the same instant, a day later: lived through again from the kept readings, under what held
  // then and not what somebody has changed since.
  await story.call('PUT', `/homes/${home.id}/settings`, { budgetPer30Days: 3, capHours: 8 })
  await story.service.settled()
  const then = await ask(asked)
  expect(then.replayed).toBe(true)
  expect(line(then, 'inactivity.personal')).toEqual(said)
  await expect(ask(story.civil.now() + HOUR_MS)).rejects.toThrow('bad_request')
})
