import { useMutation } from '@tanstack/react-query'
import { Button, Progress, Segmented, Select, Skeleton, TreeSelect } from 'antd'
import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useLocation, useNavigate, useParams } from 'react-router'
import { answer, client } from '../api/client.ts'
import { useJurisdictions, useRules, useTrial } from '../api/queries.ts'
import type { RuleSettings, Trial } from '../api/types.ts'
import { HomeSelect } from '../device/HomeSelect.tsx'
import { treeOf } from '../jurisdiction/tree.ts'
import { ErrorNote } from '../locale/ErrorNote.tsx'
import { RuleForm } from './RuleForm.tsx'
import { changedRules, isRule, type RuleDocument } from './rebase.ts'
import { TrialAnswer } from './TrialAnswer.tsx'

const SPANS = [30, 90, 365]

/** What is asked; kept with the page's address, so that it stands beside its answer. */
interface Question {
  settings: RuleDocument
  scope: 'place' | 'home'
  place: string | null
  home: string | undefined
  days: number
}

const BLANK = { scope: 'place', place: null, home: undefined, days: 90 } as const

/** What would have been otherwise under these settings, and for whom it is asked. */
const Ask = ({ present, asked }: { present: RuleDocument; asked: Question }) => {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const places = useJurisdictions().data
  const tree = useMemo(() => treeOf(places ?? []), [places])
  const [chosen, setChosen] = useState(() => changedRules(asked.settings, present))
  const [question, setQuestion] = useState(asked)
  const { settings, scope, days } = question
  const place = question.place ?? tree[0]?.value
  const begin = useMutation({
    mutationFn: () =>
      answer(
        client.POST('/api/v1/rules/trials', {
          body: {
            settings: settings as unknown as RuleSettings,
            days,
            ...(scope === 'home' && question.home !== undefined
              ? { homeIds: [question.home] }
              : place === undefined
                ? {}
                : { jurisdictionId: place }),
          },
        }),
      ),
    onSuccess: (trial) => navigate(`/rules/trial/${trial.id}`, { state: question }),
  })
  const others = Object.keys(present).filter((name) => isRule(present[name]) && !chosen.includes(name))
  const isReady =
    changedRules(settings, present).length > 0 &&
    (scope === 'place' ? place !== undefined : question.home !== undefined)
  return (
    <section className="card">
      <h2>{t('trial.changes')}</h2>
      <div className="rules trial-rules">
        {chosen.map((name) => {
          const rule = settings[name]
          return (
            isRule(rule) && (
              <RuleForm
                key={name}
                name={name}
                rule={rule}
                onChange={(next) => setQuestion({ ...question, settings: { ...settings, [name]: next } })}
              />
            )
          )
        })}
      </div>
      <Select
        className="trial-add"
        aria-label={t('trial.changes')}
        value={null}
        placeholder={t(chosen.length === 0 ? 'trial.chooseRule' : 'trial.addRule')}
        options={others.map((name) => ({ value: name, label: t(`kind.${name}`) }))}
        onChange={(name: string | null) => name !== null && setChosen([...chosen, name])}
      />
      <h2>{t('trial.about')}</h2>
      <div className="trial-scope">
        <Segmented
          aria-label={t('trial.about')}
          value={scope}
          options={(['place', 'home'] as const).map((value) => ({ value, label: t(`trial.${value}`) }))}
          onChange={(value) => setQuestion({ ...question, scope: value })}
        />
        {scope === 'place' ? (
          <TreeSelect
            aria-label={t('trial.place')}
            treeDefaultExpandAll
            className="trial-where"
            treeData={tree}
            {...(place === undefined ? {} : { value: place })}
            onChange={(value: string) => setQuestion({ ...question, place: value })}
          />
        ) : (
          <span className="trial-where">
            <HomeSelect
              aria-label={t('trial.home')}
              {...(question.home === undefined ? {} : { value: question.home })}
              onChange={(home) => setQuestion({ ...question, home })}
            />
          </span>
        )}
        <Segmented
          aria-label={t('trial.span')}
          value={days}
          options={SPANS.map((value) => ({ value, label: t('trial.days', { count: value }) }))}
          onChange={(value) => setQuestion({ ...question, days: value })}
        />
        <Button type="primary" disabled={!isReady} loading={begin.isPending} onClick={() => begin.mutate()}>
          {t('trial.begin')}
        </Button>
      </div>
      {!isReady && <p className="faint">{t('trial.notReady')}</p>}
      {begin.isError && <ErrorNote error={begin.error} />}
    </section>
  )
}

const Course = ({ trial }: { trial: Trial }) => {
  const { t } = useTranslation()
  const percent = trial.homes === 0 ? 100 : Math.floor((100 * trial.homesDone) / trial.homes)
  if (trial.state === 'failed') return <p className="card is-bad">{t('trial.failed')}</p>
  return (
    <section className="card" aria-live="polite">
      <p>
        {t(trial.state === 'waiting' ? 'trial.waits' : 'trial.runs', {
          done: trial.homesDone,
          homes: trial.homes,
        })}
      </p>
      <Progress percent={percent} status="normal" />
    </section>
  )
}

/** What other settings would have said of the days that were: tried before they hold. */
const TrialPage = () => {
  const { t } = useTranslation()
  const { trialId = null } = useParams()
  const location = useLocation()
  const rules = useRules()
  const trial = useTrial(trialId)
  const asked = location.state as Partial<Question> | null
  const present = rules.data as unknown as RuleDocument | undefined
  return (
    <div className="page">
      <header className="page-head">
        <div>
          <p className="home-path">
            <Link to="/rules">{t('place.rules')}</Link>
            <span>{t('trial.title')}</span>
          </p>
          <h1>{t('trial.title')}</h1>
          <p className="soft">{t('trial.explain')}</p>
        </div>
      </header>
      {rules.isError && <ErrorNote error={rules.error} onRetry={() => void rules.refetch()} />}
      {rules.isPending && <Skeleton active />}
      {present !== undefined && (
        <Ask key={location.key} present={present} asked={{ ...BLANK, settings: present, ...asked }} />
      )}
      {trial.isError && <ErrorNote error={trial.error} />}
      {trial.data !== undefined && trial.data.result === null && <Course trial={trial.data} />}
      {trial.data?.result != null && <TrialAnswer days={trial.data.days} result={trial.data.result} />}
    </div>
  )
}

export default TrialPage
