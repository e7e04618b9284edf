import { useMutation, useQueryClient } from '@tanstack/react-query'
import { App, Button, Popconfirm, Skeleton } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { answer, client } from '../api/client.ts'
import { dutyKeys, useCuts } from '../api/duty-queries.ts'
import { useJurisdictions } from '../api/queries.ts'
import type { PlannedCut } from '../api/types.ts'
import { useCivilNow } from '../clock/civil.ts'
import { DutyTabs } from '../duty/DutyTabs.tsx'
import { PlaceSelect } from '../duty/PlaceSelect.tsx'
import { useChosenPlace } from '../duty/place.ts'
import { formatInstant } from '../format/instant.ts'
import { ErrorNote, useErrorText } from '../locale/ErrorNote.tsx'
import { useLanguage } from '../locale/i18n.ts'
import { useMe } from '../session/session.ts'
import { CutDialog } from './CutDialog.tsx'

const ROLES = ['case_worker'] as const

const endOf = ({ to, endedAt }: PlannedCut) => Date.parse(endedAt ?? to)

const Line = ({ cut, ofPlace }: { cut: PlannedCut; ofPlace: string | undefined }) => {
  const { t } = useTranslation()
  const { message } = App.useApp()
  const errorText = useErrorText()
  const queries = useQueryClient()
  const language = useLanguage()
  const { zone } = useMe()
  const now = useCivilNow(60_000)
  const places = useJurisdictions().data
  const began = Date.parse(cut.from)
  const isOver = endOf(cut) <= now
  const state = isOver ? 'over' : began > now ? 'coming' : 'present'
  const end = useMutation({
    mutationFn: () =>
      answer(
        client.POST('/api/v1/jurisdictions/{id}/cuts/{cutId}/end', {
          params: { path: { id: cut.jurisdictionId, cutId: cut.id } },
        }),
      ),
    onSuccess: () => void queries.invalidateQueries({ queryKey: dutyKeys.cuts }),
    onError: (error) => void message.error(errorText(error)),
  })
  return (
    <li className={`period is-${state}`}>
      <span className="period-state">{t(`circumstance.${state}`)}</span>
      <span className="period-what">
        {cut.supplies.map((supply) => t(`cut.supply.${supply}`)).join(t('person.and'))}
        {ofPlace !== cut.jurisdictionId && (
          <span className="soft"> · {places?.find(({ id }) => id === cut.jurisdictionId)?.name}</span>
        )}
      </span>
      <span className="period-when">
        {formatInstant(began, now, zone, language)} – {formatInstant(endOf(cut), now, zone, language)}
        {isOver && cut.endedAt !== null && <span className="faint"> {t('circumstance.endedByHand')}</span>}
      </span>
      {!isOver && ofPlace === cut.jurisdictionId && (
        <Popconfirm
          title={t('circumstance.endTitle')}
          description={<div className="ask-narrow">{t('cut.endExplain')}</div>}
          okText={t('circumstance.end')}
          cancelText={t('action.cancel')}
          onConfirm={() => end.mutate()}
        >
          <Button loading={end.isPending}>{t('circumstance.end')}</Button>
        </Popconfirm>
      )}
    </li>
  )
}

/** What was announced to be cut, and holds back the alerts that it explains. */
const CutsPage = () => {
  const { t } = useTranslation()
  const { tree, place, choose } = useChosenPlace(ROLES)
  const cuts = useCuts(place?.id)
  const [adding, setAdding] = useState(false)
  return (
    <div className="page">
      <header className="page-head">
        <div>
          <h1>{t('cut.title')}</h1>
          <p className="soft">{t('cut.explain')}</p>
        </div>
        <div className="page-tools">
          <PlaceSelect tree={tree} place={place} choose={choose} />
          <Button type="primary" disabled={place === undefined} onClick={() => setAdding(true)}>
            {t('cut.add')}
          </Button>
        </div>
      </header>
      <DutyTabs />
      {cuts.isError && <ErrorNote error={cuts.error} onRetry={() => void cuts.refetch()} />}
      {cuts.isPending && <Skeleton active />}
      {cuts.data?.items.length === 0 && <p className="quiet-note">{t('cut.none')}</p>}
      {cuts.data !== undefined && cuts.data.items.length > 0 && (
        <section className="card">
          <ul className="periods">
            {cuts.data.items.map((cut) => (
              <Line key={cut.id} cut={cut} ofPlace={place?.id} />
            ))}
          </ul>
        </section>
      )}
      {adding && place !== undefined && <CutDialog place={place} onClose={() => setAdding(false)} />}
    </div>
  )
}

export default CutsPage
