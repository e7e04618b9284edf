import { type Evidence, type Finding, type FindingKind, familyOf } from '../contracts/finding.ts'
import type { RuleContext } from '../contracts/home.ts'
import type { DeviceId, FindingId } from '../contracts/ids.ts'
import type { Severity } from '../contracts/severity.ts'
import type { EpochMs } from '../contracts/time.ts'
import type { HomeState, OpenFinding } from './state.ts'

/** One step under way: the draft of the next state, and what it has concluded so far. */
export interface Turn {
  home: HomeState
  now: EpochMs
  context: RuleContext
  findings: Finding[]
}

export function openFinding(home: HomeState, kind: FindingKind, subject = ''): OpenFinding | undefined {
  for (const open of home.open) if (open.kind === kind && open.subject === subject) return open
  return undefined
}

export function raise(
  turn: Turn,
  finding: {
    kind: FindingKind
    severity: Severity
    since: EpochMs
    evidence: Evidence
    subject?: string
    deviceId?: string
    count?: number
    until?: EpochMs
  },
): void {
  const { evidence, subject = '', ...told } = finding
  const rest = { ...told, since: sinceSignOfLife(turn, told) }
  const open: OpenFinding = {
    ...rest,
    subject,
    id: [turn.context.homeId, rest.kind, ...(subject === '' ? [] : [subject.slice(0, 88)]), rest.since].join(
      '/',
    ) as FindingId,
    raisedAt: turn.now,
    settingsVersion: turn.context.settings.version,
  }
  turn.home.open = [...turn.home.open, open]
  turn.findings.push(asFinding(turn, open, 'raised', evidence))
}

/** What a resident's own word has ended is over: the inactivity that follows is another one. */
const sinceSignOfLife = (turn: Turn, { kind, since }: { kind: FindingKind; since: EpochMs }): EpochMs =>
  familyOf(kind) === 'inactivity' ? Math.max(since, turn.home.signOfLifeAt ?? 0) : since

/** Says again what still holds: more severe, or with news. A severity never falls. */
export function update(turn: Turn, open: OpenFinding, evidence: Evidence): void {
  turn.findings.push(asFinding(turn, open, 'updated', evidence))
}

export function clear(turn: Turn, open: OpenFinding, evidence: Evidence): void {
  turn.home.open = turn.home.open.filter((other) => other !== open)
  turn.findings.push({ ...asFinding(turn, open, 'cleared', evidence), clearedAt: turn.now })
}

function asFinding(turn: Turn, open: OpenFinding, phase: Finding['phase'], evidence: Evidence): Finding {
  return {
    id: open.id,
    homeId: turn.context.homeId,
    kind: open.kind,
    severity: open.severity,
    ...(open.deviceId === undefined ? {} : { deviceId: open.deviceId as DeviceId }),
    phase,
    since: open.since,
    raisedAt: open.raisedAt,
    evidence,
    settingsVersion: open.settingsVersion,
  }
}
