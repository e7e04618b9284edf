import { Button, Skeleton } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { usePolicy } from '../api/duty-queries.ts'
import type { Policy } from '../api/types.ts'
import { PlaceSelect } from '../duty/PlaceSelect.tsx'
import { useChosenPlace } from '../duty/place.ts'
import { reaches } from '../jurisdiction/tree.ts'
import { ErrorNote } from '../locale/ErrorNote.tsx'
import { useLanguage } from '../locale/i18n.ts'
import { useMe } from '../session/session.ts'
import { LadderCard, useMinutes } from './LadderCard.tsx'
import { SEVERITIES } from './ladder.ts'
import { PolicyEditor } from './PolicyEditor.tsx'
import { workingHoursText } from './working-hours.ts'

const ROLES = ['administrator', 'case_worker'] as const

const Shown = ({ policy }: { policy: Policy }) => {
  const { t } = useTranslation()
  const minutes = useMinutes()
  const language = useLanguage()
  const { offerMinutes, reachMinutes, pagesPerShift, pagesPerDay, reviewByAnother, workingHours } = policy
  return (
    <>
      <div className="ladders">
        {SEVERITIES.map((severity) => (
          <LadderCard key={severity} severity={severity} ladder={policy.ladders[severity] ?? null} />
        ))}
      </div>
      <ul className="policy-facts soft">
        <li>{t('policy.fact.workingHours', { hours: workingHoursText(workingHours, language) })}</li>
        <li>{t('policy.fact.reach', { within: minutes(reachMinutes) })}</li>
        <li>{t('policy.fact.offer', { within: minutes(offerMinutes) })}</li>
        <li>{t('policy.fact.pages', { shift: pagesPerShift, day: pagesPerDay })}</li>
        {reviewByAnother && <li>{t('policy.reviewByAnother')}</li>}
      </ul>
    </>
  )
}

/** How alerts of a place climb until somebody acts. */
export const Policies = () => {
  const { t } = useTranslation()
  const me = useMe()
  const { tree, places, place, choose } = useChosenPlace(ROLES)
  const policy = usePolicy(place?.id)
  const [editing, setEditing] = useState(false)
  const { data } = policy
  const ofPlace = places.find(({ id }) => id === data?.jurisdictionId)
  const origin =
    data?.jurisdictionId == null
      ? t('policy.byDefault')
      : data.jurisdictionId === place?.id
        ? t('policy.own', { name: data.name, version: data.version })
        : t('policy.from', { place: ofPlace?.name ?? '', name: data.name, version: data.version })
  return (
    <section className="card">
      <header className="card-head">
        <div>
          <h2>{t('setting.tab.policy')}</h2>
          <p className="soft">{t('policy.explain')}</p>
        </div>
        <div className="page-tools">
          <PlaceSelect
            tree={tree}
            place={place}
            choose={(id) => {
              setEditing(false)
              choose(id)
            }}
          />
          {!editing && data !== undefined && reaches(me, 'administrator', place?.id, places) && (
            <Button onClick={() => setEditing(true)}>{t('action.edit')}</Button>
          )}
        </div>
      </header>
      {policy.isError && <ErrorNote error={policy.error} onRetry={() => void policy.refetch()} />}
      {policy.isPending && <Skeleton active />}
      {data !== undefined && <p className="policy-origin">{origin}</p>}
      {data !== undefined && !editing && <Shown policy={data} />}
      {data !== undefined && editing && place !== undefined && (
        <PolicyEditor key={place.id} place={place} policy={data} onClose={() => setEditing(false)} />
      )}
    </section>
  )
}
