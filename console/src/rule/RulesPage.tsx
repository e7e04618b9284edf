import { useMutation, useQueryClient } from '@tanstack/react-query'
import { App, Button, Input, InputNumber, Segmented, Skeleton } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { ApiError, answer, client } from '../api/client.ts'
import { keys, rulesQuery, useRules } from '../api/queries.ts'
import type { RuleSettings } from '../api/types.ts'
import { ErrorNote } from '../locale/ErrorNote.tsx'
import { RuleForm } from './RuleForm.tsx'
import { type RuleDocument as Document, isRule, rebase } from './rebase.ts'

/** Text that is being edited; null as long as it is no JSON object. */
const parsed = (text: string): Document | null => {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Document) : null
  } catch {
    return null
  }
}

const Editor = ({ saved }: { saved: RuleSettings }) => {
  const { t } = useTranslation()
  const { message } = App.useApp()
  const queries = useQueryClient()
  const [form, setForm] = useState<'form' | 'json'>('form')
  const newest = saved as unknown as Document
  const [base, setBase] = useState(newest)
  const [draft, setDraft] = useState(newest)
  const [text, setText] = useState('')
  const written = form === 'json' ? parsed(text) : draft
  const isChanged = written === null || JSON.stringify(written) !== JSON.stringify(base)
  const startFrom = (document: Document, next: Document = document) => {
    setBase(document)
    setDraft(next)
    setText(JSON.stringify(next, null, 2))
  }
  // What somebody else saved replaces what is shown here, but never what is being changed here.
  if (!isChanged && newest.version !== base.version) startFrom(newest)

  const save = useMutation({
    mutationFn: (document: Document) =>
      answer(client.PUT('/api/v1/rules', { body: document as unknown as RuleSettings })),
    onSuccess: (settings) => {
      queries.setQueryData(keys.rules, settings)
      startFrom(settings)
      void message.success(t('rule.saved', { version: settings.version }))
    },
  })
  const isConflict = save.error instanceof ApiError && save.error.code === 'version_conflict'
  const catchUp = async () => {
    const present = (await queries.fetchQuery({ ...rulesQuery, staleTime: 0 })) as unknown as Document
    save.reset()
    startFrom(present, rebase(written ?? draft, base, present))
  }
  const change = (next: 'form' | 'json') => {
    if (next === 'json') setText(JSON.stringify(draft, null, 2))
    else if (written !== null) setDraft(written)
    setForm(next)
  }

  return (
    <>
      <div className="rule-bar">
        <Segmented
          aria-label={t('place.rules')}
          value={form}
          options={[
            { value: 'form', label: t('rule.asForm') },
            { value: 'json', label: 'JSON' },
          ]}
          onChange={change}
        />
        <span className="soft">{t('rule.version', { version: base.version })}</span>
        <span className="rule-save">
          <Link to="/rules/trial" state={{ settings: written }}>
            <Button disabled={written === null}>{t('trial.open')}</Button>
          </Link>
          {isChanged && <span className="changed">{t('rule.changed')}</span>}
          <Button
            disabled={!isChanged}
            onClick={() => {
              startFrom(newest)
              save.reset()
            }}
          >
            {t('rule.discard')}
          </Button>
          <Button
            type="primary"
            disabled={!isChanged || written === null}
            loading={save.isPending}
            onClick={() => written !== null && save.mutate(written)}
          >
            {t('rule.save')}
          </Button>
        </span>
      </div>
      {save.isError && (
        <ErrorNote
          error={save.error}
          {...(isConflict ? { onRetry: () => void catchUp(), retryLabel: t('rule.catchUp') } : {})}
        />
      )}
      {form === 'form' ? (
        <div className="card rules">
          {Object.entries(draft).map(
            ([name, rule]) =>
              isRule(rule) && (
                <RuleForm
                  key={name}
                  name={name}
                  rule={rule}
                  onChange={(next) => setDraft({ ...draft, [name]: next })}
                />
              ),
          )}
          <section className="rule">
            <div className="rule-said">
              <h3>{t('rule.quietTitle')}</h3>
              <p className="soft">{t('rule.quiet')}</p>
            </div>
            <div className="rule-settings">
              <label>
                <span>{t('setting.quietHours')}</span>
                <InputNumber
                  min={0}
                  value={draft.quietHoursAfterResolve as number}
                  suffix={t('settingUnit.hours')}
                  onChange={(next) => next !== null && setDraft({ ...draft, quietHoursAfterResolve: next })}
                />
              </label>
            </div>
            <div className="rule-switch" />
          </section>
        </div>
      ) : (
        <>
          <Input.TextArea
            className="rule-json"
            value={text}
            status={written === null ? 'error' : ''}
            autoSize={{ minRows: 20 }}
            spellCheck={false}
            aria-label="JSON"
            onChange={(event) => setText(event.target.value)}
          />
          {written === null && <p className="is-bad">{t('rule.noJson')}</p>}
        </>
      )}
    </>
  )
}

const RulesPage = () => {
  const { t } = useTranslation()
  const rules = useRules()
  return (
    <div className="page">
      <header className="page-head">
        <div>
          <h1>{t('place.rules')}</h1>
          <p className="soft">{t('rule.explain')}</p>
        </div>
      </header>
      {rules.isError && <ErrorNote error={rules.error} onRetry={() => void rules.refetch()} />}
      {rules.isPending && <Skeleton active paragraph={{ rows: 10 }} />}
      {rules.data !== undefined && <Editor saved={rules.data} />}
    </div>
  )
}

export default RulesPage
