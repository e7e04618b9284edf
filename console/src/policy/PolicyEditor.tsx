import { useMutation } from '@tanstack/react-query'
import { App, Button, Checkbox, Input, InputNumber } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { answer, client } from '../api/client.ts'
import { useDutyChanged } from '../api/duty-queries.ts'
import type { Jurisdiction, Policy } from '../api/types.ts'
import { ClockField } from '../clock/MomentField.tsx'
import { minuteOf, timeOf } from '../duty/draft.ts'
import { WeekdayField } from '../duty/WeekdayField.tsx'
import { ErrorNote } from '../locale/ErrorNote.tsx'
import { LadderFields } from './LadderFields.tsx'
import { isClimbable, policyDraft, SEVERITIES, type SeverityPolicy } from './ladder.ts'

type Draft = ReturnType<typeof policyDraft>
const NUMBERS = ['offerMinutes', 'reachMinutes', 'pagesPerShift', 'pagesPerDay'] as const

const Rest = ({ draft, put }: { draft: Draft; put: (change: Partial<Draft>) => void }) => {
  const { t } = useTranslation()
  const { workingHours } = draft
  const hours = (name: 'fromMinute' | 'toMinute') => (
    <label>
      <span>{t(`policy.${name}`)}</span>
      <ClockField
        value={timeOf(workingHours[name])}
        onChange={(text) => {
          const minute = minuteOf(text)
          if (minute !== null) put({ workingHours: { ...workingHours, [name]: minute } })
        }}
      />
    </label>
  )
  return (
    <section className="policy-rest">
      <div className="ladder-numbers">
        {NUMBERS.map((name) => (
          <label key={name}>
            <span>{t(`policy.${name}`)}</span>
            <InputNumber
              min={1}
              precision={0}
              value={draft[name]}
              {...(name.endsWith('Minutes')
                ? { suffix: t('policy.minutes') }
                : { suffix: t('policy.times') })}
              onChange={(next) => next !== null && put({ [name]: next })}
            />
          </label>
        ))}
        {hours('fromMinute')}
        {hours('toMinute')}
      </div>
      <WeekdayField
        value={workingHours.weekdays}
        onChange={(weekdays) => put({ workingHours: { ...workingHours, weekdays } })}
      />
      <Checkbox
        checked={draft.reviewByAnother}
        onChange={(event) => put({ reviewByAnother: event.target.checked })}
      >
        {t('policy.reviewByAnother')}
      </Checkbox>
    </section>
  )
}

/** Saved as a new version of the place's own policy; alerts that are open go on by theirs. */
export const PolicyEditor = ({
  place,
  policy,
  onClose,
}: {
  place: Jurisdiction
  policy: Policy
  onClose: () => void
}) => {
  const { t } = useTranslation()
  const { message } = App.useApp()
  const changed = useDutyChanged()
  const isOwn = policy.jurisdictionId === place.id
  const [draft, setDraft] = useState<Draft>(() => ({
    ...policyDraft(policy),
    ...(isOwn ? {} : { name: place.name }),
  }))
  const put = (change: Partial<Draft>) => setDraft({ ...draft, ...change })
  const putLadder = (severity: string, ladder: SeverityPolicy | null) => {
    const { [severity]: _gone, ...others } = draft.ladders
    put({ ladders: ladder === null ? others : { ...others, [severity]: ladder } })
  }
  const save = useMutation({
    mutationFn: () =>
      answer(
        client.PUT('/api/v1/jurisdictions/{id}/policy', {
          params: { path: { id: place.id } },
          body: policyDraft({ ...policy, ...draft }),
        }),
      ),
    onSuccess: ({ version }) => {
      changed()
      void message.success(t('policy.saved', { version }))
      onClose()
    },
  })
  const complete = draft.name.trim() !== '' && isClimbable(draft) && draft.workingHours.weekdays.length > 0
  return (
    <>
      {!isOwn && <p className="policy-note">{t('policy.becomesOwn', { place: place.name })}</p>}
      <label className="policy-name">
        <span>{t('channel.name')}</span>
        <Input maxLength={80} value={draft.name} onChange={(event) => put({ name: event.target.value })} />
      </label>
      <div className="ladders is-edited">
        {SEVERITIES.map((severity) => (
          <LadderFields
            key={severity}
            severity={severity}
            ladder={draft.ladders[severity] ?? null}
            onChange={(ladder) => putLadder(severity, ladder)}
          />
        ))}
      </div>
      <Rest draft={draft} put={put} />
      {save.isError && <ErrorNote error={save.error} />}
      <div className="roster-acts">
        <span className="soft">{t('policy.runningKeep')}</span>
        <Button onClick={onClose}>{t('action.cancel')}</Button>
        <Button type="primary" disabled={!complete} loading={save.isPending} onClick={() => save.mutate()}>
          {t('action.save')}
        </Button>
      </div>
    </>
  )
}
