import { describe, expect, it } from 'vitest'
import type { Roster } from '../../contracts/duty.ts'
import { JurisdictionId, PersonId } from '../../contracts/ids.ts'
import { HOUR_MS, iso } from '../../contracts/time.ts'
import { onDutyAt, rosterAt, stretches } from '../../dispatch/roster.ts'

const person = (name: string) => PersonId.parse(name)
const STATION = JurisdictionId.parse('station')
const everyDay = [1, 2, 3, 4, 5, 6, 7]
const at = (text: string): number => Date.parse(text)

/** Day and night, changing at eight in the morning and in the evening. */
const aRoster = (change: Partial<Roster> = {}): Roster => ({
  jurisdictionId: STATION,
  version: 1,
  zone: 'Asia/Shanghai',
  from: '2026-03-01',
  to: '2026-12-31',
  shifts: [
    {
      name: '白班',
      startMinute: 480,
      durationMinutes: 720,
      weekdays: everyDay,
      crews: [
        { primary: person('li'), backup: person('zhou') },
        { primary: person('wu'), backup: person('zheng') },
      ],
      turnDays: 1,
      turnsFrom: '2026-03-01',
    },
    {
      name: '夜班',
      startMinute: 1_200,
      durationMinutes: 720,
      weekdays: everyDay,
      crews: [{ primary: person('wang'), backup: null }],
      turnDays: 1,
      turnsFrom: '2026-03-01',
    },
  ],
  overrides: [],
  publishedAt: 0,
  ...change,
})

const primaryAt = (roster: Roster, text: string) => onDutyAt(roster, at(text))?.primary

describe('who is on duty', () => {
  it('changes at eight by the wall clock of the station, not a millisecond before', () => {
    const roster = aRoster()
    expect(primaryAt(roster, '2026-03-02T07:59:59.999+08:00')).toBe('wang')
    expect(primaryAt(roster, '2026-03-02T08:00:00+08:00')).toBe('wu')
  })

  it('crews take turns, counted from the first day', () => {
    const roster = aRoster()
    const days = ['01', '02', '03', '04'].map((day) => primaryAt(roster, `2026-03-${day}T12:00:00+08:00`))
    expect(days).toEqual(['li', 'wu', 'li', 'wu'])
  })

  it('two who swap are two overrides, and end when they end', () => {
    const [from, to] = [at('2026-03-02T12:00:00+08:00'), at('2026-03-02T14:00:00+08:00')]
    const roster = aRoster({ overrides: [{ from, to, duty: 'primary', personId: person('chen') }] })
    const shift = stretches(roster, at('2026-03-02T08:00:00+08:00'), at('2026-03-02T20:00:00+08:00'))
    expect(shift.map(({ primary, from }) => [primary, iso(from)])).toEqual([
      ['wu', '2026-03-02T00:00:00.000Z'],
      ['chen', '2026-03-02T04:00:00.000Z'],
      ['wu', '2026-03-02T06:00:00.000Z'],
    ])
  })

  it('nobody is before the first day, and the last night ends the morning after the last', () => {
    const roster = aRoster()
    expect(primaryAt(roster, '2026-03-01T07:00:00+08:00')).toBeUndefined()
    expect(primaryAt(roster, '2027-01-01T07:59:00+08:00')).toBe('wang')
    expect(primaryAt(roster, '2027-01-01T08:00:00+08:00')).toBeUndefined()
  })

  it('a new version counts from its first day on; until then the old one does', () => {
    const next = aRoster({ version: 2, from: '2026-04-01' })
    const both = [aRoster(), next]
    expect(rosterAt(both, STATION, at('2026-03-31T12:00:00+08:00'))?.version).toBe(1)
    expect(rosterAt(both, STATION, at('2026-04-01T12:00:00+08:00'))?.version).toBe(2)
    expect(rosterAt(both, STATION, at('2026-04-01T12:00:00+08:00'), 1)?.version).toBe(1)
  })
})

describe('where the clocks change (Berlin)', () => {
  const berlin = aRoster({ zone: 'Europe/Berlin' })

  it('the night in March is an hour shorter, and leaves no gap', () => {
    const night = stretches(berlin, at('2026-03-28T12:00:00+01:00'), at('2026-03-29T12:00:00+02:00'))
    expect(night.map(({ shift, from, to }) => [shift, (to - from) / HOUR_MS])).toEqual([
      ['白班', 8],
      ['夜班', 11],
      ['白班', 4],
    ])
    expect(night[1]?.to).toBe(at('2026-03-29T08:00:00+02:00'))
  })

  it('the night in October is an hour longer, and nobody is on duty twice', () => {
    const night = stretches(berlin, at('2026-10-24T12:00:00+02:00'), at('2026-10-25T12:00:00+01:00'))
    expect(night.map(({ shift, from, to }) => [shift, (to - from) / HOUR_MS])).toEqual([
      ['白班', 8],
      ['夜班', 13],
      ['白班', 4],
    ])
    for (const [n, one] of night.entries()) if (n > 0) expect(one.from).toBe(night[n - 1]?.to)
  })

  it('a shift that begins in the hour that does not exist begins when the clocks have leapt', () => {
    const shift = { ...(berlin.shifts[0] as Roster['shifts'][number]), startMinute: 150 }
    const roster = aRoster({ zone: 'Europe/Berlin', shifts: [{ ...shift, durationMinutes: 1_440 }] })
    const [from] = [at('2026-03-29T03:30:00+02:00')]
    expect(onDutyAt(roster, from)?.shiftFrom).toBe(from)
    expect(onDutyAt(roster, from - 1)?.to).toBe(from)
  })
})
