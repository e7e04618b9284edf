import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Alert } from '../../contracts/alert.ts'
import type { EscalationPolicy, Page, Roster, SeverityPolicy } from '../../contracts/duty.ts'
import { AlertId, FindingId, HomeId, JurisdictionId, PersonId } from '../../contracts/ids.ts'
import { DAY_MS, type EpochMs, MINUTE_MS } from '../../contracts/time.ts'
import { type CaseEvent, isActive, isInHand, isRinging } from '../../dispatch/case.ts'
import type { DutyView } from '../../dispatch/duty.ts'
import { step } from '../../dispatch/lifecycle.ts'
import { defaultPolicy, ladderFor, policyOf } from '../../dispatch/policy.ts'

const HOME = HomeId.parse('home-1')
const PATH = (['compound', 'community', 'street', 'district'] as const).map((level) => ({
  id: JurisdictionId.parse(level),
  level,
}))
const PEOPLE = Array.from({ length: 6 }, (_, n) => PersonId.parse(`person-${n}`))
const STAFF = ['primary', 'backup', 'street', 'district'] as const
const START = Date.parse('2026-03-27T10:00:00Z')

const somebody = fc.constantFrom(...PEOPLE)
const shift = fc.record({
  name: fc.constantFrom('a', 'b', 'c'),
  startMinute: fc.nat(1_439),
  durationMinutes: fc.integer({ min: 30, max: 1_440 }),
  weekdays: fc.uniqueArray(fc.integer({ min: 1, max: 7 }), { minLength: 1 }),
  crews: fc.array(fc.record({ primary: somebody, backup: fc.option(somebody) }), {
    minLength: 1,
    maxLength: 3,
  }),
  turnDays: fc.integer({ min: 1, max: 3 }),
  turnsFrom: fc.constant('2026-03-01'),
})
/** With gaps, with the same person twice, ended already: whatever may stand there by an old fault of ours. */
const roster = fc.record({
  node: fc.constantFrom(...PATH.map(({ id }) => id)),
  zone: fc.constantFrom('Asia/Shanghai', 'Europe/Berlin'),
  to: fc.constantFrom('2026-03-27', '2026-03-29', '2026-12-31'),
  shifts: fc.array(shift, { minLength: 1, maxLength: 3 }),
})
const ladder: fc.Arbitrary<SeverityPolicy> = fc
  .record({
    waits: fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 4 }),
    tells: fc.array(fc.uniqueArray(fc.constantFrom(...STAFF), { minLength: 1, maxLength: 2 }), {
      minLength: 4,
      maxLength: 4,
    }),
    repeatMinutes: fc.integer({ min: 1, max: 20 }),
    progressMinutes: fc.integer({ min: 1, max: 30 }),
    tellFireService: fc.boolean(),
  })
  .map(({ waits, tells, ...rest }) => {
    const steps = waits.map((_, n) => ({
      afterMinutes: waits.slice(1, n + 1).reduce((sum, wait) => sum + wait, 0),
      tell: [...(tells[n] ?? ['primary' as const]), ...(n === 0 ? (['resident'] as const) : [])],
    }))
    return { ...rest, steps, sceneMinutes: 45, workingHoursOnly: false }
  })
const policy = fc.record({ P1: ladder, P2: ladder, pagesPerShift: fc.integer({ min: 1, max: 8 }) })

const act = fc.record({
  what: fc.constantFrom(
    'raised',
    'raised',
    'cleared',
    'acknowledge',
    'note',
    'resolve',
    'reopen',
    'transfer',
    'page_failed',
    'page_failed',
    'page_sent',
    'lost',
    'found',
    'roster',
    'policy',
    'outage',
  ),
  grave: fc.boolean(),
  which: fc.nat(9),
  person: somebody,
  minutes: fc.nat(40),
  roster,
  policy,
})
type Act = typeof act extends fc.Arbitrary<infer T> ? T : never
const script = fc.record({
  rosters: fc.array(roster, { minLength: 1, maxLength: 5 }),
  policy,
  acts: fc.array(act, { maxLength: 30 }),
})

/** A home under a district whose duty is as bad as it may be. */
class District {
  readonly alerts = new Map<AlertId, Alert>()
  readonly pages: Page[] = []
  readonly #rosters: Roster[] = []
  readonly #policies: EscalationPolicy[] = []
  readonly #unreachable = new Set<PersonId>()
  now = START
  #deadline: EpochMs | null = null

  constructor({ rosters, policy }: typeof script extends fc.Arbitrary<infer T> ? T : never) {
    for (const one of rosters) this.#publish(one)
    this.#decide(policy)
  }

  #publish({ node, to, ...rest }: Act['roster']): void {
    const version = this.#rosters.filter((one) => one.jurisdictionId === node).length + 1
    const whole = { jurisdictionId: node, version, from: '2026-03-01', to, overrides: [], publishedAt: 0 }
    this.#rosters.push({ ...rest, ...whole })
  }

  #decide({ P1, P2, pagesPerShift }: Act['policy']): void {
    const version = this.#policies.length + 1
    this.#policies.push({
      ...defaultPolicy,
      version,
      ladders: { P1, P2 },
      pagesPerShift,
      pagesPerDay: pagesPerShift,
    })
  }

  get #inForce(): EscalationPolicy {
    return this.#policies.at(-1) ?? defaultPolicy
  }

  #view(): DutyView {
    const pagedAt = new Map<PersonId, number[]>()
    for (const { recipient, createdAt } of this.pages) {
      const [kind, id = ''] = recipient.split(':')
      if (kind === 'person') pagedAt.set(id as PersonId, [...(pagedAt.get(id as PersonId) ?? []), createdAt])
    }
    const rest = { residentPhone: true, contactPhones: [0], zone: 'UTC', pagedAt }
    const { rosters, policies } = { rosters: [...this.#rosters], policies: [...this.#policies] }
    return {
      path: PATH,
      policy: this.#inForce,
      policies,
      rosters,
      unreachable: new Set(this.#unreachable),
      ...rest,
    }
  }

  tell(event: CaseEvent): void {
    const known = [...this.alerts.values()].filter((one) => isActive(one) || event.type !== 'deadline')
    const result = step(known, event, this.now, {
      homeId: HOME,
      jurisdictionId: PATH[0]?.id ?? JurisdictionId.parse('compound'),
      inhibitors: [],
      cuts: [],
      visits: [],
      candidates: [],
      homeToVisit: null,
      holdMs: 0,
      answerMs: null,
      quietHoursAfterResolve: 1,
      duty: this.#view(),
      newAlertId: () => AlertId.parse(`alert-${this.alerts.size + 1}`),
    })
    for (const alert of result.alerts) this.alerts.set(alert.id, alert)
    this.pages.push(...result.pages)
    this.#deadline = result.deadline
    for (const page of result.pages) this.#checkPage(page)
    this.check()
  }

  /** The service is not there for so long; what was due comes due when it is back. */
  outage(minutes: number): void {
    this.now += minutes * MINUTE_MS
    this.tell({ type: 'deadline' })
  }

  /** Whatever comes due meanwhile comes due at its instant. */
  pass(minutes: number): void {
    const until = this.now + minutes * MINUTE_MS
    while (this.#deadline !== null && this.#deadline <= until) {
      this.now = Math.max(this.now, this.#deadline)
      this.tell({ type: 'deadline' })
      if (this.#deadline !== null && this.#deadline <= this.now)
        throw new Error('a deadline does not move on')
    }
    this.now = until
  }

  act({ what, grave, which, person, minutes, roster, policy }: Act): void {
    if (what === 'outage') {
      this.outage(minutes)
      return
    }
    this.pass(minutes)
    if (what === 'roster') this.#publish(roster)
    else if (what === 'policy') this.#decide(policy)
    else if (what === 'lost') this.#unreachable.add(person)
    else if (what === 'found') this.#unreachable.delete(person)
    else if (what === 'raised' || what === 'cleared') this.#finding(what, grave)
    else if (what === 'page_failed' || what === 'page_sent') this.#result(what, which)
    else this.#command(what, which)
  }

  #finding(phase: 'raised' | 'cleared', grave: boolean): void {
    const kind = grave ? 'smoke.alarm' : 'inactivity.water_none'
    const evidence = { data: {}, sentence: { zh: '', en: '' } }
    const times = { since: this.now, raisedAt: this.now, settingsVersion: 1 }
    const severity = grave ? 'P1' : 'P2'
    const finding = { id: FindingId.parse(kind), kind, severity, phase, evidence, ...times } as const
    this.tell({ type: 'finding', finding })
  }

  #result(what: 'page_failed' | 'page_sent', which: number): void {
    const queued = this.pages.filter(({ state }) => state === 'queued')
    const page = queued[which % Math.max(1, queued.length)]
    if (!page) return
    page.state = what === 'page_failed' ? 'failed' : 'sent'
    this.tell({ type: 'page_result', page })
  }

  #command(type: 'acknowledge' | 'note' | 'resolve' | 'reopen' | 'transfer', which: number): void {
    const alertId = [...this.alerts.keys()][which]
    if (alertId === undefined) return
    const base = { alertId, homeId: HOME, by: 'account:wang', expectedVersion: null }
    if (type === 'note') this.tell({ type: 'command', command: { type, ...base, noteId: 'n' } })
    else {
      const with119 = { ...base, noteId: null }
      const command =
        type === 'transfer'
          ? { type, to: '119' as const, ...with119 }
          : type === 'resolve'
            ? { type, outcome: null, ...with119 }
            : { type, ...with119 }
      this.tell({ type: 'command', command })
    }
  }

  /** What must hold after everything that happens while the service is there. */
  check(): void {
    for (const alert of this.alerts.values()) {
      if (isRinging(alert)) this.#checkRinging(alert)
      else expect(alert.ladder?.dueAt ?? null).toBeNull()
      if (isInHand(alert)) {
        const forgotten = alert.progressUntil ?? Number.POSITIVE_INFINITY
        expect(forgotten).toBeLessThanOrEqual(this.now + 45 * MINUTE_MS)
        expect(forgotten).toBeGreaterThan(this.now - 1)
      }
    }
  }

  /** Below the top nobody is told who is known not to be there, or has had too many pages. */
  #checkPage({ alertId, recipient, step: taken, createdAt }: Page): void {
    const alert = alertId === null ? undefined : this.alerts.get(alertId)
    const person = PEOPLE.find((id) => recipient === `person:${id}`)
    if (!alert?.ladder || person === undefined) return
    const policy = policyOf(alert.ladder, this.#policies, this.#inForce)
    const steps = ladderFor(policy, alert.severity)?.steps ?? []
    if (taken === null || taken === steps.length - 1) return
    expect(this.#unreachable.has(person)).toBe(false)
    const before = this.pages.filter((one) => one.recipient === recipient && one.createdAt < createdAt)
    const lastDay = before.filter((one) => one.createdAt > createdAt - DAY_MS)
    expect(lastDay.length).toBeLessThan(policy.pagesPerDay)
  }

  #checkRinging({ id, severity, ladder: running }: Alert): void {
    if (running === null) throw new Error(`${id} rings and has no ladder`)
    const policy = policyOf(running, this.#policies, this.#inForce)
    const steps = ladderFor(policy, severity)
    if (steps === null) throw new Error(`${severity} has no ladder`)
    const top = steps.steps.length - 1
    const { startedAt, dueAt, run, round } = running
    // The next step comes by its time at the latest, and the last comes again.
    const nextBy =
      round > 0
        ? this.now + steps.repeatMinutes * MINUTE_MS
        : startedAt + (steps.steps[running.step]?.afterMinutes ?? 0) * MINUTE_MS
    expect(dueAt).not.toBeNull()
    expect(dueAt).toBeLessThanOrEqual(Math.max(nextBy, this.now))
    expect(dueAt).toBeGreaterThan(this.now)
    // Somebody on duty has been told in this run, by a page that did not fail, or the top level rings.
    const told = this.pages.some(
      ({ key, state, recipient }) =>
        key.startsWith(`${id}:${run}:`) && state !== 'failed' && recipient.startsWith('person:'),
    )
    expect(told || (running.step === top && round > 0)).toBe(true)
  }
}

describe('whatever the rosters, the policies, the failures and the restarts', () => {
  it('no P1 or P2 waits longer than its policy allows without somebody being told, and nobody is told twice for one step', () => {
    fc.assert(
      fc.property(script, (plan) => {
        const district = new District(plan)
        for (const one of plan.acts) district.act(one)
        district.pass(120)
        const keys = district.pages.map(({ key }) => key)
        expect(new Set(keys).size).toBe(keys.length)
      }),
      { numRuns: 150 },
    )
  })
})
