import { useQueryClient } from '@tanstack/react-query'
import { Form, Input, Select, Switch } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { answer, client } from '../api/client.ts'
import { dutyKeys } from '../api/duty-queries.ts'
import { useJurisdictions } from '../api/queries.ts'
import type { Channel, ChannelForm } from '../api/types.ts'
import { FormDialog } from '../dialog/FormDialog.tsx'
import { PlaceField } from '../jurisdiction/PlaceField.tsx'
import { treeOf } from '../jurisdiction/tree.ts'
import { ChannelFields } from './ChannelFields.tsx'
import { fieldsOf, formValues, secretsOf, settingsOf } from './schema.ts'

interface Values {
  name: string
  jurisdictionId: string
  voice?: boolean
  settings?: unknown
  secrets?: Record<string, string | undefined>
}

const KindField = ({
  forms,
  chosen,
  onChoose,
}: {
  forms: readonly ChannelForm[]
  chosen: ChannelForm['kind'] | undefined
  onChoose: (kind: ChannelForm['kind']) => void
}) => {
  const { t } = useTranslation()
  const form = Form.useFormInstance<Values>()
  return (
    <Form.Item label={t('channel.kindTitle')} htmlFor="channel-kind" extra={t(`channel.about.${chosen}`)}>
      <Select
        id="channel-kind"
        {...(chosen === undefined ? {} : { value: chosen })}
        options={forms.map(({ kind }) => ({ value: kind, label: t(`channel.kind.${kind}`) }))}
        onChange={(kind) => {
          // Another kind has other fields: what was typed into the old ones is not carried over.
          const asked = forms.find((one) => one.kind === kind)
          form.setFieldValue('name', t(`channel.kind.${kind}`))
          form.setFieldValue(
            'settings',
            asked === undefined ? {} : formValues(fieldsOf(asked.settings), null),
          )
          form.setFieldValue('secrets', {})
          onChoose(kind)
        }}
      />
    </Form.Item>
  )
}

/** `present` null: a new one, whose kind and place are chosen once. */
export const ChannelDialog = ({
  forms,
  present,
  onClose,
}: {
  forms: readonly ChannelForm[]
  present: Channel | null
  onClose: () => void
}) => {
  const { t } = useTranslation()
  const queries = useQueryClient()
  const root = treeOf(useJurisdictions().data ?? [])[0]?.value
  const place = present?.jurisdictionId ?? root
  const [chosen, setChosen] = useState(present?.kind ?? forms[0]?.kind)
  const asked = forms.find(({ kind }) => kind === chosen)
  const fields = asked === undefined ? [] : fieldsOf(asked.settings)
  const save = ({ name, jurisdictionId, voice = false, settings, secrets }: Values): Promise<unknown> => {
    if (asked === undefined) throw new Error('a channel of no kind')
    const given = {
      name: name.trim(),
      voice,
      settings: settingsOf(fields, settings),
      secrets: secretsOf(secrets),
    }
    return present === null
      ? answer(client.POST('/api/v1/channels', { body: { kind: asked.kind, jurisdictionId, ...given } }))
      : answer(client.PATCH('/api/v1/channels/{id}', { params: { path: { id: present.id } }, body: given }))
  }
  return (
    <FormDialog<Values>
      title={present === null ? t('channel.add') : t('channel.edit', { name: present.name })}
      width={620}
      initial={{
        name: present?.name ?? t(`channel.kind.${chosen}`),
        voice: present?.voice ?? false,
        settings: formValues(fields, present?.settings ?? null),
        ...(place === undefined ? {} : { jurisdictionId: place }),
      }}
      save={save}
      onSaved={() => {
        void queries.invalidateQueries({ queryKey: dutyKeys.channels })
        onClose()
      }}
      onClose={onClose}
    >
      {present === null && <KindField forms={forms} chosen={chosen} onChoose={setChosen} />}
      <Form.Item
        name="name"
        label={t('channel.name')}
        rules={[{ required: true, whitespace: true, message: t('channel.missing') }]}
      >
        <Input maxLength={80} autoComplete="off" />
      </Form.Item>
      <Form.Item
        name="jurisdictionId"
        label={t('jurisdiction.title')}
        extra={t('channel.placeHint')}
        hidden={present !== null}
        rules={[{ required: true, message: t('jurisdiction.missing') }]}
      >
        <PlaceField />
      </Form.Item>
      {asked !== undefined && (
        <ChannelFields key={asked.kind} form={asked} fields={fields} present={present} />
      )}
      {asked?.address === 'phone' && (
        <Form.Item
          name="voice"
          label={t('channel.voice')}
          extra={t('channel.voiceHint')}
          valuePropName="checked"
        >
          <Switch />
        </Form.Item>
      )}
    </FormDialog>
  )
}
