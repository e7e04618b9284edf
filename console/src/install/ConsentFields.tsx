import { Checkbox, Form, Segmented } from 'antd'
import { useTranslation } from 'react-i18next'
import type { Consent, DeviceKind, GivenConsent } from '../api/types.ts'
import { useCivilNow } from '../clock/civil.ts'
import { DayField } from '../clock/MomentField.tsx'
import { Ago } from '../clock/Times.tsx'
import { fromLocalInput, toLocalInput } from '../format/local-input.ts'
import { useMe } from '../session/session.ts'
import '../styles/install.css'

const PURPOSES: readonly Consent['purposes'][number][] = ['safety', 'care_calls', 'statistics']
const GIVERS: readonly Consent['givenBy'][] = ['resident', 'family', 'guardian']
const FORMS: readonly Consent['form'][] = ['on_paper', 'on_the_spot']

export interface ConsentValues {
  purposes?: Consent['purposes']
  givenBy?: Consent['givenBy']
  form?: Consent['form']
  /** The day on the paper, such as `2026-03-01`. */
  givenOn?: string
  /** Ticked where the consent is asked for. */
  agreed?: boolean
}
/** On a stairwell somebody stands in front of one; at a desk there is a sheet of paper. */
export const ON_THE_SPOT: ConsentValues = { purposes: ['safety'], givenBy: 'resident', form: 'on_the_spot' }
export const ON_PAPER: ConsentValues = { ...ON_THE_SPOT, form: 'on_paper' }

export const givenConsent = (
  { purposes = [], givenBy = 'resident', form = 'on_the_spot', givenOn }: ConsentValues,
  zone: string,
): GivenConsent => {
  const at = form === 'on_paper' && givenOn !== undefined ? fromLocalInput(`${givenOn}T00:00`, zone) : null
  return { purposes, givenBy, form, givenAt: at === null ? null : new Date(at).toISOString() }
}

const PaperDay = ({ zone }: { zone: string }) => {
  const { t } = useTranslation()
  const today = toLocalInput(useCivilNow(60_000), zone).slice(0, 10)
  return (
    <Form.Item
      name="givenOn"
      label={t('consent.givenOn')}
      rules={[{ required: true, message: t('consent.dayMissing') }]}
    >
      <DayField last={today} />
    </Form.Item>
  )
}

/** What was agreed already, or who agrees to what now; at a desk also how. */
export const ConsentFields = ({
  kind,
  given,
  atDesk = false,
}: {
  kind: DeviceKind
  given: Consent | undefined
  atDesk?: boolean
}) => {
  const { t } = useTranslation()
  const { zone } = useMe()
  const form = Form.useWatch<ConsentValues['form']>('form')
  if (given !== undefined)
    return (
      <p className="install-consented">
        {t('consent.given', { kind: t(`deviceKind.${kind}`), by: t(`consent.by.${given.givenBy}`) })}{' '}
        <Ago at={given.givenAt} zone={zone} exact />
      </p>
    )
  const isPaper = atDesk && form === 'on_paper'
  return (
    <>
      <p className="ask-text">
        {t(atDesk ? 'consent.sayAtDesk' : 'consent.say', { kind: t(`deviceKind.${kind}`) })}
      </p>
      {atDesk && (
        <div className="field-row">
          <Form.Item name="form" label={t('consent.how')}>
            <Segmented block options={FORMS.map((value) => ({ value, label: t(`consent.form.${value}`) }))} />
          </Form.Item>
          {isPaper && <PaperDay zone={zone} />}
        </div>
      )}
      <Form.Item
        name="purposes"
        label={t('consent.purposes')}
        rules={[{ required: true, message: t('consent.purposeMissing') }]}
      >
        <Checkbox.Group
          className="install-checks"
          options={PURPOSES.map((value) => ({ value, label: t(`consent.purpose.${value}`) }))}
        />
      </Form.Item>
      <Form.Item name="givenBy" label={t('consent.giver')}>
        <Segmented block options={GIVERS.map((value) => ({ value, label: t(`consent.by.${value}`) }))} />
      </Form.Item>
      <Form.Item
        name="agreed"
        valuePropName="checked"
        rules={[
          {
            validator: (_, value) =>
              value === true ? Promise.resolve() : Promise.reject(new Error(t('consent.missing'))),
          },
        ]}
      >
        <Checkbox>{t(isPaper ? 'consent.signed' : 'consent.agreed')}</Checkbox>
      </Form.Item>
    </>
  )
}
