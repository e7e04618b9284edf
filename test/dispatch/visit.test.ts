import { describe, expect, it } from 'vitest'
import type { Page, Person } from '../../contracts/duty.ts'
import { ChannelId, PersonId, VisitId } from '../../contracts/ids.ts'
import { UNSAID } from '../../contracts/registry.ts'
import { HOUR_MS, MINUTE_MS } from '../../contracts/time.ts'
import type { VisitCommand } from '../../contracts/visit.ts'
import { type CandidateFacts, rankCandidates, roundedMetres } from '../../dispatch/candidates.ts'
import { BENIGN, caseOf, HOME, SMOKE, T0 } from './case.ts'

const VISIT = VisitId.parse('visit-1')
const CENTRE = { latitude: 31.2304, longitude: 121.4737 }

const somebody = (
  id: string,
  person: Partial<Person> = {},
  facts: Partial<CandidateFacts> = {},
): CandidateFacts => ({
  person: {
    id: PersonId.parse(id),
    name: id,
    kind: 'visitor',
    skills: [],
    pairedWith: [],
    holdsKeyOf: [],
    place: null,
    enabled: true,
    ...person,
  },
  visitsToday: 0,
  isBusy: false,
  isTired: false,
  ...facts,
})

const DING = somebody('ding', { pairedWith: [HOME] })
const HE = somebody('he', { holdsKeyOf: [HOME] })
const LIN = somebody('lin', { kind: 'staff' })
const YU = somebody('yu', { kind: 'volunteer' })
const ALL = { candidates: [YU, LIN, HE, DING], homeToVisit: { homeId: HOME, ...UNSAID } }
const RANKED = { candidates: null }

/** An alert of that severity, and what those who are sent do. */
function sent(severity: 'P1' | 'P2' | 'P3' = 'P2', candidates = ALL.candidates) {
  const story = caseOf([], { ...ALL, candidates })
  story.find(severity === 'P1' ? SMOKE : { severity }, T0)
  const act = (type: VisitCommand['type'], who: string, at: number, more: object = {}) =>
    story.tell(
      {
        type: 'act',
        act: {
          type,
          actId: `act-${type}-${who}`,
          visitId: VISIT,
          homeId: HOME,
          personId: PersonId.parse(who),
          doneAt: at,
          ...(type === 'check_in' ? { place: null, photoIds: [] } : {}),
          ...(type === 'submit' ? { outcome: BENIGN, noteId: null } : {}),
          ...more,
        } as VisitCommand,
      },
      at,
    )
  const asked = () => story.visit('visit-1').offers.map(({ personId, answer }) => `${personId} ${answer}`)
  return { ...story, does: act, asked }
}

describe('who is asked first', () => {
  const home = { homeId: HOME, needs: UNSAID.needs, place: CENTRE }
  const order = (candidates: CandidateFacts[], errand = { severity: 'P2' as const, crewSize: 1 }) =>
    rankCandidates(home, candidates, errand).map(({ personId }) => personId)

  it('whom the resident knows, then who holds the key, then who is near', () => {
    const near = somebody('near', { place: { latitude: 31.231, longitude: 121.4737 } })
    const far = somebody('far', { place: { latitude: 31.28, longitude: 121.4737 } })
    expect(order([far, somebody('unknown'), near, HE, DING])).toEqual([
      'ding',
      'he',
      'near',
      'far',
      'unknown',
    ])
  })

  it('who understands them goes before who is a little nearer; who has gone often today waits', () => {
    const needs = { ...UNSAID.needs, hearing: true, dialect: '吴语' }
    const near = { latitude: 31.2305, longitude: 121.4737 }
    const signs = somebody('signs', {
      skills: ['sign_language', '吴语'],
      place: { latitude: 31.25, longitude: 121.4737 },
    })
    const ranked = rankCandidates(
      { ...home, needs },
      [somebody('near', { place: near }), somebody('often', { place: near }, { visitsToday: 3 }), signs],
      { severity: 'P2', crewSize: 1 },
    )
    expect(ranked.map(({ personId }) => personId)).toEqual(['signs', 'near', 'often'])
    expect(ranked[0]?.reasons.map(({ zh }) => zh)).toEqual(['会手语', '会讲吴语', '距离约2.2公里'])
  })

  it('a volunteer never goes to danger to life alone, and whoever has had enough is not asked', () => {
    const tired = somebody('tired', { pairedWith: [HOME] }, { isTired: true })
    const [first, ...others] = rankCandidates(home, [YU, tired, LIN], { severity: 'P1', crewSize: 1 })
    expect([first?.personId, first?.isEligible]).toEqual(['lin', true])
    expect(others.map(({ isEligible }) => isEligible)).toEqual([false, false])
    const two = rankCandidates(home, [YU], { severity: 'P1', crewSize: 2 })
    expect(two[0]?.isEligible).toBe(true)
  })

  it('says how far, never so exactly that a door could be found by it', () => {
    expect([12, 149, 151, 940].map(roundedMetres)).toEqual([100, 100, 200, 900])
  })
})

describe('a visit', () => {
  it('goes to the next by itself: one declines, one does not answer, the third accepts and reports', () => {
    const story = sent()
    story.act('dispatch', 'alert-1', T0 + MINUTE_MS, RANKED)
    expect(story.alert()).toMatchObject({ state: 'dispatched', visitId: VISIT })
    story.does('decline', 'ding', T0 + 2 * MINUTE_MS)
    expect(story.asked()).toEqual(['ding declined', 'he null'])
    story.tell({ type: 'deadline' }, T0 + 7 * MINUTE_MS)
    expect(story.asked()).toEqual(['ding declined', 'he timeout', 'lin null'])
    expect(story.does('accept', 'he', T0 + 8 * MINUTE_MS).refused?.code).toBe('offer_over')
    story.does('accept', 'lin', T0 + 8 * MINUTE_MS)
    expect(story.alert()).toMatchObject({ state: 'accepted', acknowledgedBy: expect.anything() })
    story.does('en_route', 'lin', T0 + 9 * MINUTE_MS)
    story.does('check_in', 'lin', T0 + 20 * MINUTE_MS)
    expect(story.alert().state).toBe('on_scene')
    story.does('submit', 'lin', T0 + 30 * MINUTE_MS)
    expect(story.alert()).toMatchObject({
      state: 'resolved',
      resolvedBy: 'person:lin',
      outcome: BENIGN,
      visitId: null,
    })
    expect(story.visit('visit-1')).toMatchObject({ state: 'submitted', submittedBy: 'lin' })
    expect(story.events()).toEqual([
      'opened',
      'visit_offered',
      'visit_declined',
      'visit_offered',
      'visit_timeout',
      'visit_offered',
      'visit_accepted',
      'visit_en_route',
      'visit_on_scene',
      'visit_submitted',
    ])
    expect(story.pages.map(({ purpose, recipient }) => `${purpose} ${recipient}`)).toEqual([
      'offer person:ding',
      'offer person:he',
      'offer person:lin',
    ])
    story.act('close', 'alert-1', T0 + HOUR_MS)
    expect(story.visit('visit-1')).toMatchObject({ state: 'closed', closedAt: T0 + HOUR_MS })
  })

  it('goes to the next at once when it could not be said; who has no address has their time', () => {
    const story = sent()
    story.act('dispatch', 'alert-1', T0, RANKED)
    const pageTo = (who: string): Page =>
      story.pages.find(({ recipient }) => recipient === `person:${who}`) ?? never()
    const failed = (who: string, channelId: ChannelId | null) =>
      story.tell(
        { type: 'page_result', page: { ...pageTo(who), state: 'failed', channelId, reason: 'HTTP 410' } },
        T0 + MINUTE_MS,
      )
    failed('ding', ChannelId.parse('robot'))
    expect(story.visit('visit-1').offers).toMatchObject([
      { personId: 'ding', answer: 'withdrawn' },
      { personId: 'he', answer: null },
    ])
    expect(story.events().slice(-2)).toEqual(['page_failed', 'visit_offered'])
    // The same word again, and one of somebody who had no address to be told at, change nothing of it.
    failed('ding', ChannelId.parse('robot'))
    failed('he', null)
    expect(story.visit('visit-1').offers).toMatchObject([{}, { personId: 'he', answer: null }])
    expect(story.visit('visit-1').offers).toHaveLength(2)
  })

  it('that was accepted and never made rings again when the way cannot take any longer, also without a duty', () => {
    const story = sent()
    story.act('dispatch', 'alert-1', T0, RANKED)
    story.does('accept', 'ding', T0 + MINUTE_MS)
    expect(story.deadline()).toBe(T0 + 46 * MINUTE_MS)
    story.tell({ type: 'deadline' }, T0 + 46 * MINUTE_MS)
    expect(story.alert().state).toBe('open')
    expect(story.events().at(-1)).toBe('progress_overdue')
  })

  it('with nobody left it rings again', () => {
    const story = sent('P2', [DING, HE])
    story.act('dispatch', 'alert-1', T0, RANKED)
    story.does('decline', 'ding', T0 + MINUTE_MS)
    story.does('decline', 'he', T0 + 2 * MINUTE_MS)
    expect(story.alert()).toMatchObject({ state: 'open', visitId: null, acknowledgedAt: null })
    expect(story.visit('visit-1').state).toBe('unfilled')
    expect(story.events().slice(-2)).toEqual(['visit_declined', 'visit_unfilled'])
  })

  it('is refused when nobody can go: smoke and a volunteer alone', () => {
    const story = sent('P1', [YU])
    expect(story.act('dispatch', 'alert-1', T0, RANKED).refused?.code).toBe('nobody_to_send')
    expect(story.act('dispatch', 'alert-1', T0, { candidates: ['yu'] }).refused?.code).toBe('nobody_to_send')
    expect(story.alert().state).toBe('open')
  })

  it('of two is accepted when both have, and starts anew when one cannot go after all', () => {
    const story = sent('P1')
    story.act('dispatch', 'alert-1', T0, { candidates: ['yu', 'lin', 'he'], crewSize: 2 })
    expect(story.asked()).toEqual(['yu null', 'lin null'])
    story.does('accept', 'yu', T0 + MINUTE_MS)
    expect([story.visit('visit-1').state, story.alert().state]).toEqual(['offered', 'dispatched'])
    story.does('accept', 'lin', T0 + 2 * MINUTE_MS)
    expect([story.visit('visit-1').state, story.alert().state]).toEqual(['accepted', 'accepted'])
    story.does('decline', 'lin', T0 + 3 * MINUTE_MS)
    expect(story.asked()).toEqual(['yu accepted', 'lin declined', 'he null'])
    expect(story.alert().state).toBe('dispatched')
  })

  it('is called back, and whoever was on the way is told', () => {
    const story = sent()
    story.act('dispatch', 'alert-1', T0, RANKED)
    story.does('accept', 'ding', T0 + MINUTE_MS)
    story.act('recall', 'alert-1', T0 + 2 * MINUTE_MS)
    expect(story.alert()).toMatchObject({ state: 'acknowledged', visitId: null })
    expect(story.visit('visit-1').state).toBe('cancelled')
    expect(story.pages.at(-1)).toMatchObject({ purpose: 'notice', recipient: 'person:ding' })
    expect(story.does('en_route', 'ding', T0 + 3 * MINUTE_MS).refused?.code).toBe('visit_over')
    // What was done before, and could not be told, still counts.
    story.does('submit', 'ding', T0 + 5 * MINUTE_MS, { doneAt: T0 + 90_000 })
    expect(story.visit('visit-1')).toMatchObject({ state: 'cancelled', outcome: BENIGN })
    expect(story.alert()).toMatchObject({ state: 'resolved', outcome: BENIGN })
  })

  it('told late keeps its times, in whatever order they come, never before it was asked nor after now', () => {
    const story = sent()
    story.act('dispatch', 'alert-1', T0, RANKED)
    story.does('accept', 'ding', T0 + MINUTE_MS)
    story.does('check_in', 'ding', T0 + HOUR_MS, { doneAt: T0 + 20 * MINUTE_MS })
    story.does('en_route', 'ding', T0 + HOUR_MS, { doneAt: T0 - HOUR_MS })
    expect(story.visit('visit-1')).toMatchObject({
      state: 'on_scene',
      onSceneAt: T0 + 20 * MINUTE_MS,
      enRouteAt: T0,
    })
    story.does('submit', 'ding', T0 + HOUR_MS, { doneAt: T0 + 9 * HOUR_MS })
    expect(story.visit('visit-1').submittedAt).toBe(T0 + HOUR_MS)
  })

  it('that finds nobody and no reason does not end a case of life', () => {
    const story = sent()
    story.act('dispatch', 'alert-1', T0, RANKED)
    story.does('accept', 'ding', T0 + MINUTE_MS)
    const outcome = { ...BENIGN, contact: 'no_answer', cause: 'unknown' }
    story.does('submit', 'ding', T0 + 2 * MINUTE_MS, { outcome })
    expect(story.alert()).toMatchObject({ state: 'open', outcome: null })
    expect(story.visit('visit-1')).toMatchObject({ state: 'submitted', outcome })
  })

  it('forces a door only with two people and the reference of 110', () => {
    const story = sent('P1')
    const forced = { ...BENIGN, cause: 'fall', action: 'forced_entry', verdict: 'emergency' }
    const reference = { ...forced, policeReference: 'JQ-20260301-17' }
    story.act('dispatch', 'alert-1', T0, { candidates: ['lin', 'he'], crewSize: 2 })
    story.does('accept', 'lin', T0)
    story.does('accept', 'he', T0)
    expect(story.does('submit', 'lin', T0 + MINUTE_MS, { outcome: forced }).refused?.code).toBe(
      'outcome_incomplete',
    )
    expect(story.does('submit', 'lin', T0 + MINUTE_MS, { outcome: reference }).refused).toBeNull()
    const alone = sent()
    alone.act('dispatch', 'alert-1', T0, RANKED)
    alone.does('accept', 'ding', T0)
    expect(alone.does('submit', 'ding', T0, { outcome: reference }).refused?.code).toBe('outcome_incomplete')
    // Nor may the desk say so of a visit that never was.
    expect(alone.act('resolve', 'alert-1', T0, { outcome: reference }).refused?.code).toBe(
      'outcome_incomplete',
    )
  })

  it('ends with the case, however that ends', () => {
    const story = sent()
    story.act('dispatch', 'alert-1', T0, RANKED)
    story.act('resolve', 'alert-1', T0 + MINUTE_MS, { outcome: BENIGN })
    expect(story.visit('visit-1').state).toBe('cancelled')
    expect(story.alert()).toMatchObject({ state: 'resolved', visitId: null })
    expect(story.deadline()).toBe(T0 + MINUTE_MS + 4 * HOUR_MS)
  })

  it('ends when the case is put aside although it rang again meanwhile', () => {
    const story = sent('P3')
    story.act('dispatch', 'alert-1', T0, RANKED)
    story.find({ severity: 'P2', phase: 'updated' }, T0 + MINUTE_MS)
    story.act('shelve', 'alert-1', T0 + 2 * MINUTE_MS)
    expect([story.alert().state, story.visit('visit-1').state]).toEqual(['shelved', 'cancelled'])
    expect(story.deadline()).toBe(T0 + 2 * MINUTE_MS + HOUR_MS)
  })

  it('a graver finding rings again although somebody is on the way, and they stay on the way', () => {
    const story = sent()
    story.act('dispatch', 'alert-1', T0, RANKED)
    story.find({ severity: 'P1', phase: 'updated' }, T0 + MINUTE_MS)
    expect(story.alert()).toMatchObject({ state: 'open', severity: 'P1', visitId: VISIT })
    expect(story.act('dispatch', 'alert-1', T0 + MINUTE_MS, { visitId: 'visit-2' }).refused?.code).toBe(
      'illegal_transition',
    )
    story.does('accept', 'ding', T0 + 2 * MINUTE_MS)
    expect(story.alert().state).toBe('accepted')
  })
})

function never(): never {
  throw new Error('must not happen')
}
