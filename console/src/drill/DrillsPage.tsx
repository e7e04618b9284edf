import { Button, Skeleton } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { useJurisdictions } from '../api/queries.ts'
import { useDrills, useHomeNames } from '../api/report-queries.ts'
import type { DrillReport } from '../api/types.ts'
import { useCivilNow } from '../clock/civil.ts'
import { DutyTabs } from '../duty/DutyTabs.tsx'
import { PlaceSelect } from '../duty/PlaceSelect.tsx'
import { useChosenPlace } from '../duty/place.ts'
import { formatDuration } from '../format/duration.ts'
import { formatInstant } from '../format/instant.ts'
import { ErrorNote } from '../locale/ErrorNote.tsx'
import { useLanguage } from '../locale/i18n.ts'
import { useMe } from '../session/session.ts'
import { SeverityLabel } from '../severity/Severity.tsx'
import { DrillDialog } from './DrillDialog.tsx'
import { phaseOf } from './steps.ts'

const ROLES = ['case_worker'] as const

const Row = ({ drill, name }: { drill: DrillReport; name: string }) => {
  const { t } = useTranslation()
  const language = useLanguage()
  const { zone } = useMe()
  const now = useCivilNow(15_000)
  const phase = phaseOf(drill, now)
  const { firstAnsweredMs, nobodyOnDuty, pagesFailed } = drill
  return (
    <li className={`card drill-row severity-${drill.severity}`}>
      <Link to={`/duty/drills/${drill.alertId}`}>
        <SeverityLabel severity={drill.severity} size={18} />
        <b>{name}</b>
        <span>{formatInstant(Date.parse(drill.startsAt), now, zone, language)}</span>
        <span className={`standing is-${phase}`}>{t(`drill.phase.${phase}`)}</span>
        <span className="soft">
          {phase !== 'planned' &&
            (firstAnsweredMs === null
              ? t('drill.unanswered')
              : t('drill.answeredAfter', { after: formatDuration(firstAnsweredMs, language) }))}
        </span>
        <span className="is-bad">
          {nobodyOnDuty > 0 && t('drill.nobody', { count: nobodyOnDuty })}{' '}
          {pagesFailed > 0 && t('drill.failed', { count: pagesFailed })}
        </span>
      </Link>
    </li>
  )
}

/** Exercises through the whole chain, outside every figure. */
const DrillsPage = () => {
  const { t } = useTranslation()
  const { tree, place, choose } = useChosenPlace(ROLES)
  const drills = useDrills(place?.id)
  const listed = drills.data?.pages.flatMap((page) => page.items) ?? []
  const nameOf = useHomeNames(listed.flatMap(({ homeId }) => homeId ?? []))
  const places = useJurisdictions().data
  const [beginning, setBeginning] = useState(false)
  return (
    <div className="page">
      <header className="page-head">
        <div>
          <h1>{t('drill.title')}</h1>
          <p className="soft">{t('drill.explain')}</p>
        </div>
        <div className="page-tools">
          <PlaceSelect tree={tree} place={place} choose={choose} />
          <Button type="primary" disabled={place === undefined} onClick={() => setBeginning(true)}>
            {t('drill.begin')}
          </Button>
        </div>
      </header>
      <DutyTabs />
      {drills.isError && <ErrorNote error={drills.error} onRetry={() => void drills.refetch()} />}
      {drills.isPending && <Skeleton active paragraph={{ rows: 6 }} />}
      {drills.isSuccess && listed.length === 0 && <p className="quiet-note">{t('drill.none')}</p>}
      <ul className="drill-rows">
        {listed.map((drill) => (
          <Row
            key={drill.alertId}
            drill={drill}
            name={
              drill.homeId === null
                ? (places?.find(({ id }) => id === drill.jurisdictionId)?.name ?? drill.jurisdictionId)
                : nameOf(drill.homeId)
            }
          />
        ))}
      </ul>
      {drills.hasNextPage && (
        <Button loading={drills.isFetchingNextPage} onClick={() => void drills.fetchNextPage()}>
          {t('action.more')}
        </Button>
      )}
      {beginning && place !== undefined && <DrillDialog place={place} onClose={() => setBeginning(false)} />}
    </div>
  )
}

export default DrillsPage
