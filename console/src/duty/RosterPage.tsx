import { ArrowLeftOutlined, PlusOutlined } from '@ant-design/icons'
import { useQueryClient } from '@tanstack/react-query'
import { App, Button, Skeleton } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useNavigate, useParams } from 'react-router'
import { ApiError } from '../api/client.ts'
import { dutyKeys, useDuty } from '../api/duty-queries.ts'
import { useJurisdictions } from '../api/queries.ts'
import type { Jurisdiction, Roster } from '../api/types.ts'
import { useCivilNow } from '../clock/civil.ts'
import { DayField } from '../clock/MomentField.tsx'
import { localDate } from '../format/instant.ts'
import { ZoneField } from '../home/ZoneField.tsx'
import { ErrorNote } from '../locale/ErrorNote.tsx'
import { useMe } from '../session/session.ts'
import { draftOf, endOfDay, firstDraft, isComplete, newShift, type RosterDraft } from './draft.ts'
import { Faults } from './Faults.tsx'
import { OverrideFields } from './OverrideFields.tsx'
import { useCheckRoster, usePublishRoster } from './publish.ts'
import { ShiftFields } from './ShiftFields.tsx'

const Span = ({ draft, put }: { draft: RosterDraft; put: (change: Partial<RosterDraft>) => void }) => {
  const { t } = useTranslation()
  return (
    <div className="roster-span">
      <label>
        <span>{t('roster.from')}</span>
        <DayField value={draft.from} onChange={(from) => put({ from })} />
      </label>
      <label>
        <span>{t('roster.to')}</span>
        <DayField value={draft.to} onChange={(to) => put({ to })} />
      </label>
      <div>
        <label htmlFor="roster-zone">
          <span>{t('roster.zone')}</span>
        </label>
        <ZoneField
          id="roster-zone"
          value={draft.zone}
          onChange={(zone) => zone !== undefined && put({ zone })}
        />
      </div>
    </div>
  )
}

const Shifts = ({
  draft,
  today,
  put,
}: {
  draft: RosterDraft
  today: string
  put: (change: Partial<RosterDraft>) => void
}) => {
  const { t } = useTranslation()
  const { shifts } = draft
  return (
    <section className="card">
      <header className="card-head">
        <div>
          <h2>{t('roster.shifts')}</h2>
          <p className="soft">{t('roster.shiftsExplain')}</p>
        </div>
        <Button
          icon={<PlusOutlined aria-hidden />}
          onClick={() =>
            put({ shifts: [...shifts, newShift(t('roster.newShift'), endOfDay(shifts), today)] })
          }
        >
          {t('roster.addShift')}
        </Button>
      </header>
      {shifts.map((shift, at) => (
        <ShiftFields
          // Shifts are told apart by their place: their names are being typed.
          key={at}
          shift={shift}
          onChange={(next) => put({ shifts: shifts.map((one, index) => (index === at ? next : one)) })}
          onRemove={
            shifts.length === 1 ? null : () => put({ shifts: shifts.filter((_, index) => index !== at) })
          }
        />
      ))}
    </section>
  )
}

const Editor = ({ place, roster }: { place: Jurisdiction; roster: Roster | null }) => {
  const { t } = useTranslation()
  const me = useMe()
  const { message } = App.useApp()
  const navigate = useNavigate()
  const queries = useQueryClient()
  const now = useCivilNow(60_000)
  const today = localDate(now, roster?.zone ?? me.zone)
  const back = `/duty?place=${place.id}`
  const [draft, setDraft] = useState<RosterDraft>(() =>
    roster === null ? firstDraft(me.zone, today, [t('roster.day'), t('roster.night')]) : draftOf(roster),
  )
  const check = useCheckRoster(place.id)
  const { publish, faults: refused } = usePublishRoster(place.id, ({ version }) => {
    void message.success(t('roster.published', { version }))
    void navigate(back)
  })
  const put = (change: Partial<RosterDraft>) => {
    setDraft({ ...draft, ...change })
    check.reset()
    publish.reset()
  }
  const faults = refused ?? check.data?.faults ?? null
  const error = refused === null ? (publish.error ?? check.error) : null
  const isConflict = error instanceof ApiError && error.code === 'version_conflict'
  const complete = isComplete(draft)
  return (
    <>
      <section className="card">
        <Span draft={draft} put={put} />
      </section>
      <Shifts draft={draft} today={today} put={put} />
      <section className="card">
        <header className="card-head">
          <div>
            <h2>{t('roster.overrides')}</h2>
            <p className="soft">{t('roster.overridesExplain')}</p>
          </div>
        </header>
        <OverrideFields
          overrides={draft.overrides}
          zone={draft.zone}
          now={now}
          onChange={(overrides) => put({ overrides })}
        />
      </section>
      <footer className="roster-foot">
        {faults !== null && <Faults faults={faults} zone={draft.zone} />}
        {error !== null && (
          <ErrorNote
            error={error}
            {...(isConflict
              ? { onRetry: () => void queries.invalidateQueries({ queryKey: dutyKeys.duty }) }
              : {})}
          />
        )}
        <div className="roster-acts">
          {!complete && <span className="soft">{t('roster.incomplete')}</span>}
          <Button disabled={!complete} loading={check.isPending} onClick={() => check.mutate(draft)}>
            {t('roster.check')}
          </Button>
          <Button
            type="primary"
            disabled={!complete}
            loading={publish.isPending}
            onClick={() => publish.mutate(draft)}
          >
            {t('duty.publish')}
          </Button>
        </div>
      </footer>
    </>
  )
}

/** Who is on duty for a place and when, written and checked, then published as a version of its own. */
const RosterPage = () => {
  const { t } = useTranslation()
  const { placeId } = useParams()
  const place = useJurisdictions().data?.find(({ id }) => id === placeId)
  const duty = useDuty(placeId, 1)
  return (
    <div className="page roster-page">
      <Link to={`/duty?place=${placeId ?? ''}`} className="back-link">
        <ArrowLeftOutlined aria-hidden /> {t('place.duty')}
      </Link>
      <header className="page-head">
        <div>
          <h1>{t('roster.title', { place: place?.name ?? '' })}</h1>
          <p className="soft">{t('roster.explain')}</p>
        </div>
      </header>
      {duty.isError && <ErrorNote error={duty.error} onRetry={() => void duty.refetch()} />}
      {(duty.isPending || place === undefined) && !duty.isError && (
        <Skeleton active paragraph={{ rows: 8 }} />
      )}
      {duty.data !== undefined && place !== undefined && (
        // Whatever somebody else publishes meanwhile begins the form anew.
        <Editor key={duty.data.roster?.version ?? 0} place={place} roster={duty.data.roster} />
      )}
    </div>
  )
}

export default RosterPage
