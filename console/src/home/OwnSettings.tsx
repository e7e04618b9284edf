import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Button, InputNumber } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { answer, client } from '../api/client.ts'
import { useHomeSettings } from '../api/home-queries.ts'
import { keys } from '../api/queries.ts'
import type { HomeSettings } from '../api/types.ts'
import { ErrorNote } from '../locale/ErrorNote.tsx'
import { useHolds } from '../session/session.ts'

type Own = Pick<HomeSettings, 'budgetPer30Days' | 'capHours'>

const Edit = ({ homeId, own, onClose }: { homeId: string; own: Own; onClose: () => void }) => {
  const { t } = useTranslation()
  const queries = useQueryClient()
  const [draft, setDraft] = useState(own)
  const save = useMutation({
    mutationFn: () =>
      answer(
        client.PUT('/api/v1/homes/{id}/settings', {
          params: { path: { id: homeId } },
          body: { budgetPer30Days: draft.budgetPer30Days, capHours: draft.capHours },
        }),
      ),
    onSuccess: (saved) => {
      queries.setQueryData(keys.homeSettings(homeId), saved)
      void queries.invalidateQueries({ queryKey: keys.outlook })
      onClose()
    },
  })
  return (
    <>
      {save.isError && <ErrorNote error={save.error} />}
      <div className="own-edit">
        {(['budgetPer30Days', 'capHours'] as const).map((key) => (
          <label key={key}>
            <span>{t(`setting.${key}`)}</span>
            <InputNumber
              min={0.1}
              max={key === 'capHours' ? 72 : 30}
              value={draft[key]}
              placeholder={t('circumstance.asAll')}
              suffix={t(`settingUnit.${key}`)}
              onChange={(value) => setDraft({ ...draft, [key]: value })}
            />
          </label>
        ))}
        <Button onClick={onClose}>{t('action.cancel')}</Button>
        <Button type="primary" loading={save.isPending} onClick={() => save.mutate()}>
          {t('action.save')}
        </Button>
      </div>
    </>
  )
}

/** How many false alarms this resident may cost and how long a quiet may last at most, where it is otherwise than for all. */
export const OwnSettings = ({ homeId }: { homeId: string }) => {
  const { t } = useTranslation()
  const administers = useHolds('administrator')
  const settings = useHomeSettings(homeId)
  const [editing, setEditing] = useState(false)
  const own = settings.data
  if (own === undefined) return null
  const said = [
    own.budgetPer30Days === null ? null : t('circumstance.ownBudget', { budget: own.budgetPer30Days }),
    own.capHours === null ? null : t('circumstance.ownCap', { hours: own.capHours }),
  ].filter((clause) => clause !== null)
  return (
    <div className="own-settings">
      <div className="own-said">
        <span>
          <b>{t('circumstance.own')}</b>{' '}
          <span className="soft">{said.length === 0 ? t('circumstance.ownNone') : said.join(' · ')}</span>
        </span>
        {administers && !editing && <Button onClick={() => setEditing(true)}>{t('action.edit')}</Button>}
      </div>
      {editing && <Edit homeId={homeId} own={own} onClose={() => setEditing(false)} />}
    </div>
  )
}
