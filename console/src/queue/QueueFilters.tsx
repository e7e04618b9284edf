import { Select } from 'antd'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import type { AlertView, Severity } from '../api/types.ts'
import { SeverityShape } from '../severity/Severity.tsx'
import { SEVERITIES } from '../severity/shapes.ts'
import { countsByState, type QueueFilter } from './filter.ts'

const STATES = ['active', 'open', 'acknowledged', 'recovered', 'suspected', 'resolved'] as const

const toggled = (list: readonly Severity[], one: Severity): Severity[] =>
  list.includes(one) ? list.filter((other) => other !== one) : [...list, one]

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
  const counts = useMemo(() => countsByState(alerts, filter), [alerts, filter])
  const places = useMemo(
    () => [...new Set(alerts.flatMap((alert) => alert.jurisdictionPath.slice(-2)))].sort(),
    [alerts],
  )
  return (
    <div className="queue-filters">
      <div className="state-tabs" role="tablist" aria-label={t('queue.byState')}>
        {STATES.map((state) => (
          <button
            key={state}
            type="button"
            role="tab"
            aria-selected={filter.state === state}
            onClick={() => onChange({ ...filter, state })}
          >
            {t(`state.${state}`)}
            {state !== 'resolved' && <span className="count">{counts[state] ?? 0}</span>}
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
