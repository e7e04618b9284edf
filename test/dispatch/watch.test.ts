import { describe, expect, it } from 'vitest'
import type { Roster } from '../../contracts/duty.ts'
import { JurisdictionId, PersonId } from '../../contracts/ids.ts'
import { iso } from '../../contracts/time.ts'
import { defaultPolicy } from '../../dispatch/policy.ts'
import { newWatch, stepWatch } from '../../dispatch/watch.ts'
import { roster } from '../store/state-samples.ts'

const EAST = JurisdictionId.parse('east')
const at = (text: string): number => Date.parse(text)
/** Around the clock from `startMinute` of the day, by one person. */
const by = (name: string, version: number, startMinute: number, over: Partial<Roster>) => {
  const [shift] = roster('east', version).shifts
  if (!shift) throw new Error('no shift')
  const crews = [{ primary: PersonId.parse(name), backup: null }]
  return roster('east', version, { shifts: [{ ...shift, startMinute, crews }], ...over })
}
const context = (...rosters: Roster[]) => ({
  rosters,
  policy: defaultPolicy,
  canAnswer: () => true,
  serves: () => true,
})

describe('a roster that takes over in the middle of a shift of the one before', () => {
  it('whoever comes on duty with it is asked to answer at that very time, not when the old shift would have ended', () => {
    // From eight in the morning; from April on from midnight.
    const both = context(by('li', 1, 480, {}), by('wang', 2, 0, { from: '2026-04-01' }))
    const evening = stepWatch(newWatch(EAST), { type: 'deadline' }, at('2026-03-31T20:00:00+08:00'), both)
    const asked = (pages: { recipient: string }[]) => pages.map(({ recipient }) => recipient)
    expect(asked(evening.pages)).toEqual(['person:li'])
    const answered = { type: 'answered', key: evening.pages[0]?.key ?? '' } as const
    const reached = stepWatch(evening.watch, answered, at('2026-03-31T20:01:00+08:00'), both)
    expect(iso(reached.deadline ?? 0)).toBe('2026-03-31T16:00:00.000Z')
    const midnight = stepWatch(reached.watch, { type: 'deadline' }, reached.deadline ?? 0, both)
    expect(asked(midnight.pages)).toEqual(['person:wang'])
  })

  it('and where it ends before its last shift does, the older one is watched again from then on', () => {
    const both = context(by('li', 1, 480, {}), by('wang', 2, 480, { from: '2026-04-01', to: '2026-04-01' }))
    const during = stepWatch(newWatch(EAST), { type: 'deadline' }, at('2026-04-01T20:00:00+08:00'), both)
    expect(during.pages.map(({ recipient }) => recipient)).toEqual(['person:wang'])
    const after = stepWatch(during.watch, { type: 'deadline' }, at('2026-04-02T08:00:00+08:00'), both)
    expect(after.pages.map(({ recipient }) => recipient)).toEqual(['person:li'])
    expect(after.findings.filter(({ kind }) => kind === 'duty.gap')).toEqual([])
  })

  it('a version that is published ahead and begins where nothing else does ends the gap before it', () => {
    const ahead = context(by('wang', 1, 480, { from: '2026-04-01' }))
    const gap = stepWatch(newWatch(EAST), { type: 'gap' }, at('2026-03-31T20:00:00+08:00'), ahead)
    expect(gap.findings).toMatchObject([{ kind: 'duty.gap', phase: 'raised' }])
    expect(iso(gap.deadline ?? 0)).toBe('2026-04-01T00:00:00.000Z')
    const there = stepWatch(gap.watch, { type: 'deadline' }, gap.deadline ?? 0, ahead)
    expect(there.findings).toMatchObject([{ kind: 'duty.gap', phase: 'cleared' }])
  })
})
