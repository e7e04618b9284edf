import type { AlertState, AlertView, Severity } from '../api/types.ts'

/** The queue in six parts instead of fifteen states. */
export const TABS = ['active', 'open', 'in_hand', 'waiting', 'review', 'closed'] as const
export type QueueTab = (typeof TABS)[number]

/** Of what is not in memory the service is asked, by these states. */
export const LISTED: Partial<Record<QueueTab, readonly AlertState[]>> = {
  waiting: ['suspected', 'shelved', 'suppressed', 'merged'],
  review: ['resolved', 'reviewed'],
  closed: ['closed'],
}

export interface QueueFilter {
  /** `active` is all that is not over and explained by nothing else. */
  tab: QueueTab
  severities: readonly Severity[]
  /** Any name on the path of jurisdictions; null: everywhere. */
  place: string | null
}

export const everything: QueueFilter = { tab: 'active', severities: [], place: null }

type Filtered = Pick<AlertView, 'state' | 'severity' | 'jurisdictionPath' | 'acknowledgedAt'>

/** Where an alert stands: what came back by itself waits for somebody, until somebody has it. */
export const tabOf = ({ state, acknowledgedAt }: Filtered): QueueTab => {
  switch (state) {
    case 'open':
      return 'open'
    case 'recovered':
      return acknowledgedAt === null ? 'open' : 'in_hand'
    case 'suspected':
    case 'shelved':
    case 'suppressed':
    case 'merged':
      return 'waiting'
    case 'resolved':
    case 'reviewed':
      return 'review'
    case 'closed':
      return 'closed'
    default:
      return 'in_hand'
  }
}

export const passes = (filter: QueueFilter, alert: Filtered): boolean =>
  (filter.tab === 'active' || tabOf(alert) === filter.tab) &&
  (filter.severities.length === 0 || filter.severities.includes(alert.severity)) &&
  (filter.place === null || alert.jurisdictionPath.includes(filter.place))

/** How many of the alerts in memory each part would show under the rest of the filter. */
export const countsByTab = (
  alerts: readonly Filtered[],
  filter: QueueFilter,
): Partial<Record<QueueTab, number>> & { active: number } => {
  const counts: ReturnType<typeof countsByTab> = { active: 0 }
  for (const alert of alerts)
    if (passes({ ...filter, tab: 'active' }, alert)) {
      const tab = tabOf(alert)
      counts.active += 1
      counts[tab] = (counts[tab] ?? 0) + 1
    }
  return counts
}
