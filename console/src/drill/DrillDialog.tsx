import { useQueryClient } from '@tanstack/react-query'
import { Alert, Form, Input, Segmented } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate } from 'react-router'
import { answer, client } from '../api/client.ts'
import { reportKeys } from '../api/report-queries.ts'
import type { Jurisdiction } from '../api/types.ts'
import { useCivilNow } from '../clock/civil.ts'
import { MomentField } from '../clock/MomentField.tsx'
import { HomeSelect } from '../device/HomeSelect.tsx'
import { FormDialog } from '../dialog/FormDialog.tsx'
import { fromLocalInput, toLocalInput } from '../format/local-input.ts'
import { useMe } from '../session/session.ts'

const HOUR_MS = 3_600_000
const SEVERITIES = ['P1', 'P2', 'P3'] as const

interface Values {
  homeId?: string
  severity: (typeof SEVERITIES)[number]
  startsAt?: string
  note: string
}

/** Begins a drill at once, or writes one down for later. */
export const DrillDialog = ({ place, onClose }: { place: Jurisdiction; onClose: () => void }) => {
  const { t } = useTranslation()
  const queries = useQueryClient()
  const navigate = useNavigate()
  const { zone } = useMe()
  const now = useCivilNow(60_000)
  const [about, setAbout] = useState<'place' | 'home'>('place')
  const [when, setWhen] = useState<'now' | 'later'>('now')
  const begin = ({ homeId, severity, startsAt, note }: Values) =>
    answer(
      client.POST('/api/v1/drills', {
        body: {
          ...(about === 'home' && homeId !== undefined ? { homeId } : { jurisdictionId: place.id }),
          severity,
          startsAt:
            when === 'later' && startsAt !== undefined
              ? new Date(fromLocalInput(startsAt, zone) ?? 0).toISOString()
              : null,
          note,
        },
      }),
    )
  const comesLater = (value: string) => {
    const at = fromLocalInput(value, zone)
    return at !== null && at > now ? Promise.resolve() : Promise.reject(new Error(t('drill.inFuture')))
  }
  return (
    <FormDialog
      title={t('drill.begin')}
      okText={t(when === 'now' ? 'drill.beginNow' : 'drill.plan')}
      initial={{ severity: 'P2', note: '', startsAt: toLocalInput(now + HOUR_MS, zone) }}
      save={begin}
      onSaved={({ alertId }) => {
        void queries.invalidateQueries({ queryKey: reportKeys.drills })
        void navigate(`/duty/drills/${alertId}`)
      }}
      onClose={onClose}
    >
      <Alert className="error-note" type="warning" showIcon title={t('drill.warning')} />
      <Form.Item label={t('drill.about')}>
        <Segmented
          value={about}
          options={[
            { value: 'place', label: place.name },
            { value: 'home', label: t('drill.home') },
          ]}
          onChange={setAbout}
        />
      </Form.Item>
      {about === 'home' && (
        <Form.Item
          name="homeId"
          label={t('place.homes')}
          rules={[{ required: true, message: t('incident.homeMissing') }]}
        >
          <HomeSelect />
        </Form.Item>
      )}
      <Form.Item name="severity" label={t('drill.severity')}>
        <Segmented
          options={SEVERITIES.map((value) => ({ value, label: `${value} ${t(`severity.${value}`)}` }))}
        />
      </Form.Item>
      <Form.Item label={t('drill.when')}>
        <Segmented
          value={when}
          options={(['now', 'later'] as const).map((value) => ({ value, label: t(`drill.${value}`) }))}
          onChange={setWhen}
        />
      </Form.Item>
      {when === 'later' && (
        <Form.Item
          name="startsAt"
          label={t('drill.startsAt')}
          rules={[{ validator: (_, value: string) => comesLater(value) }]}
        >
          <MomentField zone={zone} />
        </Form.Item>
      )}
      <Form.Item name="note" label={t('drill.note')}>
        <Input.TextArea
          autoSize={{ minRows: 2 }}
          maxLength={2_000}
          placeholder={t('drill.notePlaceholder')}
        />
      </Form.Item>
    </FormDialog>
  )
}
