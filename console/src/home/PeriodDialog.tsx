import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Form, Modal, Segmented, Select } from 'antd'
import { useTranslation } from 'react-i18next'
import { answer, client } from '../api/client.ts'
import { keys } from '../api/queries.ts'
import type { SensitivePeriod } from '../api/types.ts'
import { useCivilNow } from '../clock/civil.ts'
import { MomentField } from '../clock/MomentField.tsx'
import { fromLocalInput, toLocalInput } from '../format/local-input.ts'
import { ErrorNote } from '../locale/ErrorNote.tsx'

const DAY_MS = 86_400_000
const REASONS: readonly SensitivePeriod['reason'][] = [
  'heat',
  'cold',
  'illness',
  'frailty',
  'guests',
  'works',
  'other',
]
/** Much closer, closer, as usual, with more time. */
const FACTORS = [0.5, 0.75, 1, 1.5]

interface Values {
  from: string
  to: string
  reason: SensitivePeriod['reason']
  factor: number
}
type About = { homeId: string } | { jurisdictionId: string }

const begin = (
  about: About,
  what: 'away' | 'sensitivity',
  { from, to, reason, factor }: Values,
  zone: string,
) => {
  const span = {
    from: new Date(fromLocalInput(from, zone) ?? 0).toISOString(),
    to: new Date(fromLocalInput(to, zone) ?? 0).toISOString(),
  }
  if ('jurisdictionId' in about)
    return answer(
      client.POST('/api/v1/jurisdictions/{id}/sensitivities', {
        params: { path: { id: about.jurisdictionId } },
        body: { ...span, reason, factor },
      }),
    )
  const params = { path: { id: about.homeId } }
  return what === 'away'
    ? answer(client.POST('/api/v1/homes/{id}/away', { params, body: span }))
    : answer(client.POST('/api/v1/homes/{id}/sensitivities', { params, body: { ...span, reason, factor } }))
}

/** An absence, or a time in which a home or a whole place is watched more or less closely. It always has an end. */
export const PeriodDialog = ({
  about,
  what,
  zone,
  onClose,
}: {
  about: About
  what: 'away' | 'sensitivity'
  zone: string
  onClose: () => void
}) => {
  const { t } = useTranslation()
  const queries = useQueryClient()
  const now = useCivilNow(60_000)
  const [form] = Form.useForm<Values>()
  const save = useMutation<unknown, Error, Values>({
    mutationFn: (values) => begin(about, what, values, zone),
    onSuccess: () => {
      for (const queryKey of [keys.circumstances, keys.outlook]) void queries.invalidateQueries({ queryKey })
      onClose()
    },
  })
  const endsAfter = (value: string) => {
    const [from, to] = [
      fromLocalInput(form.getFieldValue('from') as string, zone),
      fromLocalInput(value, zone),
    ]
    return from !== null && to !== null && to > from && to > now
      ? Promise.resolve()
      : Promise.reject(new Error(t('circumstance.endsAfter')))
  }
  return (
    <Modal
      open
      title={t(what === 'away' ? 'circumstance.addAway' : 'circumstance.addSensitivity')}
      okText={t('action.save')}
      cancelText={t('action.cancel')}
      confirmLoading={save.isPending}
      mask={{ closable: false }}
      onOk={() => form.submit()}
      onCancel={onClose}
    >
      {save.isError && <ErrorNote error={save.error} />}
      <p className="soft period-explain">
        {t(what === 'away' ? 'circumstance.awayExplain' : 'circumstance.sensitivityExplain')}
      </p>
      <Form<Values>
        form={form}
        layout="vertical"
        requiredMark={false}
        initialValues={{
          from: toLocalInput(now, zone),
          to: toLocalInput(now + 3 * DAY_MS, zone),
          reason: 'jurisdictionId' in about ? 'heat' : 'illness',
          factor: 0.75,
        }}
        onFinish={(values) => save.mutate(values)}
      >
        {what === 'sensitivity' && (
          <>
            <Form.Item name="reason" label={t('circumstance.reason')}>
              <Select
                options={REASONS.map((value) => ({ value, label: t(`circumstance.reasons.${value}`) }))}
              />
            </Form.Item>
            <Form.Item name="factor" label={t('circumstance.factor')}>
              <Segmented
                block
                options={FACTORS.map((value) => ({ value, label: t(`circumstance.factors.${value * 100}`) }))}
              />
            </Form.Item>
          </>
        )}
        <div className="field-row">
          <Form.Item name="from" label={t('circumstance.from')}>
            <MomentField zone={zone} />
          </Form.Item>
          <Form.Item
            name="to"
            label={t('circumstance.to')}
            dependencies={['from']}
            rules={[{ validator: (_, value: string) => endsAfter(value) }]}
          >
            <MomentField zone={zone} />
          </Form.Item>
        </div>
      </Form>
    </Modal>
  )
}
