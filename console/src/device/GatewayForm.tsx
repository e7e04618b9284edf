import { Form, Input, Select } from 'antd'
import { useTranslation } from 'react-i18next'
import { PlaceField } from '../jurisdiction/PlaceField.tsx'

export interface GatewayValues {
  jurisdictionId?: string
  name?: string
  topics: string[]
  id?: string
}

/** As the service wants it: no wildcard but a closing `/#`. */
const TOPIC = /^[^#+$][^#+]*\/#$/

/** `isNew`: its place and id are chosen once. */
export const GatewayFields = ({ isNew }: { isNew: boolean }) => {
  const { t } = useTranslation()
  return (
    <>
      {isNew && (
        <Form.Item
          name="jurisdictionId"
          label={t('jurisdiction.title')}
          rules={[{ required: true, message: t('jurisdiction.missing') }]}
        >
          <PlaceField />
        </Form.Item>
      )}
      <Form.Item name="name" label={t('gateway.name')}>
        <Input maxLength={80} autoComplete="off" placeholder={t('gateway.namePlaceholder')} />
      </Form.Item>
      <Form.Item
        name="topics"
        label={t('gateway.topics')}
        extra={t('gateway.topicsHint')}
        rules={[
          {
            validator: (_, topics: string[] | undefined) =>
              (topics ?? []).every((topic) => TOPIC.test(topic))
                ? Promise.resolve()
                : Promise.reject(new Error(t('gateway.topicsWrong'))),
          },
        ]}
      >
        <Select
          mode="tags"
          maxCount={20}
          tokenSeparators={[',', ' ']}
          placeholder="zigbee2mqtt/#"
          notFoundContent={null}
          suffixIcon={null}
        />
      </Form.Item>
      {isNew && (
        <Form.Item
          name="id"
          label={t('gateway.id')}
          extra={t('register.idHint')}
          rules={[{ pattern: /^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$/, message: t('register.idWrong') }]}
        >
          <Input autoComplete="off" />
        </Form.Item>
      )}
    </>
  )
}
