import { Button, Skeleton } from 'antd'
import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useNavigate } from 'react-router'
import { useDuty, usePersonNames } from '../api/duty-queries.ts'
import type { DutyStretch, Jurisdiction } from '../api/types.ts'
import { useCivilNow } from '../clock/civil.ts'
import { formatDate } from '../format/instant.ts'
import { pathTo, reaches } from '../jurisdiction/tree.ts'
import { ErrorNote } from '../locale/ErrorNote.tsx'
import { useLanguage } from '../locale/i18n.ts'
import { holds, useMe } from '../session/session.ts'
import { DutyDays } from './Calendar.tsx'
import { dutyDays } from './calendar.ts'
import { DutyTabs } from './DutyTabs.tsx'
import { NoDuty } from './NoDuty.tsx'
import { OnDutyRow } from './OnDuty.tsx'
import { OwnPages } from './OwnPages.tsx'
import { PlaceSelect } from './PlaceSelect.tsx'
import { useChosenPlace } from './place.ts'
import { StandIn } from './StandIn.tsx'

const DAYS = 14
/** A district of a hundred communities is looked at place by place. */
const BELOW_MOST = 12
const ROLES = ['administrator', 'case_worker'] as const

/** The chosen place in the middle: who leads it above, who works for it below. */
const shownWith = (place: Jurisdiction, places: readonly Jurisdiction[]): Jurisdiction[] => [
  ...pathTo(place.id, places),
  ...below(place, places).slice(0, BELOW_MOST),
]

/** The nearest first. A compound's duty is its community's, so it is looked at by choosing it. */
const below = (place: Jurisdiction, places: readonly Jurisdiction[]): Jurisdiction[] => {
  const found = [place]
  for (const one of found)
    found.push(...places.filter(({ parentId, level }) => parentId === one.id && level !== 'compound'))
  return found.slice(1)
}

const Calendar = ({ place, mayWrite }: { place: Jurisdiction; mayWrite: boolean }) => {
  const { t } = useTranslation()
  const me = useMe()
  const language = useLanguage()
  const now = useCivilNow(60_000)
  const navigate = useNavigate()
  const duty = useDuty(place.id, DAYS)
  const [asked, setAsked] = useState<DutyStretch | null>(null)
  const { data } = duty
  const zone = data?.roster?.zone ?? me.zone
  const names = usePersonNames(
    (data?.stretches ?? []).flatMap(({ primary, backup }) =>
      backup === null ? [primary] : [primary, backup],
    ),
  )
  const days = useMemo(() => (data === undefined ? [] : dutyDays(data, zone, now, DAYS)), [data, zone, now])
  const edit = () => void navigate(`/duty/roster/${place.id}`)
  if (data === undefined)
    return duty.isError ? (
      <ErrorNote error={duty.error} onRetry={() => void duty.refetch()} />
    ) : (
      <Skeleton active />
    )
  const { roster } = data
  return (
    <section className="card">
      <header className="card-head">
        <div>
          <h2>{t('duty.calendar', { count: DAYS, place: place.name })}</h2>
          {roster !== null && (
            <p className="soft">
              {t('duty.covers', {
                version: roster.version,
                from: formatDate(roster.from, language, true),
                to: formatDate(roster.to, language, true),
              })}
              {zone !== me.zone && <span className="zone-note"> {zone}</span>}
            </p>
          )}
        </div>
        {mayWrite && (
          <Button type={roster === null ? 'primary' : 'default'} onClick={edit}>
            {t(roster === null ? 'duty.writeRoster' : 'duty.editRoster')}
          </Button>
        )}
      </header>
      {roster === null ? (
        <p className="quiet-note">
          {t(place.parentId === null ? 'duty.rosterNoneAtAll' : 'duty.rosterNone')}
        </p>
      ) : (
        <DutyDays days={days} zone={zone} names={names} onChoose={mayWrite ? setAsked : null} />
      )}
      {mayWrite && roster !== null && <p className="soft duty-hint">{t('duty.chooseHint')}</p>}
      {asked !== null && roster !== null && (
        <StandIn
          stretch={asked}
          stretches={data.stretches}
          roster={roster}
          names={names}
          onClose={() => setAsked(null)}
        />
      )}
    </section>
  )
}

const Desk = () => {
  const { t } = useTranslation()
  const me = useMe()
  const { tree, places, place, choose } = useChosenPlace(ROLES)
  if (place === undefined) return <Skeleton active />
  const mayWrite = reaches(me, 'administrator', place.id, places)
  const shown = shownWith(place, places).filter(({ id }) =>
    ROLES.some((role) => reaches(me, role, id, places)),
  )
  return (
    <>
      <section className="card">
        <header className="card-head">
          <h2>{t('duty.now')}</h2>
          <PlaceSelect tree={tree} place={place} choose={choose} />
        </header>
        <ul className="on-duty">
          {shown.map((one) => (
            <OnDutyRow key={one.id} place={one} isChosen={one.id === place.id} />
          ))}
        </ul>
        <p className="soft">
          <Link to={`/settings/policy?place=${place.id}`}>{t('duty.howItClimbs')}</Link>
        </p>
      </section>
      <Calendar key={place.id} place={place} mayWrite={mayWrite} />
    </>
  )
}

/** For everybody who is signed in: what they were told; for those who may see it, who is on duty. */
const DutyPage = () => {
  const { t } = useTranslation()
  const me = useMe()
  const seesDuty = ROLES.some((role) => holds(me, role))
  return (
    <div className="page">
      <header className="page-head">
        <h1>{t('place.duty')}</h1>
      </header>
      {seesDuty && <DutyTabs />}
      {seesDuty && <NoDuty />}
      <OwnPages />
      {seesDuty && <Desk />}
    </div>
  )
}

export default DutyPage
