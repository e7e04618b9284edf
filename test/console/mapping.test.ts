import { describe, expect, test } from 'vitest'
import { draftOf, mappingOf } from '../../console/src/mapping/draft.ts'
import { NUMBER_METRICS, STATE_METRICS, unitOf } from '../../console/src/mapping/units.ts'
import { SourceMapping } from '../../contracts/mapping.ts'
import { METRICS } from '../../contracts/metric.ts'

const fields = [
  { sourceId: 'm', name: 'total', said: 1_202 },
  { sourceId: 'm', name: 'Alarm', said: 1 },
  { sourceId: 'm', name: 'word', said: 'normal' },
]

describe('the form of a mapping', () => {
  test('knows every metric of the service, in its own unit', () => {
    expect([...Object.keys(NUMBER_METRICS), ...STATE_METRICS].sort()).toEqual([...METRICS.keys()].sort())
    for (const [metric, { unit }] of METRICS) expect(unitOf(metric)).toBe(unit)
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
    expect(mappingOf(drafts, null)).toEqual(kept)
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
