import { Select } from 'antd'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { useSummary } from '../api/queries.ts'
import type { AlertView, Severity } from '../api/types.ts'
import { SeverityShape } from '../severity/Severity.tsx'
import { SEVERITIES } from '../severity/shapes.ts'
import { countsByTab, LISTED, type QueueFilter, type QueueTab, TABS } from './filter.ts'

const toggled = (list: readonly Severity[], one: Severity): Severity[] =>
  list.includes(one) ? list.filter((other) => other !== one) : [...list, one]

/** What is in memory is counted under the filter; of the rest the service says how many there are. */
const useCounts = (alerts: readonly AlertView[], filter: QueueFilter): ((tab: QueueTab) => number | null) => {
  const counts = useMemo(() => countsByTab(alerts, filter), [alerts, filter])
  const states = useSummary().data?.alertStates
  return (tab) => {
    const listed = LISTED[tab]
    if (listed === undefined) return counts[tab] ?? 0
    // Everything that ever was closed is no number that anybody needs.
    if (tab === 'closed' || states == null) return null
    return listed.reduce((sum, state) => sum + (states[state] ?? 0), 0)
  }
}

export const QueueFilters = ({
  filter,
  alerts,
  onChange,
}: {
  filter: QueueFilter
  alerts: readonly AlertView[]
  onChange: (filter: QueueFilter) => void
}) => {
  const { t } = useTranslation()
  const countOf = useCounts(alerts, filter)
  const places = useMemo(
    () => [...new Set(alerts.flatMap((alert) => alert.jurisdictionPath.slice(-2)))].sort(),
    [alerts],
  )
  return (
    <div className="queue-filters">
      <div className="state-tabs" role="tablist" aria-label={t('queue.byState')}>
        {TABS.map((tab) => (
          <button
            key={tab}
            type="button"
            role="tab"
            aria-selected={filter.tab === tab}
            onClick={() => onChange({ ...filter, tab })}
          >
            {t(`tab.${tab}`)}
            {countOf(tab) !== null && <span className="count">{countOf(tab)}</span>}
          </button>
        ))}
      </div>
      <div className="queue-filters-second">
        <fieldset className="severity-toggles" aria-label={t('queue.bySeverity')}>
          {SEVERITIES.map((severity) => (
            <button
              key={severity}
              type="button"
              className={`severity-${severity}`}
              aria-pressed={filter.severities.includes(severity)}
              title={t(`severity.${severity}`)}
              onClick={() => onChange({ ...filter, severities: toggled(filter.severities, severity) })}
            >
              <SeverityShape severity={severity} size={15} /> {severity}
            </button>
          ))}
        </fieldset>
        <Select
          className="place-select"
          allowClear
          variant="borderless"
          placeholder={t('queue.everywhere')}
          aria-label={t('queue.byPlace')}
          value={filter.place}
          options={places.map((place) => ({ value: place, label: place }))}
          onChange={(place: string | undefined) => onChange({ ...filter, place: place ?? null })}
        />
      </div>
    </div>
  )
}
