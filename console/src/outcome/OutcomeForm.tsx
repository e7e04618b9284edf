import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import {
  ACTIONS,
  asksAwayUntil,
  CAUSES,
  CONTACTS,
  type Fault,
  type Field,
  NEEDS,
  type OutcomeDraft,
  verdictsFor,
} from './draft.ts'

/** One of a few, each a target that a thumb finds. */
const Choices = <Value extends string>({
  field,
  options,
  value,
  onChoose,
}: {
  field: Field
  options: readonly Value[]
  value: string | null
  onChoose: (value: Value) => void
}) => {
  const { t } = useTranslation()
  return (
    <div className="choices">
      {options.map((option) => (
        <label key={option} className={value === option ? 'is-chosen' : ''}>
          <input type="radio" name={field} checked={value === option} onChange={() => onChoose(option)} />
          <span>{t(`outcome.${field}.${option}`)}</span>
        </label>
      ))}
    </div>
  )
}

const Question = ({
  number,
  field,
  isMissing,
  children,
}: {
  number: number
  field: Field
  isMissing: boolean
  children: ReactNode
}) => {
  const { t } = useTranslation()
  return (
    <fieldset className={isMissing ? 'question is-missing' : 'question'}>
      <legend>
        <span className="question-number">{number}</span> {t(`outcome.ask.${field}`)}
        {isMissing && <em>{t('outcome.missing')}</em>}
      </legend>
      {children}
    </fieldset>
  )
}

const Further = ({
  label,
  fault,
  children,
}: {
  label: string
  fault: string | null
  children: ReactNode
}) => (
  <div className="question-further">
    <label>
      <span>{label}</span>
      {children}
    </label>
    {fault !== null && <p className="is-bad">{fault}</p>}
  </div>
)

/** How it ended, in five questions. `faults`: what is said to be missing, empty until somebody has tried to send it. */
export const OutcomeForm = ({
  draft,
  faults,
  isDrill,
  onChange,
}: {
  draft: OutcomeDraft
  faults: readonly Fault[]
  isDrill: boolean
  onChange: (draft: OutcomeDraft) => void
}) => {
  const { t } = useTranslation()
  const set = (change: Partial<OutcomeDraft>) => onChange({ ...draft, ...change })
  const missing = (field: Field) => faults.includes(field)
  return (
    <div className="outcome-form">
      <Question number={1} field="contact" isMissing={missing('contact')}>
        <Choices
          field="contact"
          options={CONTACTS}
          value={draft.contact}
          onChoose={(contact) => set({ contact })}
        />
      </Question>
      <Question number={2} field="cause" isMissing={missing('cause')}>
        {Object.entries(CAUSES).map(([group, causes]) => (
          <div key={group} className="choice-group">
            <span className="choice-group-name">{t(`outcome.causeGroup.${group}`)}</span>
            <Choices
              field="cause"
              options={causes}
              value={draft.cause}
              onChoose={(cause) => set({ cause })}
            />
          </div>
        ))}
        {asksAwayUntil(draft) && (
          <Further label={t('outcome.awayUntil')} fault={null}>
            <input
              type="date"
              value={draft.awayUntil}
              onChange={(event) => set({ awayUntil: event.target.value })}
            />
          </Further>
        )}
      </Question>
      <Question number={3} field="need" isMissing={missing('need')}>
        <Choices field="need" options={NEEDS} value={draft.need} onChoose={(need) => set({ need })} />
      </Question>
      <Question number={4} field="action" isMissing={missing('action')}>
        <Choices
          field="action"
          options={ACTIONS}
          value={draft.action}
          onChoose={(action) => set({ action })}
        />
        {draft.action === 'follow_up' && (
          <Further
            label={t('outcome.followUpOn')}
            fault={faults.includes('followUpOn') ? t('outcome.followUpMissing') : null}
          >
            <input
              type="date"
              value={draft.followUpOn}
              onChange={(event) => set({ followUpOn: event.target.value })}
            />
          </Further>
        )}
        {draft.action === 'forced_entry' && (
          <>
            <Further
              label={t('outcome.policeReference')}
              fault={faults.includes('policeReference') ? t('outcome.policeReferenceMissing') : null}
            >
              <input
                type="text"
                maxLength={80}
                value={draft.policeReference}
                onChange={(event) => set({ policeReference: event.target.value })}
              />
            </Further>
            <p className={faults.includes('twoPeople') ? 'is-bad' : 'soft'}>{t('outcome.twoPeople')}</p>
          </>
        )}
      </Question>
      <Question number={5} field="verdict" isMissing={missing('verdict')}>
        <Choices
          field="verdict"
          options={verdictsFor(isDrill)}
          value={draft.verdict}
          onChoose={(verdict) => set({ verdict })}
        />
      </Question>
      <Further label={t('outcome.note')} fault={null}>
        <textarea
          rows={3}
          maxLength={2_000}
          value={draft.note}
          placeholder={t('outcome.notePlaceholder')}
          onChange={(event) => set({ note: event.target.value })}
        />
      </Further>
    </div>
  )
}
