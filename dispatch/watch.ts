import type { EscalationPolicy, Page, Roster } from '../contracts/duty.ts'
import type { JurisdictionId, PersonId } from '../contracts/ids.ts'
import { type EpochMs, minutesMs } from '../contracts/time.ts'
import { coverOf, onDutyAt, rosterAt } from './roster.ts'

/** A test page of this shift: whether whoever is on duty answers. */
export interface ReachTest {
  personId: PersonId
  key: string
  dueAt: EpochMs
  state: 'waiting' | 'reached' | 'missed'
}

/** The watch over the duty of one node: nobody there, or somebody who does not answer. */
export interface DutyWatch {
  nodeId: JurisdictionId
  /** The shift whose tests these are; null: nobody is on duty. */
  shiftFrom: EpochMs | null
  tests: ReachTest[]
  /** Since when nobody is on duty; null: somebody is. */
  gapSince: EpochMs | null
}

export type WatchEvent =
  /** A time has come, or the roster or who of it serves has changed. */
  | { type: 'deadline' }
  /** A step of a ladder found nobody. */
  | { type: 'gap' }
  | { type: 'answered'; key: string }
  /** It arrived, as far as can be known. */
  | { type: 'sent'; key: string }
  /** They could not be told: a test, or a page about an alert. */
  | { type: 'failed'; personId: PersonId }
  /** They serve again, after a time in which they did not. */
  | { type: 'returned'; personId: PersonId }

export interface WatchContext {
  rosters: readonly Roster[]
  policy: EscalationPolicy
  /** Can say that they were reached: they have an account, or their channel answers. For others arriving must do. */
  canAnswer(personId: PersonId): boolean
  /** False of somebody who was made unavailable: the roster names them still, and nobody will answer. */
  serves(personId: PersonId): boolean
}

/** What the node above is to be told, or told no more. */
export interface DutyFinding {
  kind: 'duty.gap' | 'duty.unreachable'
  phase: 'raised' | 'cleared'
  nodeId: JurisdictionId
  personId: PersonId | null
  since: EpochMs
}

export interface WatchResult {
  watch: DutyWatch
  pages: Page[]
  findings: DutyFinding[]
  deadline: EpochMs | null
}

export const newWatch = (nodeId: JurisdictionId): DutyWatch => ({
  nodeId,
  shiftFrom: null,
  tests: [],
  gapSince: null,
})

/** One event through the watch of a node. At the start of a shift everybody on duty is paged, and must answer in time. */
export function stepWatch(
  watch: DutyWatch,
  event: WatchEvent,
  now: EpochMs,
  context: WatchContext,
): WatchResult {
  const roster = rosterAt(context.rosters, watch.nodeId, now)
  const duty = roster && onDutyAt(roster, now)
  const result: WatchResult = { watch: { ...watch }, pages: [], findings: [], deadline: null }
  const onDuty = duty === null ? [] : [duty.primary, duty.backup].filter((one) => one !== null)
  const staffed = onDuty.some(context.serves)
  // A node that never had a roster lacks nobody until a ladder looks there for somebody.
  const isLooked = event.type === 'gap' || watch.shiftFrom !== null || duty !== null
  if (staffed || isLooked) lookForGap(result, staffed, now)
  if (duty === null) endShift(result, null)
  else {
    if (watch.shiftFrom !== duty.shiftFrom) endShift(result, duty.shiftFrom)
    if (event.type === 'returned') forget(result, event.personId)
    for (const personId of onDuty) test(result, personId, now, context)
    for (const one of result.watch.tests) settle(result, one, event, now, context)
  }
  const waits = result.watch.tests.flatMap((one) => (one.state === 'waiting' ? one.dueAt : []))
  const changes = coverChanges(watch.nodeId, context.rosters).filter((at) => at > now)
  const bounds = [...waits, ...changes, ...(duty === null ? [] : [duty.to])]
  return { ...result, deadline: bounds.length > 0 ? Math.min(...bounds) : null }
}

function lookForGap({ watch, findings }: WatchResult, staffed: boolean, now: EpochMs): void {
  const { nodeId, gapSince } = watch
  const finding = { kind: 'duty.gap', nodeId, personId: null } as const
  if (staffed && gapSince !== null) {
    findings.push({ ...finding, phase: 'cleared', since: gapSince })
    watch.gapSince = null
  }
  if (staffed || gapSince !== null) return
  findings.push({ ...finding, phase: 'raised', since: now })
  watch.gapSince = now
}

/** Who did not answer in one shift may well answer in the next. */
function endShift({ watch, findings }: WatchResult, shiftFrom: EpochMs | null): void {
  for (const { personId, state, dueAt } of watch.tests)
    if (state === 'missed') findings.push(unreachable(watch.nodeId, personId, 'cleared', dueAt))
  watch.tests = []
  watch.shiftFrom = shiftFrom
}

/** Whoever is back is asked anew: what they said before says nothing of now. */
function forget({ watch, findings }: WatchResult, personId: PersonId): void {
  for (const { state, dueAt } of watch.tests.filter((one) => one.personId === personId))
    if (state === 'missed') findings.push(unreachable(watch.nodeId, personId, 'cleared', dueAt))
  watch.tests = watch.tests.filter((one) => one.personId !== personId)
}

function test(
  { watch, pages }: WatchResult,
  personId: PersonId,
  now: EpochMs,
  { policy, serves }: WatchContext,
): void {
  if (watch.tests.some((one) => one.personId === personId)) return
  const key = `test:${watch.nodeId}:${watch.shiftFrom}:${personId}:${now}`
  const dueAt = now + minutesMs(policy.reachMinutes)
  watch.tests = [...watch.tests, { personId, key, dueAt, state: 'waiting' }]
  if (serves(personId)) pages.push(testPage(key, watch.nodeId, personId, now))
}

function settle(
  result: WatchResult,
  one: ReachTest,
  event: WatchEvent,
  now: EpochMs,
  { canAnswer, serves }: WatchContext,
): void {
  const { watch, findings } = result
  const put = (state: ReachTest['state']) => {
    watch.tests = watch.tests.map((other) => (other.key === one.key ? { ...other, state } : other))
  }
  const answered = event.type === 'answered' || (event.type === 'sent' && !canAnswer(one.personId))
  if (answered && event.key === one.key && one.state !== 'reached') {
    put('reached')
    if (one.state === 'missed') findings.push(unreachable(watch.nodeId, one.personId, 'cleared', one.dueAt))
    return
  }
  const failed = (event.type === 'failed' && event.personId === one.personId) || !serves(one.personId)
  const late = one.state === 'waiting' && one.dueAt <= now
  if (one.state === 'missed' || !(failed || late)) return
  put('missed')
  findings.push(unreachable(watch.nodeId, one.personId, 'raised', now))
}

const unreachable = (
  nodeId: JurisdictionId,
  personId: PersonId,
  phase: DutyFinding['phase'],
  since: EpochMs,
): DutyFinding => ({ kind: 'duty.unreachable', phase, nodeId, personId, since })

/** When a roster of the node begins or ends to cover: also in the middle of a shift another one counts from then on. */
const coverChanges = (nodeId: JurisdictionId, rosters: readonly Roster[]): EpochMs[] =>
  rosters.flatMap((roster) => {
    const { from, to } = coverOf(roster)
    return roster.jurisdictionId === nodeId ? [from, to] : []
  })

const testPage = (key: string, nodeId: JurisdictionId, personId: PersonId, now: EpochMs): Page => ({
  key,
  purpose: 'test',
  alertId: null,
  homeId: null,
  jurisdictionId: nodeId,
  recipient: `person:${personId}`,
  severity: null,
  step: null,
  dueAt: now,
  createdAt: now,
  state: 'queued',
  channelId: null,
  sentAt: null,
  reason: null,
  drill: false,
})
