import { DeleteOutlined, PlusOutlined } from '@ant-design/icons'
import { Button, Checkbox, InputNumber, Select, Switch } from 'antd'
import { useTranslation } from 'react-i18next'
import type { Severity } from '../api/types.ts'
import { SeverityLabel } from '../severity/Severity.tsx'
import { type LadderStep, newLadder, type SeverityPolicy, TARGETS } from './ladder.ts'

const NUMBERS = ['repeatMinutes', 'progressMinutes', 'sceneMinutes'] as const

const Steps = ({
  steps,
  onChange,
}: {
  steps: readonly LadderStep[]
  onChange: (steps: LadderStep[]) => void
}) => {
  const { t } = useTranslation()
  const put = (at: number, change: Partial<LadderStep>) =>
    onChange(steps.map((step, index) => (index === at ? { ...step, ...change } : step)))
  const latest = Math.max(0, ...steps.map(({ afterMinutes }) => afterMinutes))
  return (
    <>
      <ol className="ladder-steps">
        {steps.map((step, at) => (
          // Steps are told apart by their place: their times are being typed.
          <li key={at}>
            <InputNumber
              min={0}
              value={step.afterMinutes}
              aria-label={t('policy.afterMinutes')}
              suffix={t('policy.minutes')}
              onChange={(afterMinutes) => afterMinutes !== null && put(at, { afterMinutes })}
            />
            <Select
              mode="multiple"
              value={step.tell}
              status={step.tell.length === 0 ? 'error' : ''}
              aria-label={t('policy.tell')}
              placeholder={t('policy.tell')}
              options={TARGETS.map((value) => ({ value, label: t(`policy.target.${value}`) }))}
              onChange={(tell) => put(at, { tell })}
            />
            <Button
              type="text"
              icon={<DeleteOutlined aria-hidden />}
              disabled={steps.length === 1}
              aria-label={t('policy.removeStep')}
              onClick={() => onChange(steps.filter((_, index) => index !== at))}
            />
          </li>
        ))}
      </ol>
      {steps.length < 10 && (
        <Button
          icon={<PlusOutlined aria-hidden />}
          onClick={() => onChange([...steps, { afterMinutes: latest + 15, tell: [] }])}
        >
          {t('policy.addStep')}
        </Button>
      )}
    </>
  )
}

/** `ladder` null: alerts of this severity stand in the queue and call nobody. */
export const LadderFields = ({
  severity,
  ladder,
  onChange,
}: {
  severity: Severity
  ladder: SeverityPolicy | null
  onChange: (ladder: SeverityPolicy | null) => void
}) => {
  const { t } = useTranslation()
  return (
    <section className={`ladder is-edited severity-${severity}`}>
      <h3>
        <SeverityLabel severity={severity} size={17} />
        <Switch
          checked={ladder !== null}
          checkedChildren={t('policy.climbs')}
          unCheckedChildren={t('policy.stands')}
          // Smoke calls somebody, whatever a district writes.
          disabled={severity === 'P1' && ladder !== null}
          aria-label={t('policy.climbs')}
          onChange={(on) => onChange(on ? newLadder() : null)}
        />
      </h3>
      {ladder !== null && (
        <>
          <Steps steps={ladder.steps} onChange={(steps) => onChange({ ...ladder, steps })} />
          <div className="ladder-numbers">
            {NUMBERS.map((name) => (
              <label key={name}>
                <span>{t(`policy.${name}`)}</span>
                <InputNumber
                  min={1}
                  value={ladder[name]}
                  suffix={t('policy.minutes')}
                  onChange={(next) => next !== null && onChange({ ...ladder, [name]: next })}
                />
              </label>
            ))}
          </div>
          <Checkbox
            checked={ladder.workingHoursOnly}
            onChange={(event) => onChange({ ...ladder, workingHoursOnly: event.target.checked })}
          >
            {t('policy.workingHoursOnly')}
          </Checkbox>
          <Checkbox
            checked={ladder.tellFireService}
            onChange={(event) => onChange({ ...ladder, tellFireService: event.target.checked })}
          >
            {t('policy.fireService')}
          </Checkbox>
        </>
      )}
    </section>
  )
}
