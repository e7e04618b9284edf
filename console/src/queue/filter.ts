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
): Record<'active' | AlertState, number> => {
  const counts = { active: 0, suspected: 0, open: 0, acknowledged: 0, recovered: 0, merged: 0, resolved: 0 }
  for (const alert of alerts)
    if (passes({ ...filter, state: 'active' }, alert)) {
      counts.active += 1
      counts[alert.state] += 1
    }
  return counts
}
