import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Reading } from '../../contracts/reading.ts'
import { type EpochMs, HOUR_MS } from '../../contracts/time.ts'
import { at, device, hours, only, reading, Story } from './story.ts'

const start = at('03-01 00:00')
const LEARNED_DAYS = 45
const end = start + LEARNED_DAYS * hours(24)
const CAP_HOURS = 20
const settings = only({ 'inactivity.personal': { budgetPer30Days: 0.2, capHours: CAP_HOURS } })
const meters = [device('water', 'water', 3_600), device('power', 'electricity', 3_600)]

/** The same number from 0 to 1 for the same hour, as if thrown by dice. */
const dice = (hour: number, salt: number): number => {
  const x = Math.sin(hour * 12.9898 + salt * 78.233) * 43_758.5453
  return x - Math.floor(x)
}

const hourOf = (index: number): number => index % 24

/** Litres in an hour of a day that is lived. */
function litresIn(index: number): number {
  const hour = hourOf(index)
  if (hour === 7 || hour === 21) return 8
  return hour > 7 && hour < 21 && dice(index, 1) < 0.55 ? 6 : 0
}

/** A fridge that is never quite even, and a timer at three in the night. */
const houseWatts = (index: number): number => 45 + 14 * dice(index, 2) + (hourOf(index) === 3 ? 300 : 0)

const lamp = (index: number): number => (hourOf(index) >= 18 && hourOf(index) < 22 ? 110 : 0)

/** Lamp and television from dusk to bed, and a kettle now and then by day. */
function personWatts(index: number): number {
  const hour = hourOf(index)
  return lamp(index) + (hour >= 8 && hour < 17 && dice(index, 3) < 0.3 ? 190 : 0)
}

interface Life {
  litres(index: number): number
  watts(index: number): number
  lost?(index: number): boolean
}

const lived: Life = { litres: litresIn, watts: (index) => houseWatts(index) + personWatts(index) }

/** The hourly reports of both registers from one instant to another, as a life goes. */
function reports(life: Life, from: EpochMs, to: EpochMs): { water: Reading[]; power: Reading[] } {
  let [litres, wattHours] = [0, 0]
  const sent: { water: Reading[]; power: Reading[] } = { water: [], power: [] }
  for (let index = 0; start + index * HOUR_MS < to; index++) {
    litres += life.litres(index)
    wattHours += life.watts(index)
    const time = start + (index + 1) * HOUR_MS
    if (time <= from || time > to) continue
    sent.water.push(reading('water', 'water', time, { water_total_m3: litres / 1_000 }))
    if (life.lost?.(index)) continue
    sent.power.push(reading('power', 'electricity', time, { energy_import_kwh: wattHours / 1_000 }))
  }
  return sent
}

function go(story: Story, life: Life, from: EpochMs, to: EpochMs): void {
  const { water, power } = reports(life, from, to)
  for (const one of [...power, ...water].sort((a, b) => a.measuredAt - b.measuredAt)) story.hear(one)
}

/** After 45 ordinary days nothing is used from an hour of the next day on; `watts` says what electricity does then. */
function quietFrom(hour: number, watts: (index: number) => number, lost?: Life['lost']): Life {
  const first = LEARNED_DAYS * 24 + hour
  const last = (index: number) => index === first - 1 || index === first - 2
  return {
    litres: (index) => (index >= first ? 0 : last(index) ? 6 : litresIn(index)),
    watts: (index) =>
      index >= first ? watts(index) : last(index) ? houseWatts(index) + lamp(index) : lived.watts(index),
    ...(lost === undefined ? {} : { lost: (index) => index >= first && lost(index) }),
  }
}

const learned = (() => {
  const story = new Story(start, settings, meters)
  go(story, lived, start, end)
  return story
})()

function afterLearning(): Story {
  const story = new Story(start, settings, meters)
  story.state = learned.state
  story.deadline = learned.deadline
  story.now = learned.now
  return story
}

/** Hours from the last water to the alert, and what it said. */
function rings(life: Life, until = 40) {
  const story = afterLearning()
  go(story, life, end, end + hours(until))
  const finding = story.findings.find(({ phase }) => phase === 'raised')
  if (finding === undefined) throw new Error('nothing was said')
  const electricity = finding.evidence.data.electricity as Record<string, unknown> | undefined
  return { after: (finding.raisedAt - finding.since) / HOUR_MS, finding, electricity, story }
}

const kettle = (index: number, ...atHours: number[]): number =>
  houseWatts(index) + (atHours.includes(index - LEARNED_DAYS * 24) ? 220 : 0)

describe('a home with both meters', () => {
  it('says nothing on ordinary days', () => {
    expect(learned.said).toEqual([])
  })

  it('is not deceived by the fridge and the timer: they postpone nothing', () => {
    const { electricity } = rings(quietFrom(22, houseWatts))
    expect(electricity?.movedHours).toBeLessThanOrEqual(0)
  })

  it('waits longer after a kettle, and says why', () => {
    const without = rings(quietFrom(10, houseWatts))
    const { after, finding } = rings(quietFrom(10, (index) => kettle(index, 14)))
    expect(after).toBeGreaterThan(without.after)
    expect(finding.evidence.sentence.en).toMatch(/power rose by \d+ W between 14:00 and 15:00/)
    expect(finding.evidence.sentence.zh).toContain('通常是有人在活动')
  })

  it('never waits beyond the cap on hours without water, whatever the kettle does', () => {
    const { after } = rings(
      quietFrom(10, (index) => kettle(index, 12, 14, 16, 19, 22, 25, 28, 31, 33, 35, 37)),
    )
    expect(after).toBeLessThanOrEqual(CAP_HOURS + 1)
  })

  it('is not put off by lamp and television that burn on after a fall', () => {
    const dark = rings(quietFrom(20, houseWatts))
    const lit = rings(quietFrom(20, (index) => houseWatts(index) + 110))
    expect(lit.after).toBeLessThanOrEqual(dark.after)
    expect(lit.electricity?.movedHours).toBeLessThanOrEqual(0)
  })

  it('goes by water alone where the electricity meter was lost, and says what it does not know', () => {
    const { electricity, after, finding } = rings(quietFrom(10, houseWatts, () => true))
    expect(electricity?.movedHours).toBe(0)
    expect(after).toBeCloseTo(Number(electricity?.hoursByWaterAlone), 0)
    expect(finding.evidence.sentence.en).toContain('the electricity meter was not heard since')
  })

  it('takes its alert back when late readings of electricity disprove it', () => {
    const life = quietFrom(10, (index) => kettle(index, 13, 15) + lamp(index))
    const without = rings(quietFrom(10, houseWatts, () => true)).after
    const story = afterLearning()
    const { water, power } = reports(life, end, end + hours(10 + Math.ceil(without) + 1))
    const late = power.filter(({ measuredAt }) => measuredAt > end + hours(11))
    for (const one of [...power.filter((one) => !late.includes(one)), ...water].sort(
      (a, b) => a.measuredAt - b.measuredAt,
    ))
      story.hear(one)
    expect(story.said).toEqual(['raised inactivity.personal'])
    const last = late.at(-1)
    if (last === undefined) throw new Error('none came late')
    story.hear({ ...last, receivedAt: story.now })
    for (const one of late.slice(0, -1)) story.hear({ ...one, receivedAt: story.now })
    expect(story.said.at(-1)).toBe('cleared inactivity.personal')
    expect(story.findings.at(-1)?.evidence.sentence.zh).toContain('迟到的用电读数')
    expect(story.findings.at(-1)?.evidence.data.disprovedByLateReadings).toBe(true)
  })

  it('rings with the delay stated when late readings of electricity prove it', () => {
    // By water alone there is time yet; that nobody switched anything on all evening was on its way.
    const dark = quietFrom(17, houseWatts)
    const [prompt, without] = [rings(dark).after, rings(quietFrom(17, houseWatts, () => true)).after]
    const wait = Math.ceil(without) - 1
    expect(wait).toBeGreaterThan(prompt)
    const story = afterLearning()
    const { water, power } = reports(dark, end, end + hours(17 + wait))
    const late = power.filter(({ measuredAt }) => measuredAt > end + hours(18))
    const onTime = power.filter((one) => !late.includes(one))
    for (const one of [...onTime, ...water].sort((a, b) => a.measuredAt - b.measuredAt)) story.hear(one)
    expect(story.said).toEqual([])
    for (const one of late) story.hear({ ...one, receivedAt: story.now })
    const [finding] = story.of('raised')
    expect(finding?.raisedAt).toBe(end + hours(17 + wait))
    expect(finding?.evidence.data.delayMs).toBeCloseTo(hours(wait - prompt), -6)
    expect(finding?.evidence.sentence.zh).toContain('读数迟到')
  })

  it('is remembered in less than 2 KB', () => {
    expect(JSON.stringify(learned.state.personal).length).toBeLessThan(2_048)
  })
})

describe('a home of which only electricity tells', () => {
  const alone = [device('power', 'electricity', 3_600)]
  const busy: Life = {
    litres: () => 0,
    watts: (index) =>
      houseWatts(index) +
      (hourOf(index) >= 6 && hourOf(index) < 24 && dice(7 * Math.floor(index / 2) + 3, 4.7) < 0.5 ? 110 : 0),
  }
  const first = 80 * 24 + 10
  const fallen = start + hours(first)
  const hearPower = (story: Story, life: Life, from: EpochMs, to: EpochMs): void => {
    for (const one of reports(life, from, to).power) story.hear(one)
  }
  const learnedAlone = (): Story => {
    const story = new Story(start, only({ 'inactivity.personal': { budgetPer30Days: 1 } }), alone)
    hearPower(story, busy, start, fallen)
    return story
  }

  it('is judged by what only people switch, and says how little that is', () => {
    const story = learnedAlone()
    const before = story.said.length
    hearPower(
      story,
      { ...busy, watts: (i) => (i < first ? busy.watts(i) : houseWatts(i)) },
      fallen,
      fallen + hours(30),
    )
    const finding = story.findings.slice(before).find(({ phase }) => phase === 'raised')
    expect(((finding?.raisedAt ?? 0) - fallen) / HOUR_MS).toBeLessThanOrEqual(CAP_HOURS + 1)
    expect(finding?.evidence.sentence.en).toContain('judged by electricity alone')
    expect(finding?.evidence.sentence.zh).toContain('仅凭用电判断')
  })

  it('rings though the timer of the night goes on, and light burns', () => {
    const story = learnedAlone()
    const before = story.said.length
    hearPower(
      story,
      { ...busy, watts: (i) => (i < first ? busy.watts(i) : houseWatts(i) + 110) },
      fallen,
      fallen + hours(30),
    )
    expect(story.said.slice(before)).toContain('raised inactivity.personal')
  })
})

describe('whatever electricity does', () => {
  it('the alert comes by the cap on hours without water', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 23 }),
        fc.array(fc.integer({ min: 0, max: 2_500 }), { minLength: 48, maxLength: 48 }),
        (hour, watts) => {
          const life = quietFrom(hour, (index) => 50 + (watts[(index - LEARNED_DAYS * 24) % 48] ?? 0))
          expect(rings(life, 48).after).toBeLessThanOrEqual(CAP_HOURS + 1)
        },
      ),
      { numRuns: 40 },
    )
  })

  it('lost reports are never taken for somebody', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 17 }),
        fc.array(fc.boolean(), { minLength: 48, maxLength: 48 }),
        (hour, lost) => {
          const life = quietFrom(hour, houseWatts, (index) => lost[(index - LEARNED_DAYS * 24) % 48] ?? false)
          const { electricity } = rings(life, 48)
          expect(electricity?.movedHours ?? 0).toBeLessThanOrEqual(0)
        },
      ),
      { numRuns: 40 },
    )
  })
})
