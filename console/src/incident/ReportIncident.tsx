import { useQueryClient } from '@tanstack/react-query'
import { Button, Form, Input, Segmented, Select } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate } from 'react-router'
import { answer, client } from '../api/client.ts'
import { keys } from '../api/queries.ts'
import { useCivilNow } from '../clock/civil.ts'
import { MomentField } from '../clock/MomentField.tsx'
import { HomeSelect } from '../device/HomeSelect.tsx'
import { FormDialog } from '../dialog/FormDialog.tsx'
import { fromLocalInput, toLocalInput } from '../format/local-input.ts'
import { useMe } from '../session/session.ts'

const SEVERITIES = ['P1', 'P2', 'P3'] as const
const FOUND_BY = ['neighbour', 'family', 'visitor', 'resident', 'police', 'other'] as const

interface Values {
  homeId: string
  severity: (typeof SEVERITIES)[number]
  happenedAt: string
  foundBy: (typeof FOUND_BY)[number]
  what: string
}

const IncidentDialog = ({ homeId, onClose }: { homeId: string | null; onClose: () => void }) => {
  const { t } = useTranslation()
  const queries = useQueryClient()
  const navigate = useNavigate()
  const { zone } = useMe()
  const now = useCivilNow(60_000)
  const isPast = (value: string) => {
    const at = fromLocalInput(value, zone)
    return at !== null && at <= now + 60_000
      ? Promise.resolve()
      : Promise.reject(new Error(t('incident.notPast')))
  }
  return (
    <FormDialog
      title={t('incident.title')}
      okText={t('incident.submit')}
      initial={{
        ...(homeId === null ? {} : { homeId }),
        severity: 'P1',
        foundBy: 'neighbour',
        happenedAt: toLocalInput(now, zone),
        what: '',
      }}
      save={async ({ severity, happenedAt, foundBy, what, ...values }: Values) => {
        const at = homeId ?? values.homeId
        const { id } = await answer(
          client.POST('/api/v1/incidents', {
            body: {
              homeId: at,
              severity,
              happenedAt: new Date(fromLocalInput(happenedAt, zone) ?? 0).toISOString(),
              what: t('incident.written', { how: t(`incident.by.${foundBy}`), what: what.trim() }),
            },
          }),
        )
        return { id, homeId: at }
      }}
      onSaved={(reported) => {
        void queries.invalidateQueries({ queryKey: keys.home(reported.homeId) })
        onClose()
        void navigate(`/queue/${reported.id}`)
      }}
      onClose={onClose}
    >
      <p className="soft period-explain">{t('incident.explain')}</p>
      {homeId === null && (
        <Form.Item
          name="homeId"
          label={t('incident.home')}
          rules={[{ required: true, message: t('incident.homeMissing') }]}
        >
          <HomeSelect />
        </Form.Item>
      )}
      <Form.Item
        name="what"
        label={t('incident.what')}
        rules={[{ required: true, whitespace: true, message: t('incident.whatMissing') }]}
      >
        <Input.TextArea
          autoSize={{ minRows: 2 }}
          maxLength={1_900}
          placeholder={t('incident.whatPlaceholder')}
        />
      </Form.Item>
      <Form.Item name="foundBy" label={t('incident.foundBy')}>
        <Select options={FOUND_BY.map((value) => ({ value, label: t(`incident.by.${value}`) }))} />
      </Form.Item>
      <Form.Item
        name="happenedAt"
        label={t('incident.happenedAt')}
        extra={t('incident.happenedHint')}
        rules={[{ validator: (_, value: string) => isPast(value) }]}
      >
        <MomentField zone={zone} />
      </Form.Item>
      <Form.Item name="severity" label={t('drill.severity')}>
        <Segmented
          options={SEVERITIES.map((value) => ({ value, label: `${value} ${t(`severity.${value}`)}` }))}
        />
      </Form.Item>
    </FormDialog>
  )
}

/** Writes down an emergency that was found by other means than an alert. `homeId` null: which home is asked. */
export const ReportIncident = ({ homeId, type }: { homeId: string | null; type?: 'text' }) => {
  const { t } = useTranslation()
  const [open, setOpen] = useState(false)
  return (
    <>
      <Button {...(type === undefined ? {} : { type })} onClick={() => setOpen(true)}>
        {t('incident.open')}
      </Button>
      {open && <IncidentDialog homeId={homeId} onClose={() => setOpen(false)} />}
    </>
  )
}
