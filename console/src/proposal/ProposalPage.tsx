import { useMutation, useQueryClient } from '@tanstack/react-query'
import { App, Button, Popconfirm } from 'antd'
import { useTranslation } from 'react-i18next'
import { Link, useParams } from 'react-router'
import { answer, client } from '../api/client.ts'
import { keys } from '../api/queries.ts'
import { reportKeys, useHomeNames, useProposal } from '../api/report-queries.ts'
import type { Proposal } from '../api/types.ts'
import { useCivilNow } from '../clock/civil.ts'
import { formatInstant } from '../format/instant.ts'
import { PageSkeleton } from '../frame/PageSkeleton.tsx'
import { ErrorNote } from '../locale/ErrorNote.tsx'
import { useLanguage } from '../locale/i18n.ts'
import { TrialAnswer } from '../rule/TrialAnswer.tsx'
import { useMe } from '../session/session.ts'
import { ChangeWords } from './ChangeWords.tsx'
import { replayedDays, type Standing, standingOf } from './standing.ts'

const useDecide = ({ id, homeId }: Proposal) => {
  const { t } = useTranslation()
  const { message } = App.useApp()
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (verb: 'approve' | 'reject') =>
      answer(
        verb === 'approve'
          ? client.POST('/api/v1/proposals/{id}/approve', { params: { path: { id } }, body: {} })
          : client.POST('/api/v1/proposals/{id}/reject', { params: { path: { id } }, body: {} }),
      ),
    onSuccess: (_, verb) => void message.success(t(`proposal.said.${verb}`)),
    // Also when it was refused: why stands in what is fetched then.
    onSettled: () => {
      for (const queryKey of [
        reportKeys.proposals,
        keys.homeSettings(homeId),
        keys.circumstances,
        keys.outlook,
      ])
        void queries.invalidateQueries({ queryKey })
    },
  })
}

const Decision = ({ proposal, standing }: { proposal: Proposal; standing: Standing }) => {
  const { t } = useTranslation()
  const decide = useDecide(proposal)
  if (proposal.state !== 'pending') return null
  return (
    <section className="card proposal-decision">
      {decide.isError && <ErrorNote error={decide.error} />}
      <p className="soft">{t('proposal.decideExplain')}</p>
      <div className="proposal-acts">
        <Button loading={decide.isPending} onClick={() => decide.mutate('reject')}>
          {t('proposal.reject')}
        </Button>
        <Popconfirm
          title={t('proposal.approveTitle')}
          description={
            <div className="ask-narrow">
              {t(
                proposal.change.type === 'technician'
                  ? 'proposal.approveTechnician'
                  : 'proposal.approveExplain',
              )}
            </div>
          }
          okText={t('proposal.approve')}
          cancelText={t('action.cancel')}
          disabled={standing !== 'ready'}
          onConfirm={() => decide.mutate('approve')}
        >
          <Button type="primary" disabled={standing !== 'ready'} loading={decide.isPending}>
            {t('proposal.approve')}
          </Button>
        </Popconfirm>
      </div>
    </section>
  )
}

const Shown = ({ proposal }: { proposal: Proposal }) => {
  const { t } = useTranslation()
  const language = useLanguage()
  const { zone } = useMe()
  const now = useCivilNow(60_000)
  const nameOf = useHomeNames([proposal.homeId])
  const standing = standingOf(proposal)
  const result = proposal.replay?.result ?? null
  const decided =
    proposal.decidedAt === null ? '' : formatInstant(Date.parse(proposal.decidedAt), now, zone, language)
  return (
    <>
      <header className="page-head">
        <div>
          <p className="home-path">
            <Link to="/queue">{t('place.queue')}</Link>
            <Link to="/queue/proposals">{t('proposal.title')}</Link>
          </p>
          <h1>{nameOf(proposal.homeId)}</h1>
          <p className="soft">
            <Link to={`/homes/${proposal.homeId}`}>{t('proposal.toHome')}</Link> ·{' '}
            <Link to={`/queue/${proposal.alertId}`}>{t('proposal.toAlert')}</Link>
          </p>
        </div>
      </header>
      <section className={`card proposal-standing is-${standing}`}>
        <b className={`standing is-${standing}`}>{t(`proposal.standing.${standing}`)}</b>
        <span>
          {t(
            standing === 'ready' && proposal.change.type === 'technician'
              ? 'proposal.technicianExplain'
              : `proposal.standingExplain.${standing}`,
            { at: decided },
          )}
        </span>
      </section>
      <section className="card">
        <h2>{t('proposal.what')}</h2>
        <p className="proposal-kind">
          <b>{t(`proposal.type.${proposal.change.type}`)}</b>
          {proposal.sensitivity !== null && (
            <span className="soft"> · {t(`proposal.direction.${proposal.sensitivity}`)}</span>
          )}
        </p>
        <ChangeWords proposal={proposal} />
        <p className="soft">{t('proposal.onlyThisHome')}</p>
        <h2 className="proposal-why">{t('proposal.why')}</h2>
        <p>{proposal.reason[language]}</p>
        <p className="soft">
          {t('proposal.reviewed', {
            verdict: t(`outcome.verdict.${proposal.verdict}`),
            cause: t(`outcome.cause.${proposal.cause}`),
          })}
        </p>
      </section>
      {proposal.change.type !== 'technician' && result !== null && (
        <TrialAnswer days={replayedDays(result)} result={result} />
      )}
      <Decision proposal={proposal} standing={standing} />
    </>
  )
}

/** One proposal: what it changes, why, what the home's own past says to it, and a person's word. */
const ProposalPage = () => {
  const { proposalId = '' } = useParams()
  const proposal = useProposal(proposalId)
  if (proposal.data === undefined && !proposal.isError) return <PageSkeleton />
  return (
    <div className="page">
      {proposal.isError && <ErrorNote error={proposal.error} onRetry={() => void proposal.refetch()} />}
      {proposal.data !== undefined && <Shown proposal={proposal.data} />}
    </div>
  )
}

export default ProposalPage
