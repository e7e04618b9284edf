import { describe, expect, test } from 'vitest'
import type { Metric } from '../../console/src/api/types.ts'
import { draftOf, mappingOf, namedDraft } from '../../console/src/mapping/draft.ts'
import { unitsOf } from '../../console/src/mapping/units.ts'
import { SourceMapping } from '../../contracts/mapping.ts'
import { METRICS } from '../../contracts/metric.ts'

const fields = [
  { sourceId: 'm', name: 'total', said: 1_202 },
  { sourceId: 'm', name: 'Alarm', said: 1 },
  { sourceId: 'm', name: 'word', said: 'normal' },
]

const metrics = [...METRICS].map(([name, { form, unit }]) => ({ name, form, unit }) as Metric)

describe('the form of a mapping', () => {
  test('offers the own unit of every number first, and more of what sources count in', () => {
    for (const one of metrics) expect(unitsOf(one)[0]).toEqual([one.unit, 1])
    const counted = metrics.filter(({ form }) => form === 'register')
    for (const one of counted) expect(unitsOf(one).length).toBeGreaterThan(1)
  })

  test('leaves words as they stood where no message says of which type they are', () => {
    const kept = { zone: null, fields: { Alarm: { metric: 'smoke' as const, trueWhen: ['1', 2, true] } } }
    const [draft] = draftOf([], kept)
    if (draft === undefined) throw new Error('one name')
    const more = { ...draft, falseWhen: ['0'] }
    expect(mappingOf([more], null, metrics).fields).toEqual({
      Alarm: { metric: 'smoke', trueWhen: ['1', 2, true], falseWhen: [0] },
    })
    expect(mappingOf([namedDraft('new')], null, metrics).fields).toEqual({})
  })

  test('shows every name of the message, and those that were explained before', () => {
    const kept = {
      zone: null,
      fields: {
        total: { metric: 'water_total_m3' as const, factor: 0.01 },
        old: { metric: 'fault' as const },
      },
    }
    const drafts = draftOf(fields, kept)
    expect(drafts.map(({ name, metric, factor }) => [name, metric, factor])).toEqual([
      ['total', 'water_total_m3', 0.01],
      ['Alarm', null, 1],
      ['word', null, 1],
      ['old', 'fault', 1],
    ])
    expect(mappingOf(drafts, null, metrics)).toEqual(kept)
  })

  test('words have the type that the message has: 1 is a number where it says numbers', () => {
    const [total, alarm, word] = draftOf(fields, null)
    if (total === undefined || alarm === undefined || word === undefined) throw new Error('three names')
    const mapping = mappingOf(
      [
        total,
        { ...alarm, metric: 'smoke', trueWhen: ['1'], falseWhen: ['0'] },
        { ...word, metric: 'leak', trueWhen: ['1', 'alarm'] },
      ],
      'Asia/Shanghai',
      metrics,
    )
    expect(mapping).toEqual({
      zone: 'Asia/Shanghai',
      fields: {
        Alarm: { metric: 'smoke', trueWhen: [1], falseWhen: [0] },
        word: { metric: 'leak', trueWhen: ['1', 'alarm'] },
      },
    })
    expect(SourceMapping.safeParse(mapping).success).toBe(true)
  })
})
