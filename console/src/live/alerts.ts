import type { AlertView, Severity } from '../api/types.ts'

/** What merging a live event needs of an alert; the tests feed it with this much. */
export type LiveAlert = Pick<AlertView, 'id' | 'version' | 'state' | 'severity' | 'openedAt'>

/**
 * By severity, and within it what nobody has taken yet first. One that recovered by itself still wants a word with the
 * resident, but waits behind whoever is in trouble now: a step and a half down. Whom the machine still asks comes last.
 */
const WAITS = {
  open: 0,
  acknowledged: 0.1,
  verifying: 0.1,
  dispatched: 0.1,
  accepted: 0.2,
  on_scene: 0.2,
  transferred: 0.3,
  recovered: 1.5,
  suspected: 4,
  shelved: 5,
  suppressed: 9,
  merged: 9,
  resolved: 9,
  reviewed: 9,
  closed: 9,
}

const GONE: ReadonlySet<LiveAlert['state']> = new Set([
  'merged',
  'suppressed',
  'resolved',
  'reviewed',
  'closed',
])

const urgency = ({ severity, state }: LiveAlert): number => Number(severity.slice(1)) + WAITS[state]

const byUrgency = (a: LiveAlert, b: LiveAlert): number =>
  urgency(a) - urgency(b) || a.openedAt.localeCompare(b.openedAt) || a.id.localeCompare(b.id)

export const sortByUrgency = <A extends LiveAlert>(alerts: readonly A[]): A[] => [...alerts].sort(byUrgency)

/**
 * The list of unresolved alerts after one event. An event that is older than what is known (a replay, or one that was
 * overtaken by our own action's answer) changes nothing: the same list comes back.
 */
export const mergeAlert = <A extends LiveAlert>(alerts: readonly A[], incoming: A): readonly A[] => {
  const known = alerts.find((alert) => alert.id === incoming.id)
  if (known !== undefined && known.version >= incoming.version) return alerts
  const others = alerts.filter((alert) => alert.id !== incoming.id)
  // What an incident explains is looked at under the incident.
  const isGone = GONE.has(incoming.state)
  return isGone ? others : sortByUrgency([...others, incoming])
}

const isUrgent = (severity: Severity) => severity === 'P1' || severity === 'P2'

/**
 * Whether an event must be heard and lit up: an urgent alert that is open now and was not open at that severity before
 * (new, raised, relapsed or reopened).
 */
export const mustRing = (known: LiveAlert | undefined, incoming: LiveAlert): boolean => {
  if (incoming.state !== 'open' || !isUrgent(incoming.severity)) return false
  if (known === undefined) return true
  if (known.version >= incoming.version) return false
  return known.state !== 'open' || incoming.severity < known.severity
}

export const openUrgent = (alerts: readonly LiveAlert[]): number =>
  alerts.filter((alert) => alert.state === 'open' && isUrgent(alert.severity)).length

/** The bell that repeats until somebody has taken every life-at-risk alert. */
export const bellRepeats = (alerts: readonly LiveAlert[]): boolean =>
  alerts.some((alert) => alert.state === 'open' && alert.severity === 'P1')

/** What the tab says while one looks elsewhere: "(3) ⚠ 守望". */
export const pageTitle = (alerts: readonly LiveAlert[], name: string): string => {
  const open = alerts.filter((alert) => alert.state === 'open').length
  if (open === 0) return name
  return openUrgent(alerts) > 0 ? `(${open}) ⚠ ${name}` : `(${open}) ${name}`
}
