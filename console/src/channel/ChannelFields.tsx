import { Form, Input, InputNumber, Select } from 'antd'
import { useTranslation } from 'react-i18next'
import type { Channel, ChannelForm } from '../api/types.ts'
import type { SettingField } from './schema.ts'

const Control = ({ field, ...given }: { field: SettingField; id?: string; value?: unknown }) => {
  const { t } = useTranslation()
  const name = field.path.join('.')
  switch (field.control) {
    case 'number':
      return (
        <InputNumber
          {...(given as object)}
          {...(field.min === undefined ? {} : { min: field.min })}
          {...(field.max === undefined ? {} : { max: field.max })}
          precision={0}
        />
      )
    case 'choice':
      return (
        <Select
          {...(given as object)}
          options={field.options.map((value) => ({
            value,
            label: t(`channel.choice.${name}.${value}`, value),
          }))}
        />
      )
    case 'words':
    case 'numbers':
      return (
        <Select
          {...(given as object)}
          mode="tags"
          tokenSeparators={[',', ' ']}
          notFoundContent={null}
          suffixIcon={null}
        />
      )
    case 'long':
    case 'pairs':
      return (
        <Input.TextArea {...(given as object)} autoSize={{ minRows: 2, maxRows: 10 }} spellCheck={false} />
      )
    case 'text':
      return <Input {...(given as object)} autoComplete="off" spellCheck={false} />
  }
}

/** What a channel of this kind must be given. Secrets are written and never shown again. */
export const ChannelFields = ({
  form: { kind, secrets },
  fields,
  present,
}: {
  form: ChannelForm
  fields: readonly SettingField[]
  present: Channel | null
}) => {
  const { t, i18n } = useTranslation()
  return (
    <>
      {fields.map((field) => {
        const name = field.path.join('.')
        const hint = `channel.hint.${kind}.${field.path.join('_')}`
        return (
          <Form.Item
            key={name}
            name={['settings', ...field.path]}
            label={t(`channel.setting.${field.path.join('_')}`)}
            {...(i18n.exists(hint) ? { extra: t(hint) } : {})}
            rules={[{ required: field.required, message: t('channel.missing') }]}
          >
            <Control field={field} />
          </Form.Item>
        )
      })}
      {secrets.map(({ name, required }) => {
        const label = t(`channel.secret.${name}`)
        const isKept = present?.secretsSet.includes(name) === true
        // Made by the service itself, and of no use outside of it.
        if (name === 'vapidPrivateKey') return null
        return (
          <Form.Item
            key={name}
            name={['secrets', name]}
            label={required ? label : t('channel.optional', { label })}
            {...(isKept ? { extra: t('source.kept') } : {})}
            rules={[{ required: required && !isKept, message: t('channel.missing') }]}
          >
            <Input.Password autoComplete="new-password" maxLength={4_000} />
          </Form.Item>
        )
      })}
    </>
  )
}
