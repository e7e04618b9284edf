import { describe, expect, it } from 'vitest'
import type { Trial, TrialAlert, TrialDelay, Trials } from '../../contracts/trial.ts'
import { homeId, NOW, openDistrict } from './district.ts'

const delay: TrialDelay = {
  incidents: 12,
  open: 1,
  never: 0,
  medianHours: 11,
  p90Hours: 16,
  maxHours: 20,
  within24Share: 1,
}
const side = { settingsVersion: 1, alerts: 2, visitsPerWeek: 0.5, delay }
const alertOf = (home: string): TrialAlert => ({
  homeId: homeId(home),
  kind: 'inactivity.water_volume',
  severity: 'P2',
  raisedAt: NOW,
  endedAt: null,
  sentence: { zh: '未用水', en: 'No water' },
})
const both = { present: side, proposed: side, wonHours: 1.5 }

/** A desk whose trials are done at once, and what it was asked. */
const quickTrials = () => {
  const asked: Parameters<Trials['start']>[0][] = []
  const kept = new Map<string, Trial>()
  const trials: Trials = {
    async start(request) {
      asked.push(request)
      const { homeIds, days, by } = request
      const base = { id: `trial-${asked.length}`, by, createdAt: NOW, days, homes: homeIds.length }
      kept.set(base.id, {
        ...base,
        state: 'done',
        homesDone: homeIds.length,
        result: {
          from: NOW - 1_000,
          to: NOW,
          homes: homeIds.length,
          homesWithoutReadings: 0,
          ...both,
          addedCount: 2,
          removedCount: 0,
          soonerCount: 0,
          laterCount: 1,
          added: [alertOf('a1'), alertOf('b1')],
          removed: [],
          perHome: [{ homeId: homeId('b1'), ...both, added: 1, removed: 0 }],
        },
      })
      return { ...base, state: 'waiting', homesDone: 0, result: null }
    },
    get: (id) => kept.get(id) ?? null,
  }
  return { trials, asked }
}

describe('a trial of other settings', () => {
  it('is begun for a place, and its answer names homes to those who see their cases alone', async () => {
    const { trials, asked } = quickTrials()
    const district = await openDistrict({ trials })
    const settings = { 'inactivity.water_none': { enabled: true } }
    const begun = await district.as('root', 'POST', '/rules/trials', { settings, jurisdictionId: 'district' })
    expect([begun.status, begun.body.state, begun.body.result]).toEqual([202, 'waiting', null])
    expect(asked[0]).toMatchObject({ days: 90, homeIds: ['a1', 'a2', 'b1'] })
    expect(asked[0]?.settings['inactivity.water_none']).toEqual({ enabled: true, hours: 16 })
    const seen = await district.as('root', 'GET', `/rules/trials/${begun.body.id}`)
    expect(seen.body.result).toMatchObject({
      added: [{ homeId: 'a1', raisedAt: '2026-11-20T00:00:00.000Z' }, { homeId: 'b1' }],
      perHome: [{ homeId: 'b1', wonHours: 1.5 }],
    })
    const looks = await district.looks()
    expect(looks.map((look) => `${look.homeId} ${look.what}`).toSorted()).toEqual(['a1 alert', 'b1 alert'])
  })

  it('shows an administrator the sums and no case', async () => {
    const district = await openDistrict(quickTrials())
    const begun = await district.as('admin', 'POST', '/rules/trials', { settings: {}, homeIds: ['a1', 'b1'] })
    const { body } = await district.as('admin', 'GET', `/rules/trials/${begun.body.id}`)
    expect(body.result).toMatchObject({
      addedCount: 2,
      wonHours: 1.5,
      added: null,
      removed: null,
      perHome: null,
    })
    expect(JSON.stringify(body)).not.toMatch(/"a1"|"b1"|未用水/)
    expect(await district.looks()).toEqual([])
  })

  it('shows a worker the cases of the own community alone', async () => {
    const { trials, asked } = quickTrials()
    const district = await openDistrict({ trials })
    const begun = await district.as('workerOfA', 'POST', '/rules/trials', {
      settings: {},
      jurisdictionId: 'community-a',
      days: 30,
    })
    expect(asked[0]).toMatchObject({ homeIds: ['a1', 'a2'], days: 30 })
    const { body } = await district.as('workerOfA', 'GET', `/rules/trials/${begun.body.id}`)
    expect(body.result).toMatchObject({ added: [{ homeId: 'a1' }], perHome: [] })
  })

  it('reaches no home elsewhere, and is nobody else’s', async () => {
    const { trials, asked } = quickTrials()
    const district = await openDistrict({ trials })
    const post = (body: object) =>
      district.as('workerOfA', 'POST', '/rules/trials', { settings: {}, ...body })
    expect((await post({ homeIds: ['a1', 'b1'] })).body.error.code).toBe('not_found')
    expect((await post({ jurisdictionId: 'community-b' })).body.error.code).toBe('not_found')
    expect((await post({})).body.error.code).toBe('bad_request')
    expect((await post({ homeIds: ['a1'], jurisdictionId: 'community-a' })).status).toBe(400)
    expect((await post({ homeIds: ['a1'], days: 1_000 })).status).toBe(400)
    expect(asked).toEqual([])
    const begun = await post({ homeIds: ['a1'] })
    for (const person of ['root', 'admin', 'workerOfB'] as const)
      expect((await district.as(person, 'GET', `/rules/trials/${begun.body.id}`)).status, person).toBe(404)
    expect((await district.as('workerOfA', 'GET', '/rules/trials/none')).status).toBe(404)
  })
})
