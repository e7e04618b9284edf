import { describe, expect, it } from 'vitest'
import type { Reading } from '../../contracts/reading.ts'
import type { EpochMs } from '../../contracts/time.ts'
import { whyNot } from '../../rules/why-not.ts'
import { at, device, hours, only, reading, Story } from './story.ts'

const start = at('03-01 00:00')
const meter = [device('power', 'electricity', 3_600)]
const settings = only({ 'inactivity.personal': { budgetPer30Days: 1 } })
const learnedHours = 80 * 24 + 20
const learned = start + hours(learnedHours)
const sinceOf = (story: Story): EpochMs => {
  const since = story.of('raised').at(-1)?.evidence.data.since
  if (typeof since !== 'string') throw new Error('nothing was raised')
  return Date.parse(since)
}

/** The same number from 0 to 1 for the same hour, as if thrown by dice. */
const dice = (hour: number, salt: number): number => {
  const x = Math.sin(hour * 12.9898 + salt * 78.233) * 43_758.5453
  return x - Math.floor(x)
}
const house = (index: number): number => 45 + 14 * dice(index, 2)
/** Lamps for two hours now and then, by day and evening. */
const lived = (index: number): number =>
  house(index) + (index % 24 >= 6 && dice(7 * Math.floor(index / 2) + 3, 4.7) < 0.5 ? 110 : 0)

/** Hourly reports of hours `from` to `to` of a life, but for those that are lost. */
function hear(
  story: Story,
  watts: (index: number) => number,
  [from, to]: [number, number],
  lost: (index: number) => boolean = () => false,
): void {
  let wattHours = 0
  for (let index = 0; index < to; index++) {
    wattHours += watts(index)
    if (index >= from && !lost(index)) story.hear(report(start + hours(index + 1), wattHours))
  }
}
const report = (time: EpochMs, wattHours: number): Reading =>
  reading('power', 'electricity', time, { energy_import_kwh: wattHours / 1_000 })

/** After 80 ordinary days, with the present day lived until 20:00. */
function learnedHome(): Story {
  const story = new Story(start, settings, meter)
  hear(story, lived, [0, learnedHours])
  story.findings.length = 0
  return story
}
const during = (from: number, to: number) => (index: number) =>
  index >= learnedHours + from && index < learnedHours + to

describe('a home of which only electricity tells', () => {
  it('is quiet since its last sign of somebody, however long ago, not since it became known', () => {
    const story = learnedHome()
    const away = { from: learned, to: learned + hours(60), source: 'planned' as const }
    story.circumstances = { away: [away] }
    const nobody = during(0, 120)
    hear(story, (i) => (nobody(i) ? house(i) : lived(i)), [learnedHours, learnedHours + 120])
    expect(sinceOf(story)).toBeGreaterThan(learned - hours(24))
  })

  it('does not ring for the days of which no report came, and rings for the quiet after them', () => {
    const story = learnedHome()
    const nobody = during(70, 140)
    const life = (i: number): number => (nobody(i) ? house(i) : lived(i))
    hear(story, life, [learnedHours, learnedHours + 52], during(0, 48))
    expect(story.said).toEqual([])
    hear(story, life, [learnedHours + 52, learnedHours + 120])
    expect(story.said.at(-1)).toBe('raised inactivity.personal')
    expect(sinceOf(story)).toBeGreaterThanOrEqual(learned + hours(47))
  })

  it('does not take a cut of supply for somebody who does not act', () => {
    const story = learnedHome()
    const cut = during(0, 40)
    const life = (i: number): number => (cut(i) ? 0 : lived(i))
    hear(story, life, [learnedHours, learnedHours + 44])
    expect(story.said).toEqual([])
  })

  it('is not known to be well because the supply was cut, or its reports were lost', () => {
    const story = learnedHome()
    const [nobody, cut, lost] = [during(0, 80), during(30, 40), during(50, 60)]
    const life = (i: number): number => (cut(i) ? 0 : nobody(i) ? house(i) : lived(i))
    hear(story, life, [learnedHours, learnedHours + 80], lost)
    expect(story.said).toEqual(['raised inactivity.personal'])
  })

  it('says that electricity alone does not show people well enough, where it does not', () => {
    const story = new Story(start, settings, meter)
    hear(story, house, [0, 24 * 30])
    const line = whyNot(story.state, story.now, story.context).find(
      (one) => one.kind === 'inactivity.personal',
    )
    expect(line?.data).toEqual({ reason: 'electricity_alone' })
    expect(line?.sentence.en).toContain('nobody watches')
    const lost = whyNot(story.state, story.now + hours(30), story.context)
    expect(lost.find((one) => one.kind === 'inactivity.personal')?.data).toMatchObject({
      reason: 'not_heard',
    })
  })
})
