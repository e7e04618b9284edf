import { describe, expect, test } from 'vitest'
import type { DrillReport, MissedAlarmReview, Proposal } from '../../console/src/api/types.ts'
import { phaseOf, stepTimes } from '../../console/src/drill/steps.ts'
import { spokenOf, spokenRules, wasHeard } from '../../console/src/incident/spoken.ts'
import { replayedDays, standingOf } from '../../console/src/proposal/standing.ts'
import { clockOf, minuteOf, plannedToday } from '../../console/src/rota/day.ts'

const MINUTE_MS = 60_000

describe('where a proposal stands', () => {
  const replay: Proposal['replay'] = { state: 'done', at: '2026-11-20T00:00:00.000Z', result: null }
  const proposal = (over: Partial<Proposal>): Proposal => ({
    id: 'a.3',
    alertId: 'a',
    homeId: 'h',
    jurisdictionId: 'j',
    verdict: 'benign',
    cause: 'late_rising',
    change: { type: 'home_settings', budgetPer30Days: 0.5, capHours: 20 },
    sensitivity: 'less',
    reason: { zh: '起晚了', en: 'late rising' },
    base: { settingsVersion: 1, ownChangedAt: null, circumstancesChangedAt: null },
    state: 'pending',
    createdAt: '2026-11-20T00:00:00.000Z',
    decidedAt: null,
    decidedBy: null,
    isStale: false,
    replay,
    ...over,
  })

  test('it can be decided with its replay, and not before or without', () => {
    expect(standingOf(proposal({}))).toBe('ready')
    expect(standingOf(proposal({ replay: null }))).toBe('waiting')
    expect(standingOf(proposal({ replay: { ...replay, state: 'failed' } }))).toBe('failed')
  })

  test('what it was made from has changed: its replay says nothing any more', () => {
    expect(standingOf(proposal({ isStale: true }))).toBe('stale')
    expect(standingOf(proposal({ isStale: true, replay: null }))).toBe('stale')
  })

  test('a technician changes no rule and waits for no replay', () => {
    const change = { type: 'technician', deviceId: null } as const
    expect(standingOf(proposal({ change, replay: null }))).toBe('ready')
  })

  test('what is decided is decided, whatever has changed since', () => {
    expect(standingOf(proposal({ state: 'approved', isStale: true }))).toBe('approved')
    expect(standingOf(proposal({ state: 'rejected', replay: null }))).toBe('rejected')
  })

  test('says how many days were lived through again', () => {
    expect(replayedDays({ from: '2026-09-21T00:00:00.000Z', to: '2026-11-20T00:00:00.000Z' })).toBe(60)
  })
})

describe('the rota of a day', () => {
  test('is written as a time of day', () => {
    expect(clockOf(510)).toBe('08:30')
    expect(clockOf(0)).toBe('00:00')
    expect(minuteOf('08:30')).toBe(510)
    expect(minuteOf('')).toBeNull()
  })

  test('today is what its zone calls today; an emergency and a drill are no friendly visit', () => {
    const now = Date.parse('2026-11-20T01:00:00Z')
    const visit = (createdAt: string, over = {}) => ({
      kind: 'routine' as const,
      state: 'offered' as const,
      drill: false,
      createdAt,
      ...over,
    })
    const lastEvening = visit('2026-11-19T15:59:00.000Z')
    const afterMidnight = visit('2026-11-19T16:01:00.000Z')
    const emergency = visit('2026-11-20T00:30:00.000Z', { kind: 'emergency' })
    const drill = visit('2026-11-20T00:30:00.000Z', { drill: true })
    const call = visit('2026-11-20T00:00:00.000Z', { kind: 'call' })
    expect(plannedToday([lastEvening, afterMidnight, emergency, drill, call], 'Asia/Shanghai', now)).toEqual([
      afterMidnight,
      call,
    ])
  })
})

describe('a drill', () => {
  const report: DrillReport = {
    alertId: 'd',
    homeId: null,
    jurisdictionId: 'j',
    severity: 'P2',
    startsAt: '2026-11-20T02:00:00.000Z',
    isOver: false,
    told: [],
    firstToldMs: 0,
    firstArrivedMs: 2_000,
    firstAnsweredMs: 6 * MINUTE_MS,
    acknowledgedMs: 6 * MINUTE_MS,
    offeredMs: null,
    acceptedMs: null,
    onSceneMs: null,
    resolvedMs: 20 * MINUTE_MS,
    closedMs: null,
    nobodyOnDuty: 0,
    pagesFailed: 0,
  }

  test('takes for each step the time since the step before that did happen', () => {
    const took = new Map(stepTimes(report).map(({ step, tookMs }) => [step, tookMs]))
    expect(took.get('firstArrived')).toBe(2_000)
    expect(took.get('acknowledged')).toBe(0)
    expect(took.get('offered')).toBeNull()
    expect(took.get('resolved')).toBe(14 * MINUTE_MS)
  })

  test('that was acknowledged before its message arrived takes no negative time', () => {
    const early = stepTimes({ ...report, firstArrivedMs: 8 * MINUTE_MS })
    expect(early.filter(({ tookMs }) => tookMs !== null && tookMs < 0)).toEqual([])
    expect(early.find(({ step }) => step === 'resolved')?.tookMs).toBe(12 * MINUTE_MS)
  })

  test('is planned until it begins, and over only when its case is', () => {
    const startsAt = Date.parse(report.startsAt)
    expect(phaseOf(report, startsAt - 1)).toBe('planned')
    expect(phaseOf(report, startsAt)).toBe('running')
    expect(phaseOf({ ...report, isOver: true }, startsAt + 1)).toBe('over')
  })
})

describe('an emergency that others found', () => {
  type Rule = MissedAlarmReview['rules'][number]
  const rule = (over: Partial<Rule>): Rule => ({
    kind: 'inactivity.personal',
    enabled: true,
    heldBefore: false,
    at: null,
    afterFound: false,
    evidence: null,
    ...over,
  })
  const at = '2026-11-20T02:00:00.000Z'

  test('each rule spoke before it was found, after it, held already, or said nothing', () => {
    expect(spokenOf(rule({ at }))).toBe('before')
    expect(spokenOf(rule({ at, afterFound: true }))).toBe('after')
    expect(spokenOf(rule({ at, heldBefore: true }))).toBe('held')
    expect(spokenOf(rule({}))).toBe('never')
  })

  test('only a rule that was on and spoke in time counts as heard', () => {
    expect(wasHeard([rule({ at })])).toBe(true)
    expect(wasHeard([rule({ at, enabled: false }), rule({ at, afterFound: true }), rule({})])).toBe(false)
  })

  test('none is left out of the list', () => {
    const rules = [rule({ at }), rule({}), rule({ heldBefore: true }), rule({ at, afterFound: true })]
    const { said, silent } = spokenRules(rules)
    expect(said.map(({ spoken }) => spoken)).toEqual(['before', 'held', 'after'])
    expect(silent).toHaveLength(1)
  })
})
