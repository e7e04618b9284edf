import fc from 'fast-check'
import { beforeEach, expect, it, vi } from 'vitest'
import { type Held, stepHolding, tryAgain } from '../../app/pipeline/held-cases.ts'
import type { Alert } from '../../contracts/alert.ts'
import { type AlertId, FindingId } from '../../contracts/ids.ts'
import { MINUTE_MS } from '../../contracts/time.ts'
import { type CaseContext, type CaseEvent, isActive, isRinging } from '../../dispatch/case.ts'
import type * as Lifecycle from '../../dispatch/lifecycle.ts'
import { aFinding, contextOf, T0 } from '../dispatch/case.ts'

const broken = vi.hoisted(() => ({
  on: (_active: readonly Alert[], _event: CaseEvent): 'throws' | 'lingers' | 'works' => 'works',
}))

vi.mock('../../dispatch/lifecycle.ts', async (original) => {
  const real = await original<typeof Lifecycle>()
  const step = (active: readonly Alert[], event: CaseEvent, now: number, context: CaseContext) => {
    const how = broken.on(active, event)
    if (how === 'throws') throw new Error('broken')
    const result = real.step(active, event, now, context)
    return how === 'lingers' ? { ...result, deadline: now } : result
  }
  return { ...real, step }
})

beforeEach(() => {
  broken.on = () => 'works'
})

const KINDS = [
  { kind: 'smoke.alarm', severity: 'P1' },
  { kind: 'inactivity.water_none', severity: 'P2' },
  { kind: 'water.flood', severity: 'P2' },
  { kind: 'home.blind', severity: 'P3' },
] as const

/** A home as the pipeline keeps it. */
function home() {
  const alerts = new Map<AlertId, Alert>()
  let held: Held | null = null
  let deadline: number | null = null
  let made = 0
  const tell = (event: CaseEvent, now: number) => {
    const active = [...alerts.values()].filter(isActive)
    const context = contextOf(() => `alert-${++made}`)
    const { result, held: next, fault } = stepHolding(active, event, now, context, held)
    for (const alert of result.alerts) {
      // Each change is one version on, with its line: what is kept refuses anything else.
      const lines = result.timeline.filter(({ alertId }) => alertId === alert.id)
      expect(alert.version).toBe((alerts.get(alert.id)?.version ?? 0) + lines.length)
      alerts.set(alert.id, alert)
    }
    if (next !== null) expect(next.dueAt).toBeGreaterThan(now)
    if (fault !== null) expect(next).not.toBeNull()
    ;[held, deadline] = [next, result.deadline]
    if (event.type === 'deadline' && deadline !== null) expect(deadline).toBeGreaterThan(now)
    return { events: [], fault }
  }
  return {
    tell,
    alerts: () => [...alerts.values()],
    deadline: () => deadline,
    held: () => held,
    async due(now: number) {
      if (held === null || held.dueAt > now) return void tell({ type: 'deadline' }, now)
      const put = async (next: Held | null) => void (held = next)
      await tryAgain(held, now, put, async (event) => tell(event, now))
    },
  }
}

const faults = fc.record({
  kinds: fc.subarray(['smoke', 'inactivity', 'water', 'home', 'none']),
  events: fc.subarray(['finding', 'deadline', 'rung_bare']),
  how: fc.constantFrom('throws' as const, 'lingers' as const),
})

it('whatever breaks: danger is on the desk at once, nothing is asked for ever, and all is known when it is mended', async () => {
  const happening = fc.record({
    kind: fc.nat({ max: KINDS.length - 1 }),
    passes: fc.integer({ min: 0, max: 40 }),
    fault: fc.option(faults, { nil: undefined }),
  })
  await fc.assert(
    fc.asyncProperty(fc.array(happening, { minLength: 1, maxLength: 25 }), async (happenings) => {
      broken.on = () => 'works'
      const one = home()
      const open = new Map<number, FindingId>()
      let now = T0
      const pass = async (until: number) => {
        let asked = 0
        for (let at = one.deadline(); at !== null && at <= until; at = one.deadline()) {
          expect(++asked).toBeLessThan(400)
          await one.due(at)
        }
        now = until
      }
      for (const [index, { kind, passes, fault }] of happenings.entries()) {
        await pass(now + passes * MINUTE_MS)
        if (fault)
          broken.on = (active, { type }) =>
            fault.events.includes(type) &&
            (fault.kinds.includes('none') || active.some(({ family }) => fault.kinds.includes(family)))
              ? fault.how
              : 'works'
        const what = KINDS[kind]
        if (!what) throw new Error('no such kind')
        const id = open.get(kind) ?? FindingId.parse(`home-1/${what.kind}/${index}`)
        const phase = open.has(kind) ? 'cleared' : 'raised'
        one.tell({ type: 'finding', finding: aFinding({ ...what, id, phase }, now) }, now)
        if (phase === 'cleared') open.delete(kind)
        else {
          open.set(kind, id)
          const alert = one.alerts().find(({ findings }) => findings.includes(id))
          if (what.severity !== 'P3') expect(alert && isRinging(alert)).toBe(true)
        }
      }
      broken.on = () => 'works'
      await pass(now + 30 * MINUTE_MS)
      expect(one.held()).toBeNull()
      expect(new Set(one.alerts().flatMap(({ findings }) => findings))).toEqual(new Set(open.values()))
    }),
    { numRuns: 500 },
  )
})
