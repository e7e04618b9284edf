import { Button, Segmented, Skeleton } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useSearchParams } from 'react-router'
import { useHomeNames, useProposals } from '../api/report-queries.ts'
import type { Proposal } from '../api/types.ts'
import { Ago } from '../clock/Times.tsx'
import { ErrorNote } from '../locale/ErrorNote.tsx'
import { useLanguage } from '../locale/i18n.ts'
import { useMe } from '../session/session.ts'
import { standingOf } from './standing.ts'

const SHOWN = { pending: ['pending'], decided: ['approved', 'rejected'] } as const
type Shown = keyof typeof SHOWN

const Row = ({ proposal, name }: { proposal: Proposal; name: string }) => {
  const { t } = useTranslation()
  const language = useLanguage()
  const { zone } = useMe()
  const standing = standingOf(proposal)
  return (
    <li className="card proposal-row">
      <Link to={`/queue/proposals/${encodeURIComponent(proposal.id)}`}>
        <span className="proposal-row-head">
          <b>{name}</b>
          <span className={`standing is-${standing}`}>{t(`proposal.standing.${standing}`)}</span>
        </span>
        <span className="proposal-kind">
          {t(`proposal.type.${proposal.change.type}`)}
          {proposal.sensitivity !== null && (
            <span className="soft"> · {t(`proposal.direction.${proposal.sensitivity}`)}</span>
          )}
        </span>
        <span className="soft">{proposal.reason[language]}</span>
        <span className="faint">
          <Ago at={proposal.decidedAt ?? proposal.createdAt} zone={zone} exact />
        </span>
      </Link>
    </li>
  )
}

/** What reviewed cases propose for their homes: nothing holds until somebody approves it here. */
const ProposalsPage = () => {
  const { t } = useTranslation()
  const [parameters, setParameters] = useSearchParams()
  const alertId = parameters.get('alertId')
  const [shown, setShown] = useState<Shown>('pending')
  // Whoever comes from an alert wants to see what came of it, decided or not.
  const list = useProposals(alertId === null ? SHOWN[shown] : [], alertId)
  const proposals = list.data?.pages.flatMap((page) => page.items) ?? []
  const nameOf = useHomeNames(proposals.map(({ homeId }) => homeId))
  return (
    <div className="page">
      <header className="page-head">
        <div>
          <p className="home-path">
            <Link to="/queue">{t('place.queue')}</Link>
            <span>{t('proposal.title')}</span>
          </p>
          <h1>{t('proposal.title')}</h1>
          <p className="soft">{t('proposal.explain')}</p>
        </div>
        {alertId === null ? (
          <Segmented<Shown>
            aria-label={t('proposal.title')}
            value={shown}
            options={(Object.keys(SHOWN) as Shown[]).map((value) => ({
              value,
              label: t(`proposal.shown.${value}`),
            }))}
            onChange={setShown}
          />
        ) : (
          <Button onClick={() => setParameters({})}>{t('proposal.showAll')}</Button>
        )}
      </header>
      {list.isError && <ErrorNote error={list.error} onRetry={() => void list.refetch()} />}
      {list.isPending && <Skeleton active paragraph={{ rows: 6 }} />}
      {list.isSuccess && proposals.length === 0 && (
        <p className="quiet-note">{t(alertId === null ? `proposal.none.${shown}` : 'proposal.none.alert')}</p>
      )}
      <ul className="proposal-rows">
        {proposals.map((proposal) => (
          <Row key={proposal.id} proposal={proposal} name={nameOf(proposal.homeId)} />
        ))}
      </ul>
      {list.hasNextPage && (
        <Button loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
          {t('action.more')}
        </Button>
      )}
    </div>
  )
}

export default ProposalsPage
