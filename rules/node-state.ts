import type { Evidence, FindingKind, Json } from '../contracts/finding.ts'
import type { FindingId } from '../contracts/ids.ts'
import type { NodeContext, NodeFinding } from '../contracts/neighbourhood.ts'
import type { EpochMs } from '../contracts/time.ts'
import { type NodeRhythm, newRhythm } from './node-rhythm.ts'

export type NodeKind = Extract<FindingKind, `neighbourhood.${string}`>

/** The pause under way: since the last use of any home, until when whose water is known, how unlikely it is by the rhythm. */
export interface Pause {
  since: EpochMs
  homes: readonly (readonly [homeId: string, until: EpochMs])[]
  surprise: number
}

/** An incident that holds now. `back`: when it first looked over, and the homes that say so. */
export interface OpenIncident {
  id: FindingId
  kind: NodeKind
  since: EpochMs
  raisedAt: EpochMs
  homes: number
  back: { at: EpochMs; homes: readonly string[] } | null
  settingsVersion: number
}

export interface SilentDevice {
  homeId: string
  deviceId: string
  since: EpochMs
}

/** Everything the correlator remembers of a place: plain JSON, versioned. What grows with its homes is kept for a pause alone. */
export interface NodeState {
  version: 1
  zone: string
  rhythm: NodeRhythm
  pause: Pause | null
  silent: readonly SilentDevice[]
  open: readonly OpenIncident[]
}

export const newNodeState = (zone: string, now: EpochMs): NodeState => ({
  version: 1,
  zone,
  rhythm: newRhythm(now),
  pause: null,
  silent: [],
  open: [],
})

/** Takes what was stored by this or an earlier release. Throws on a version it does not know. */
export function readNodeState(json: Json): NodeState {
  if (json === null || typeof json !== 'object' || Array.isArray(json) || json.version !== 1)
    throw new Error('node state: unknown version')
  return json as unknown as NodeState
}

/** One step under way: the next state, which is replaced and never written, and what was concluded. */
export interface NodeTurn {
  node: NodeState
  now: EpochMs
  context: NodeContext
  findings: NodeFinding[]
}

export const openIncident = (node: NodeState, kind: NodeKind): OpenIncident | undefined =>
  node.open.find((open) => open.kind === kind)

export function raiseIncident(
  turn: NodeTurn,
  kind: NodeKind,
  since: EpochMs,
  homes: number,
  evidence: Evidence,
): void {
  const { nodeId, settings } = turn.context
  const open: OpenIncident = {
    id: `${nodeId}/${kind}/${since}` as FindingId,
    kind,
    since,
    raisedAt: turn.now,
    homes,
    back: null,
    settingsVersion: settings.version,
  }
  turn.node = { ...turn.node, open: [...turn.node.open, open] }
  turn.findings.push(asFinding(turn, open, 'raised', evidence))
}

export function changeIncident(turn: NodeTurn, open: OpenIncident, change: Partial<OpenIncident>): void {
  const changed = { ...open, ...change }
  turn.node = { ...turn.node, open: turn.node.open.map((one) => (one.id === open.id ? changed : one)) }
}

export function clearIncident(turn: NodeTurn, open: OpenIncident, evidence: Evidence): void {
  turn.node = { ...turn.node, open: turn.node.open.filter((one) => one.id !== open.id) }
  turn.findings.push({ ...asFinding(turn, open, 'cleared', evidence), clearedAt: turn.now })
}

const asFinding = (
  turn: NodeTurn,
  { id, kind, since, raisedAt, settingsVersion }: OpenIncident,
  phase: NodeFinding['phase'],
  evidence: Evidence,
): NodeFinding => ({
  id,
  jurisdictionId: turn.context.nodeId,
  kind,
  severity: 'P3',
  phase,
  since,
  raisedAt,
  evidence,
  settingsVersion,
})
