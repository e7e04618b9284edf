import { InputNumber, Switch } from 'antd'
import { useTranslation } from 'react-i18next'
import type { Rule } from './rebase.ts'

/** Parts of one, asked for in percent: nobody thinks in 0.98. */
const SHARES: ReadonlySet<string> = new Set(['share', 'nightShare'])
const asPercent = (share: number): number => Number((100 * share).toFixed(6))
const asShare = (percent: number): number => Number((percent / 100).toFixed(8))

/** One rule of the document: what it says, its numbers, its switch. */
export const RuleForm = ({
  name,
  rule,
  onChange,
}: {
  name: string
  rule: Rule
  onChange: (rule: Rule) => void
}) => {
  const { t } = useTranslation()
  const { enabled, ...rest } = rule
  return (
    <section className={`rule${enabled === false ? ' is-off' : ''}`}>
      <div className="rule-said">
        <h3>{t(`kind.${name}`)}</h3>
        <p className="soft">{t(`rule.${name}`)}</p>
      </div>
      <div className="rule-settings">
        {Object.entries(rest).map(
          ([key, value]) =>
            typeof value === 'number' && (
              <label key={key}>
                <span>{t(`setting.${key}`)}</span>
                <InputNumber
                  min={0}
                  value={SHARES.has(key) ? asPercent(value) : value}
                  disabled={enabled === false}
                  suffix={t(`settingUnit.${key}`, { defaultValue: '' })}
                  onChange={(next) =>
                    next !== null && onChange({ ...rule, [key]: SHARES.has(key) ? asShare(next) : next })
                  }
                />
              </label>
            ),
        )}
      </div>
      <div className="rule-switch">
        {typeof enabled === 'boolean' ? (
          <Switch
            checked={enabled}
            checkedChildren={t('rule.on')}
            unCheckedChildren={t('rule.off')}
            aria-label={t(`kind.${name}`)}
            onChange={(next) => onChange({ ...rule, enabled: next })}
          />
        ) : (
          <span className="faint">{t('rule.always')}</span>
        )}
      </div>
    </section>
  )
}
