import { readFileSync } from 'node:fs'
import { createInstance } from 'i18next'
import { describe, expect, test } from 'vitest'
import type { NextStep, TimelineLine, Told } from '../../console/src/api/types.ts'
import {
  draftOf,
  EMPTY_DRAFT,
  emptyDraft,
  faultsOf,
  outcomeOf,
  verdictsFor,
} from '../../console/src/outcome/draft.ts'
import { nextWords, rungsOf, rungWords } from '../../console/src/queue/ladder.ts'
import { ACTION_KEYS, type CaseFacts, legalActions } from '../../console/src/queue/legal.ts'
import { linesAfterBeginning } from '../../console/src/queue/lines.ts'
import { AlertState } from '../../contracts/alert.ts'
import { Outcome } from '../../contracts/visit.ts'
import { outcomeFault } from '../../dispatch/outcome.ts'
import { TRANSITIONS } from '../../dispatch/states.ts'

const facts = (over: Partial<CaseFacts>): CaseFacts => ({
  state: 'open',
  severity: 'P2',
  family: 'inactivity',
  homeId: 'home-1',
  acknowledgedAt: null,
  visitId: null,
  outcome: null,
  ...over,
})
const OUTCOME: Outcome = {
  contact: 'seen',
  cause: 'late_rising',
  need: 'none',
  action: 'none',
  verdict: 'benign',
  followUpOn: null,
  policeReference: null,
  awayUntil: null,
}
const withOutcome = { ...OUTCOME, awayUntil: null }

describe('what may be done to a case', () => {
  const cases = AlertState.options.flatMap((state) =>
    [null, 'visit-1'].flatMap((visitId) =>
      [null, withOutcome].map((outcome) => facts({ state, visitId, outcome })),
    ),
  )

  test('nothing is offered that the lifecycle would refuse', () => {
    const refused = cases.flatMap((alert) =>
      legalActions(alert)
        .map((action) => (action === 'notes' ? 'note' : action))
        .filter((command) => TRANSITIONS[command][alert.state] === undefined)
        .map((command) => `${command} while ${alert.state}`),
    )
    expect(refused).toEqual([])
  })

  test('no state is without a way on, and no two of its actions share a key', () => {
    for (const alert of cases) {
      const legal = legalActions(alert)
      expect(legal.length).toBeGreaterThan(1)
      expect(new Set(legal.map((action) => ACTION_KEYS[action])).size).toBe(legal.length)
    }
  })

  test('danger to life is never put aside, a place is not visited, and nothing is closed without an outcome', () => {
    expect(legalActions(facts({}))).toContain('shelve')
    expect(legalActions(facts({ severity: 'P1' }))).not.toContain('shelve')
    expect(legalActions(facts({ family: 'smoke' }))).not.toContain('shelve')
    expect(legalActions(facts({ homeId: null }))).not.toContain('dispatch')
    expect(legalActions(facts({ state: 'resolved' }))).not.toContain('close')
    expect(legalActions(facts({ state: 'resolved', outcome: withOutcome }))).toContain('close')
  })

  test('somebody who is sent can be called back, and nobody else is sent beside them', () => {
    const sent = legalActions(facts({ state: 'dispatched', visitId: 'visit-1' }))
    expect(sent).toContain('recall')
    expect(sent).not.toContain('dispatch')
    expect(legalActions(facts({ state: 'transferred', visitId: 'visit-1' }))).not.toContain('dispatch')
  })
})

const speak = async (language: 'zh' | 'en') => {
  const file = new URL(`../../console/src/locales/${language}.json`, import.meta.url)
  const i18n = createInstance()
  await i18n.init({
    lng: language,
    resources: { [language]: { translation: JSON.parse(readFileSync(file, 'utf8')) as object } },
    interpolation: { escapeValue: false },
  })
  return (key: string, values: Record<string, unknown>) => i18n.t(key, values)
}
const clock = (at: string) => at.slice(11, 16)

const page = (over: Partial<Told>): Told => ({
  key: 'alert-1:1:0.0:person:wang',
  purpose: 'alert',
  alertId: 'alert-1',
  homeId: 'home-1',
  jurisdictionId: 'community-1',
  recipient: 'person:wang',
  severity: 'P2',
  step: 0,
  dueAt: '2026-11-20T03:06:00Z',
  createdAt: '2026-11-20T03:06:00Z',
  state: 'sent',
  channelId: 'call',
  sentAt: '2026-11-20T03:06:00Z',
  reason: null,
  drill: false,
  name: '王芳',
  channel: { kind: 'http_template', name: '语音', voice: true },
  times: 1,
  ...over,
})
const next: NextStep = {
  dueAt: '2026-11-20T03:10:00Z',
  isRepeat: false,
  tell: ['backup', 'contacts'],
  names: ['李强'],
}

describe('the ladder as a line', () => {
  test('says who was told through what and when, and who is next', async () => {
    const [zh, en] = [await speak('zh'), await speak('en')]
    const [rung] = rungsOf([page({})])
    if (rung === undefined) throw new Error('one page is one rung')
    expect(rungWords(rung, zh, clock)).toBe('03:06 已通过电话通知王芳')
    expect(rungWords(rung, en, clock)).toBe('told 王芳 by phone at 03:06')
    expect(nextWords(next, zh, clock)).toBe('接下来 03:10 通知李强、紧急联系人')
    expect(nextWords(next, en, clock)).toBe('next 李强, the contacts at 03:10')
  })

  test('what did not arrive is not said to have been told', async () => {
    const en = await speak('en')
    const [rung] = rungsOf([page({ state: 'failed' })])
    if (rung === undefined) throw new Error('one page is one rung')
    expect(rungWords(rung, en, clock)).toBe('could not tell 王芳 by phone at 03:06')
  })

  test('somebody who was told again and again stands once, as of the last time', async () => {
    const en = await speak('en')
    const again = { times: 478, createdAt: '2026-11-20T03:21:00Z', sentAt: null, state: 'queued' } as const
    const [rung] = rungsOf([page(again)])
    if (rung === undefined) throw new Error('one page is one rung')
    expect(rung).toMatchObject({ state: 'queued', times: 478, at: '2026-11-20T03:21:00Z' })
    expect(rungWords(rung, en, clock)).toContain('478')
  })

  test('the resident and their contacts are named as what they are, a duty without anybody by its name', async () => {
    const en = await speak('en')
    const resident = { name: null, channel: null }
    const words = rungsOf([
      page({ ...resident, recipient: 'resident:home-1' }),
      page({ ...resident, recipient: 'contact:home-1:1', createdAt: '2026-11-20T03:07:00Z' }),
    ]).map((rung) => rungWords(rung, en, clock, [{ name: '长子' }, { name: '女儿' }]))
    expect(words).toEqual(['told the resident at 03:06', 'told 女儿 at 03:06'])
    expect(nextWords({ ...next, tell: ['street'], names: [] }, en, clock)).toBe(
      'next the street’s duty at 03:10',
    )
  })
})

describe('a history that is too long to come with its alert', () => {
  const line = (n: number) => ({ n }) as TimelineLine
  const ns = (lines: readonly TimelineLine[]) => lines.map(({ n }) => n)
  const detail = { beginning: [1, 2].map(line), timeline: [8, 9].map(line) }

  test('stands the newest first, and what is fetched from between joins it without anything twice', () => {
    expect(ns(linesAfterBeginning(detail, []))).toEqual([9, 8])
    expect(ns(linesAfterBeginning(detail, [9, 8, 7, 6].map(line)))).toEqual([9, 8, 7, 6])
    expect(ns(linesAfterBeginning(detail, [8, 7, 6, 5, 4, 3, 2, 1].map(line)))).toEqual([9, 8, 7, 6, 5, 4, 3])
    expect(ns(linesAfterBeginning({ beginning: [], timeline: [1, 2].map(line) }, []))).toEqual([2, 1])
  })
})

describe('how it ended', () => {
  const whole = { ...EMPTY_DRAFT, ...OUTCOME, followUpOn: '', policeReference: '', awayUntil: '' }

  test('five answers make an outcome, and fewer do not', () => {
    expect(faultsOf(EMPTY_DRAFT, 1)).toEqual(['contact', 'cause', 'need', 'action', 'verdict'])
    expect(outcomeOf({ ...whole, verdict: null }, 1, 'Asia/Shanghai')).toBeNull()
    expect(outcomeOf(whole, 1, 'Asia/Shanghai')).toEqual(OUTCOME)
  })

  test('a follow-up needs its date; a forced entry the 110 reference and two people, as the service wants it', () => {
    const followUp = { ...whole, action: 'follow_up' as const }
    expect(faultsOf(followUp, 1)).toEqual(['followUpOn'])
    expect(outcomeOf({ ...followUp, followUpOn: '2026-11-27' }, 1, 'Asia/Shanghai')?.followUpOn).toBe(
      '2026-11-27',
    )
    const forced = { ...whole, action: 'forced_entry' as const }
    expect(faultsOf(forced, 1)).toEqual(['policeReference', 'twoPeople'])
    const entered = outcomeOf({ ...forced, policeReference: ' 沪-110-0042 ' }, 2, 'Asia/Shanghai')
    expect(outcomeFault(Outcome.parse(entered), 2, false)).toBeNull()
    expect(entered?.policeReference).toBe('沪-110-0042')
  })

  test('a drill ends as a drill, and nothing else does', () => {
    expect(verdictsFor(true)).toEqual(['drill'])
    expect(verdictsFor(false)).not.toContain('drill')
    expect(emptyDraft(true).verdict).toBe('drill')
  })

  test('away until a day is away through it by the home’s clock, and is read back as that day', () => {
    const away = { ...whole, cause: 'away' as const, awayUntil: '2026-11-27' }
    const outcome = outcomeOf(away, 1, 'Asia/Shanghai')
    expect(outcome?.awayUntil).toBe('2026-11-27T16:00:00.000Z')
    const localDateOf = (at: string) => new Date(Date.parse(at) + 8 * 3_600_000).toISOString().slice(0, 10)
    expect(draftOf(outcome, localDateOf, false).awayUntil).toBe('2026-11-27')
  })
})
