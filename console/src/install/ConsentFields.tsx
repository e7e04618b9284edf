import { Checkbox, Form, Segmented } from 'antd'
import { useTranslation } from 'react-i18next'
import type { Consent, DeviceKind } from '../api/types.ts'
import { Ago } from '../clock/Times.tsx'
import { useMe } from '../session/session.ts'

const PURPOSES: readonly Consent['purposes'][number][] = ['safety', 'care_calls', 'statistics']
const GIVERS: readonly Consent['givenBy'][] = ['resident', 'family', 'guardian']

/** What was agreed already, or who agrees to what now. */
export const ConsentFields = ({ kind, given }: { kind: DeviceKind; given: Consent | undefined }) => {
  const { t } = useTranslation()
  const { zone } = useMe()
  if (given !== undefined)
    return (
      <p className="install-consented">
        {t('consent.given', { kind: t(`deviceKind.${kind}`), by: t(`consent.by.${given.givenBy}`) })}{' '}
        <Ago at={given.givenAt} zone={zone} exact />
      </p>
    )
  return (
    <>
      <p className="ask-text">{t('consent.say', { kind: t(`deviceKind.${kind}`) })}</p>
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
        <Checkbox>{t('consent.agreed')}</Checkbox>
      </Form.Item>
    </>
  )
}
