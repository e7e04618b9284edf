import { InputNumber, Select } from 'antd'
import { useTranslation } from 'react-i18next'
import type { Metric } from '../api/types.ts'
import type { FieldDraft } from './draft.ts'
import { useMetrics } from './queries.ts'
import { isState, unitsOf } from './units.ts'

const useMetricOptions = () => {
  const { t } = useTranslation()
  const metrics = useMetrics()
  const named = ({ name }: Metric) => ({ value: name, label: t(`metricName.${name}`) })
  return [
    { label: t('mapping.numbers'), options: metrics.filter(({ form }) => form !== 'state').map(named) },
    { label: t('mapping.states'), options: metrics.filter(({ form }) => form === 'state').map(named) },
  ]
}

const Factor = ({
  metric,
  factor,
  onChange,
}: {
  metric: string
  factor: number
  onChange: (factor: number) => void
}) => {
  const { t } = useTranslation()
  const known = useMetrics().find(({ name }) => name === metric)
  const units = known === undefined ? [] : unitsOf(known)
  const isKnown = units.some(([, value]) => value === factor)
  return (
    <span className="mapping-factor">
      <Select
        aria-label={t('mapping.unit')}
        value={isKnown ? factor : 0}
        options={[
          ...units.map(([unit, value]) => ({ value, label: unit })),
          { value: 0, label: t('mapping.otherUnit') },
        ]}
        onChange={(value: number) => onChange(value === 0 ? factor * 10 : value)}
      />
      {!isKnown && (
        <InputNumber
          aria-label={t('mapping.factor')}
          min={1e-9}
          prefix="×"
          value={factor}
          onChange={(value) => onChange(value ?? 1)}
        />
      )}
    </span>
  )
}

const Words = ({
  label,
  value,
  onChange,
}: {
  label: string
  value: string[]
  onChange: (words: string[]) => void
}) => (
  <Select
    mode="tags"
    maxCount={20}
    aria-label={label}
    placeholder={label}
    notFoundContent={null}
    suffixIcon={null}
    tokenSeparators={[',', ' ']}
    value={value}
    onChange={onChange}
  />
)

/** A state of which no word is known says nothing: what 1 means is for people to say. */
const isSilent = ({ said, trueWhen, falseWhen }: FieldDraft): boolean =>
  typeof said !== 'boolean' && trueWhen.length === 0 && falseWhen.length === 0

/** One name of the message: what it says, and what that is. */
export const FieldRow = ({
  draft,
  withMessage = true,
  onChange,
}: {
  draft: FieldDraft
  /** A message lies beside it, which says something under this name or does not. */
  withMessage?: boolean
  onChange: (change: Partial<FieldDraft>) => void
}) => {
  const { t } = useTranslation()
  const options = useMetricOptions()
  const metrics = useMetrics()
  return (
    <li className="mapping-field">
      <div className="mapping-name">
        <code>{draft.name}</code>
        {draft.said === null ? (
          withMessage && <span className="soft">{t('mapping.notSaid')}</span>
        ) : (
          <span className="soft">{String(draft.said)}</span>
        )}
      </div>
      <Select
        allowClear
        showSearch={{ optionFilterProp: 'label' }}
        aria-label={t('mapping.meaning', { name: draft.name })}
        placeholder={t('mapping.notTaken')}
        value={draft.metric}
        options={options}
        onChange={(metric: string | undefined) => onChange({ metric: metric ?? null, factor: 1 })}
      />
      {draft.metric !== null && !isState(metrics, draft.metric) && (
        <Factor metric={draft.metric} factor={draft.factor} onChange={(factor) => onChange({ factor })} />
      )}
      {draft.metric !== null && isState(metrics, draft.metric) && (
        <span className="mapping-words">
          <Words
            label={t('mapping.trueWhen')}
            value={draft.trueWhen}
            onChange={(trueWhen) => onChange({ trueWhen })}
          />
          <Words
            label={t('mapping.falseWhen')}
            value={draft.falseWhen}
            onChange={(falseWhen) => onChange({ falseWhen })}
          />
          {isSilent(draft) && <span className="soft">{t('mapping.noWords')}</span>}
        </span>
      )}
    </li>
  )
}
