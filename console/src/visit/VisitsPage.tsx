import { Button, Skeleton } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { useVisits } from '../api/case-queries.ts'
import type { VisitRecord, VisitState } from '../api/types.ts'
import { Ago } from '../clock/Times.tsx'
import { ErrorNote } from '../locale/ErrorNote.tsx'
import { useMe } from '../session/session.ts'
import { SeverityShape } from '../severity/Severity.tsx'
import { VisitCard } from './VisitCard.tsx'

const OPEN: readonly VisitState[] = ['offered', 'accepted', 'en_route', 'on_scene']
const DONE: readonly VisitState[] = ['submitted', 'closed', 'unfilled', 'cancelled']
const TABS = {
  open: { states: OPEN, shows: (visit: VisitRecord) => visit.kind === 'emergency' },
  routine: { states: [...OPEN, ...DONE], shows: (visit: VisitRecord) => visit.kind !== 'emergency' },
  done: { states: DONE, shows: (visit: VisitRecord) => visit.kind === 'emergency' },
} as const satisfies Record<string, { states: readonly VisitState[]; shows: (visit: VisitRecord) => boolean }>
type Tab = keyof typeof TABS
/** After P4: a visit that no alert asked for. */
const LEAST = 'P5'

/** Worst first, as in the queue; among equals the one that changed last, as the API lists them. */
const bySeverity = (a: VisitRecord, b: VisitRecord): number =>
  (a.severity ?? LEAST).localeCompare(b.severity ?? LEAST)

const Row = ({ visit }: { visit: VisitRecord }) => {
  const { t } = useTranslation()
  const { zone } = useMe()
  const [isOpen, setIsOpen] = useState(false)
  const going = visit.crew.flatMap((id) => visit.names[id] ?? [])
  const asked = visit.offers
    .filter(({ answer }) => answer === null)
    .flatMap((offer) => visit.names[offer.personId] ?? [])
  return (
    <li className="card visit-row">
      <button type="button" aria-expanded={isOpen} onClick={() => setIsOpen(!isOpen)}>
        <span className="visit-row-who">
          {visit.severity !== null && (
            <span className={`severity-${visit.severity}`}>
              <SeverityShape severity={visit.severity} size={18} />
            </span>
          )}
          <b>{visit.who?.name ?? t('who.unknown')}</b>
          <span className="soft">
            {visit.community} {visit.who?.door}
          </span>
        </span>
        <span>{visit.finding === null ? t(`visit.kind.${visit.kind}`) : t(`kind.${visit.finding}`)}</span>
        <span>
          {going.length > 0
            ? t('visit.goes', { who: going.join(t('ladder.and')) })
            : asked.length > 0 && t('visit.asked', { who: asked.join(t('ladder.and')) })}
        </span>
        <span className="visit-row-end">
          <span className="state-word">{t(`visit.state.${visit.state}`)}</span>
          <Ago at={visit.updatedAt} zone={zone} />
        </span>
      </button>
      {isOpen && (
        <>
          <VisitCard id={visit.id} zone={zone} />
          {visit.alertId !== null && <Link to={`/queue/${visit.alertId}`}>{t('visit.toAlert')}</Link>}
        </>
      )}
    </li>
  )
}

/** Who is on the way where, who was there, and what they found. */
const VisitsPage = () => {
  const { t } = useTranslation()
  const [tab, setTab] = useState<Tab>('open')
  const visits = useVisits(TABS[tab].states)
  const found = (visits.data?.pages.flatMap((page) => page.items) ?? []).filter(TABS[tab].shows)
  const shown = tab === 'open' ? found.sort(bySeverity) : found
  return (
    <div className="page">
      <header className="page-head">
        <h1>{t('place.visits')}</h1>
        <Link to="/visits/mine">{t('visit.toMine')}</Link>
      </header>
      <div className="state-tabs" role="tablist" aria-label={t('place.visits')}>
        {(Object.keys(TABS) as Tab[]).map((one) => (
          <button key={one} type="button" role="tab" aria-selected={one === tab} onClick={() => setTab(one)}>
            {t(`visit.tab.${one}`)}
          </button>
        ))}
      </div>
      {visits.isError && <ErrorNote error={visits.error} onRetry={() => void visits.refetch()} />}
      {visits.isPending && <Skeleton active paragraph={{ rows: 6 }} />}
      {visits.isSuccess && shown.length === 0 && <p className="quiet-note">{t(`visit.none.${tab}`)}</p>}
      <ul className="visit-rows">
        {shown.map((visit) => (
          <Row key={visit.id} visit={visit} />
        ))}
      </ul>
      {visits.hasNextPage && (
        <Button
          className="more"
          loading={visits.isFetchingNextPage}
          onClick={() => void visits.fetchNextPage()}
        >
          {t('action.more')}
        </Button>
      )}
    </div>
  )
}

export default VisitsPage
