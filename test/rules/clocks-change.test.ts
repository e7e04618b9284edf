import { describe, expect, it } from 'vitest'
import { instantOf, localDay } from '../../rules/local-time.ts'
import { device, hours, only, register, Story } from './story.ts'

const ZONE = 'Europe/Berlin'
const settings = only({ 'routine.late_rising': {}, 'inactivity.personal': {} })
/** Up at half past six by the clock on the wall, to bed at ten, whatever the sun does. */
const USES: [hour: number, litres: number][] = [
  [6.5, 12],
  [9.5, 8],
  [12.5, 15],
  [15.5, 6],
  [18.5, 20],
  [21.75, 10],
]

/** Lives by the wall clock from `from` to `to` (dates); on `inBed` nobody gets up before noon. */
function lives(from: string, to: string, inBed: string | null = null) {
  const dayOf = (date: string) => localDay(ZONE, Date.parse(`${date}T12:00:00Z`))
  const [first, last] = [dayOf(from), dayOf(to)]
  const uses: [at: number, litres: number][] = []
  for (let day = first; day <= last; day++)
    for (const [hour, litres] of USES)
      if (inBed === null || day !== dayOf(inBed) || hour > 12) uses.push([instantOf(ZONE, day, hour), litres])
  const story = new Story(instantOf(ZONE, first, 0), settings, [device('water', 'water', 3_600)])
  story.event({ type: 'zone', zone: ZONE }, story.now)
  story.water(story.now, instantOf(ZONE, last + 1, 0), register(1_000, ...uses))
  return story
}

const wallClock = (at: number | undefined): string =>
  new Date(at ?? 0).toLocaleString('sv-SE', { timeZone: ZONE }).slice(0, 16)

describe('where clocks are put forward or back', () => {
  it('whoever goes on living by the clock on the wall is told of on no day', () => {
    expect(lives('2026-02-20', '2026-04-10').said).toEqual([])
    expect(lives('2026-09-20', '2026-11-10').said).toEqual([])
  })

  it('late is by the new hour from the first morning on, in spring and in autumn', () => {
    for (const [from, morning] of [
      ['2026-03-01', '2026-03-29'],
      ['2026-03-01', '2026-03-30'],
      ['2026-09-27', '2026-10-25'],
      ['2026-09-27', '2026-10-26'],
    ] as const) {
      const story = lives(from, morning, morning)
      expect(story.said[0]).toBe('raised routine.late_rising')
      expect(wallClock(story.findings[0]?.raisedAt)).toBe(`${morning} 08:00`)
      expect(story.findings[0]?.evidence.sentence.zh).toContain('07:00前已用水')
    }
  })

  it('a quiet is as long as it is: the hour that the night has more or less counts', () => {
    const spring = lives('2026-03-01', '2026-03-29', '2026-03-29').findings[0]
    const autumn = lives('2026-09-27', '2026-10-25', '2026-10-25').findings[0]
    const length = (finding: typeof spring) => (finding?.raisedAt ?? 0) - (finding?.since ?? 0)
    expect([length(spring), length(autumn)]).toEqual([hours(9), hours(11)])
  })

  it('what is learned stays at its hour of the day: the deadline of the personal rule does not slip', () => {
    const habits = (from: string, to: string) => lives(from, to).state.personal
    const start = (from: string, to: string) => habits(from, to)?.learned?.hour
    expect(start('2026-03-01', '2026-03-27')).toBe(22)
    expect(start('2026-03-01', '2026-03-31')).toBe(22)
    expect(start('2026-09-27', '2026-10-27')).toBe(22)
  })
})
