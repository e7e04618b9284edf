import { describe, expect, it } from 'vitest'
import type { AlertId, HomeId } from '../../contracts/ids.ts'
import { HOUR_MS, MINUTE_MS, SECOND_MS } from '../../contracts/time.ts'
import { StoryService } from '../support/service.ts'
import { onlyRules, StoryPlace } from '../support/story-place.ts'

const START = '2026-03-01T23:00:00Z' // seven in the morning in Shanghai
const rules = (waitMinutes: number) =>
  onlyRules({ 'inactivity.water_none': { hours: 6 }, checkIn: { waitMinutes } })
const PATIENT = rules(180)
const HASTY = rules(30)

interface Question {
  homeId: HomeId
  alertId: AlertId
}

/** A phone that rings; what is asked can be waited for. */
function phone(story: StoryService) {
  const asked: Question[] = []
  const waiting: ((question: Question) => void)[] = []
  story.ask = async (homeId, alertId) => {
    asked.push({ homeId, alertId })
    for (const tell of waiting.splice(0)) tell({ homeId, alertId })
  }
  const next = () =>
    asked[0] ? Promise.resolve(asked[0]) : new Promise<Question>((tell) => waiting.push(tell))
  return { asked, next }
}

/** The outbox has written down its so-manieth attempt, or is done with it. */
async function attempted(story: StoryService, attempts: number): Promise<void> {
  for (;;) {
    const [item] = await story.service.state.outbox.due(Number.MAX_SAFE_INTEGER, 1)
    if (item === undefined || item.attempts >= attempts) return
    await new Promise((next) => setImmediate(next))
  }
}

const first = (n: number) => n === 0
const KIND = 'inactivity.water_none'

/** Three homes; from nine in the morning on nothing is used in the first, which is remarked soon after two. */
async function quietMorning(settings = PATIENT, number?: string) {
  const story = await StoryService.start(START)
  const { asked, next } = phone(story)
  const place = await StoryPlace.found(story, 3, settings, number)
  await place.live(2)
  return { story, place, asked, next }
}

describe('a resident is asked before anybody is sent', () => {
  it('answers that all is well: nobody was disturbed, and the quiet clock starts again', async () => {
    const { story, place, asked, next } = await quietMorning()
    await place.live(6, { dry: first })
    const { homeId, alertId } = await next()
    expect(homeId).toBe('home-0')
    expect(await place.states(KIND)).toEqual(['home-0 suspected'])
    expect(await story.alerts()).toEqual([])
    await story.service.answer(homeId, alertId, 'well')
    expect(await place.states(KIND)).toEqual(['home-0 resolved'])
    expect(await place.timeline(alertId)).toEqual(['asked', 'answered', 'recovered'])
    const answeredAt = story.civil.now()
    await place.live(5, { dry: first })
    expect(await place.states(KIND)).toEqual(['home-0 resolved'])
    await place.live(2, { dry: first })
    expect(await place.states(KIND)).toEqual(['home-0 resolved', 'home-0 suspected'])
    const again = (await place.alerts()).find((alert) => alert.state === 'suspected')
    expect(again?.since).toBe(answeredAt)
    expect(again?.evidence.sentence.en).toMatch(/the resident said at 15:00 that all was well/)
    expect(again?.evidence.data).not.toHaveProperty('delayMs')
    expect(asked.length).toBeLessThanOrEqual(2)
  })

  it('is not asked again about the same quiet when the home is learned anew', async () => {
    const { story, place, next } = await quietMorning()
    await place.live(6, { dry: first })
    const { homeId, alertId } = await next()
    await story.service.answer(homeId, alertId, 'well')
    await place.live(2, { dry: first })
    await story.call('POST', `/homes/${homeId}/relearn`)
    await story.service.relearned()
    expect(await story.service.metricsText()).toMatch(/shouwang_rules_relearned_memories_total 1/)
    await place.live(2, { dry: first })
    expect(await place.states(KIND)).toEqual(['home-0 resolved'])
    await place.live(3, { dry: first })
    expect(await place.states(KIND)).toEqual(['home-0 resolved', 'home-0 suspected'])
  })

  it('does not answer: half an hour later the alert opens, and says so', async () => {
    const { place } = await quietMorning(HASTY)
    await place.live(6, { dry: first })
    const [alert] = await place.alerts()
    if (!alert) throw new Error('no alert')
    expect(alert).toMatchObject({ state: 'open', severity: 'P2', waitUntil: null })
    expect(await place.timeline(alert.id)).toEqual(['asked', 'unanswered'])
    const [asked, opened] = await place.story.service.state.alerts.timeline(alert.id)
    expect((opened?.at ?? 0) - (asked?.at ?? 0)).toBe(30 * MINUTE_MS)
    expect(alert.openedAt).toBe(opened?.at)
  })

  it('uses water meanwhile: the question is settled, and nobody asks any more', async () => {
    const { place, next } = await quietMorning()
    await place.live(6, { dry: first })
    const { alertId } = await next()
    await place.live(1)
    expect(await place.states(KIND)).toEqual(['home-0 resolved'])
    expect(await place.timeline(alertId)).toEqual(['asked', 'recovered'])
  })

  it('calls for help: that rings as danger to life, and again if somebody had closed it', async () => {
    const { story, place, next } = await quietMorning()
    await place.live(6, { dry: first })
    const { homeId, alertId } = await next()
    await story.service.answer(homeId, alertId, 'help')
    expect(await story.alerts()).toMatchObject([{ id: alertId, state: 'open', severity: 'P1' }])
    await story.call('POST', `/alerts/${alertId}/resolve`, { note: '误按' })
    await story.service.answer(homeId, alertId, 'help')
    expect(await story.alerts()).toMatchObject([{ id: alertId, state: 'open', severity: 'P1' }])
  })

  it('answers late: the alert recovers, and somebody still confirms', async () => {
    const { story, place } = await quietMorning(HASTY)
    await place.live(6, { dry: first })
    const [alert] = await place.alerts()
    const alertId = alert?.id as AlertId
    await story.service.answer('home-0' as HomeId, alertId, 'well')
    expect(await place.states(KIND)).toEqual(['home-0 recovered'])
    expect(await place.timeline(alertId)).toEqual(['asked', 'unanswered', 'answered', 'recovered'])
  })

  it('cannot be reached: after the third try the alert opens at once, with the reason', async () => {
    const { story, place } = await quietMorning()
    let tries = 0
    story.ask = async () => {
      tries += 1
      throw new Error('number not in service')
    }
    await place.live(6, { dry: first })
    for (let attempt = 1; attempt <= 3; attempt++) {
      await attempted(story, attempt)
      // Retries are due by civil time, which stands still here.
      story.civil.pass(10 * SECOND_MS)
    }
    expect(tries).toBe(3)
    await place.story.service.pipeline.caughtUp()
    const [alert] = await place.alerts()
    const lines = await story.service.state.alerts.timeline(alert?.id as AlertId)
    expect(lines.map((line) => line.event)).toEqual(['asked', 'ask_failed'])
    expect(lines[1]?.evidence?.sentence.zh).toBe('无法联系本人（number not in service）')
    expect((alert?.openedAt ?? 0) - (lines[0]?.at ?? 0)).toBeLessThan(2 * HOUR_MS)
  })

  it('is asked once, and waited for through a restart', async () => {
    const { story, place, asked, next } = await quietMorning()
    await place.live(6, { dry: first })
    const { homeId, alertId } = await next()
    await story.away(30_000)
    expect(await place.states(KIND)).toEqual(['home-0 suspected'])
    await place.live(3, { dry: first })
    expect(await place.states(KIND)).toEqual(['home-0 open'])
    expect(await place.timeline(alertId)).toEqual(['asked', 'unanswered'])
    expect(asked).toEqual([{ homeId, alertId }])
  })

  it('is not asked where there is no phone', async () => {
    const { place, asked } = await quietMorning(PATIENT, ' ')
    await place.live(6, { dry: first })
    expect(await place.states(KIND)).toEqual(['home-0 open'])
    expect(asked).toEqual([])
  })

  it('is not asked about smoke, which rings at once, also where they are being asked about their quiet', async () => {
    const { place, asked, next } = await quietMorning()
    await place.live(6, { dry: first })
    const question = await next()
    for (const home of [0, 1]) await place.send(home, 'smoke', { smoke: true })
    expect(await place.states('smoke.alarm')).toEqual(['home-0 open', 'home-1 open'])
    expect(await place.states(KIND)).toEqual(['home-0 suspected'])
    expect(asked).toEqual([question])
  })

  it('an answer to a question of another home changes nothing', async () => {
    const { story, place, next } = await quietMorning()
    await place.live(6, { dry: first })
    const { alertId } = await next()
    await expect(story.service.answer('home-1' as HomeId, alertId, 'well')).rejects.toMatchObject({
      code: 'not_found',
    })
    expect(await place.states(KIND)).toEqual(['home-0 suspected'])
  })

  it('somebody at the desk takes it on before the answer: it waits for nobody', async () => {
    const { story, place, next } = await quietMorning()
    await place.live(6, { dry: first })
    const { alertId } = await next()
    await story.call('POST', `/alerts/${alertId}/acknowledge`, {})
    expect(await place.states(KIND)).toEqual(['home-0 acknowledged'])
    await place.live(4, { dry: first })
    // Not because nobody answered, but because nothing more was heard of whoever took it on.
    expect(await place.timeline(alertId)).toEqual(['asked', 'acknowledged', 'progress_overdue'])
  })
})
