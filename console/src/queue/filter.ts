import type { AlertState, AlertView, Severity } from '../api/types.ts'

export interface QueueFilter {
  /** `active` is all that is not resolved. */
  state: 'active' | AlertState
  severities: readonly Severity[]
  /** Any name on the path of jurisdictions; null: everywhere. */
  place: string | null
}

export const everything: QueueFilter = { state: 'active', severities: [], place: null }

type Filtered = Pick<AlertView, 'state' | 'severity' | 'jurisdictionPath'>

export const passes = (filter: QueueFilter, alert: Filtered): boolean =>
  (filter.state === 'active' || alert.state === filter.state) &&
  (filter.severities.length === 0 || filter.severities.includes(alert.severity)) &&
  (filter.place === null || alert.jurisdictionPath.includes(filter.place))

/** How many alerts each state would show under the rest of the filter. */
export const countsByState = (
  alerts: readonly Filtered[],
  filter: QueueFilter,
): Partial<Record<'active' | AlertState, number>> & { active: number } => {
  const counts: ReturnType<typeof countsByState> = { active: 0 }
  for (const alert of alerts)
    if (passes({ ...filter, state: 'active' }, alert)) {
      counts.active += 1
      counts[alert.state] = (counts[alert.state] ?? 0) + 1
    }
  return counts
}
