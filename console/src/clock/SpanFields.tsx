import { Form } from 'antd'
import { useTranslation } from 'react-i18next'
import { fromLocalInput } from '../format/local-input.ts'
import { useCivilNow } from './civil.ts'
import { MomentField } from './MomentField.tsx'

/** From when to when, as the clocks of a place show it. */
export interface SpanValues {
  from: string
  to: string
}

const instantOf = (text: string, zone: string): string =>
  new Date(fromLocalInput(text, zone) ?? 0).toISOString()

export const spanOf = ({ from, to }: SpanValues, zone: string) => ({
  from: instantOf(from, zone),
  to: instantOf(to, zone),
})

/** Two fields of a form; what is announced always has an end, and one that is still to come. */
export const SpanFields = ({ zone }: { zone: string }) => {
  const { t } = useTranslation()
  const now = useCivilNow(60_000)
  const endsAfter = (start: string, end: string) => {
    const [from, to] = [fromLocalInput(start, zone), fromLocalInput(end, zone)]
    return from !== null && to !== null && to > from && to > now
      ? Promise.resolve()
      : Promise.reject(new Error(t('circumstance.endsAfter')))
  }
  return (
    <div className="field-row">
      <Form.Item name="from" label={t('circumstance.from')}>
        <MomentField zone={zone} />
      </Form.Item>
      <Form.Item
        name="to"
        label={t('circumstance.to')}
        dependencies={['from']}
        rules={[
          ({ getFieldValue }) => ({
            validator: (_, value: string) => endsAfter(getFieldValue('from') as string, value),
          }),
        ]}
      >
        <MomentField zone={zone} />
      </Form.Item>
    </div>
  )
}
