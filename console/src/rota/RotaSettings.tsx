import { useMutation, useQueryClient } from '@tanstack/react-query'
import { App, Button, InputNumber, Switch } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { answer, client } from '../api/client.ts'
import { reportKeys } from '../api/report-queries.ts'
import type { Jurisdiction, Rota } from '../api/types.ts'
import { useCivilNow } from '../clock/civil.ts'
import { ClockField } from '../clock/MomentField.tsx'
import { formatInstant } from '../format/instant.ts'
import { ErrorNote } from '../locale/ErrorNote.tsx'
import { useLanguage } from '../locale/i18n.ts'
import { useMe } from '../session/session.ts'
import { clockOf, minuteOf } from './day.ts'

interface Plan {
  enabled: boolean
  zone: string
  minuteOfDay: number
  seeWithinDays: number
  mostPerDay: number
}

/** What is written the first time: in the morning, each home once a month. */
const FIRST = { enabled: true, minuteOfDay: 8 * 60, seeWithinDays: 30, mostPerDay: 20 }

const Editor = ({ place, saved, onClose }: { place: Jurisdiction; saved: Plan; onClose: () => void }) => {
  const { t } = useTranslation()
  const { message } = App.useApp()
  const queries = useQueryClient()
  const [plan, setPlan] = useState(saved)
  const [clock, setClock] = useState(clockOf(saved.minuteOfDay))
  const minuteOfDay = minuteOf(clock)
  const save = useMutation({
    mutationFn: (body: Plan) =>
      answer(client.PUT('/api/v1/jurisdictions/{id}/rota', { params: { path: { id: place.id } }, body })),
    onSuccess: ({ enabled }) => {
      void message.success(t(enabled ? 'rota.savedOn' : 'rota.savedOff'))
      void queries.invalidateQueries({ queryKey: reportKeys.rota })
      onClose()
    },
  })
  const numbers = [
    ['seeWithinDays', 2, 90, 'rota.days'],
    ['mostPerDay', 1, 500, 'rota.times'],
  ] as const
  return (
    <div className="rota-edit">
      {save.isError && <ErrorNote error={save.error} />}
      <div className="rota-fields">
        <label>
          <span>{t('rota.enabled')}</span>
          <Switch checked={plan.enabled} onChange={(enabled) => setPlan({ ...plan, enabled })} />
        </label>
        <label>
          <span>{t('rota.hour')}</span>
          <ClockField value={clock} onChange={setClock} />
        </label>
        {numbers.map(([key, min, max, unit]) => (
          <label key={key}>
            <span>{t(`rota.${key}`)}</span>
            <InputNumber
              min={min}
              max={max}
              precision={0}
              suffix={t(unit)}
              value={plan[key]}
              onChange={(value) => value !== null && setPlan({ ...plan, [key]: value })}
            />
          </label>
        ))}
      </div>
      <p className="soft">{t('rota.editExplain', { place: place.name })}</p>
      <div className="proposal-acts">
        <Button onClick={onClose}>{t('action.cancel')}</Button>
        <Button
          type="primary"
          disabled={minuteOfDay === null}
          loading={save.isPending}
          onClick={() => minuteOfDay !== null && save.mutate({ ...plan, minuteOfDay })}
        >
          {t('action.save')}
        </Button>
      </div>
    </div>
  )
}

/** Whether the place is planned, when, and what it promises. */
export const RotaSettings = ({
  place,
  rota,
  mayWrite,
}: {
  place: Jurisdiction
  rota: Rota
  mayWrite: boolean
}) => {
  const { t } = useTranslation()
  const me = useMe()
  const language = useLanguage()
  const now = useCivilNow(60_000)
  const [editing, setEditing] = useState(false)
  const { settings, nextAt } = rota
  const plan: Plan =
    settings === null
      ? { ...FIRST, zone: me.zone }
      : {
          enabled: settings.enabled,
          zone: settings.zone,
          minuteOfDay: settings.minuteOfDay,
          seeWithinDays: settings.seeWithinDays,
          mostPerDay: settings.mostPerDay,
        }
  const isOn = settings?.enabled === true
  return (
    <section className="card">
      <header className="card-head">
        <div>
          <h2>{t(isOn ? 'rota.isOn' : 'rota.isOff', { place: place.name })}</h2>
          <p className="soft">
            {isOn
              ? t('rota.said', {
                  at: clockOf(plan.minuteOfDay),
                  days: plan.seeWithinDays,
                  count: plan.mostPerDay,
                })
              : t(mayWrite ? 'rota.offExplain' : 'rota.offAsk')}
            {isOn && plan.zone !== me.zone && <span className="zone-note"> {plan.zone}</span>}
          </p>
          {isOn && nextAt !== null && (
            <p>{t('rota.next', { at: formatInstant(Date.parse(nextAt), now, plan.zone, language) })}</p>
          )}
        </div>
        {mayWrite && !editing && (
          <Button type={isOn ? 'default' : 'primary'} onClick={() => setEditing(true)}>
            {t(isOn ? 'rota.change' : 'rota.switchOn')}
          </Button>
        )}
      </header>
      {editing && (
        <Editor
          place={place}
          saved={isOn ? plan : { ...plan, enabled: true }}
          onClose={() => setEditing(false)}
        />
      )}
    </section>
  )
}
