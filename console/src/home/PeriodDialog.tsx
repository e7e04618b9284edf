import { useQueryClient } from '@tanstack/react-query'
import { Form, Segmented, Select } from 'antd'
import { useTranslation } from 'react-i18next'
import { answer, client } from '../api/client.ts'
import { keys } from '../api/queries.ts'
import type { SensitivePeriod } from '../api/types.ts'
import { useCivilNow } from '../clock/civil.ts'
import { SpanFields, type SpanValues, spanOf } from '../clock/SpanFields.tsx'
import { FormDialog } from '../dialog/FormDialog.tsx'
import { toLocalInput } from '../format/local-input.ts'

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

interface Values extends SpanValues {
  reason: SensitivePeriod['reason']
  factor: number
}
type About = { homeId: string } | { jurisdictionId: string }

const begin = (
  about: About,
  what: 'away' | 'sensitivity',
  { reason, factor, ...ends }: Values,
  zone: string,
): Promise<unknown> => {
  const span = spanOf(ends, zone)
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
  return (
    <FormDialog<Values>
      title={t(what === 'away' ? 'circumstance.addAway' : 'circumstance.addSensitivity')}
      initial={{
        from: toLocalInput(now, zone),
        to: toLocalInput(now + 3 * DAY_MS, zone),
        reason: 'jurisdictionId' in about ? 'heat' : 'illness',
        factor: 0.75,
      }}
      save={(values) => begin(about, what, values, zone)}
      onSaved={() => {
        for (const queryKey of [keys.circumstances, keys.outlook])
          void queries.invalidateQueries({ queryKey })
        onClose()
      }}
      onClose={onClose}
    >
      <p className="soft period-explain">
        {t(what === 'away' ? 'circumstance.awayExplain' : 'circumstance.sensitivityExplain')}
      </p>
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
      <SpanFields zone={zone} />
    </FormDialog>
  )
}
