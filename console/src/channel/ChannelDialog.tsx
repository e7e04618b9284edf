import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Form, Input, Modal, Select, Switch } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { answer, client } from '../api/client.ts'
import { dutyKeys } from '../api/duty-queries.ts'
import { useJurisdictions } from '../api/queries.ts'
import type { Channel, ChannelForm } from '../api/types.ts'
import { PlaceField } from '../jurisdiction/PlaceField.tsx'
import { treeOf } from '../jurisdiction/tree.ts'
import { ErrorNote } from '../locale/ErrorNote.tsx'
import { ChannelFields } from './ChannelFields.tsx'
import { fieldsOf, formValues, secretsOf, settingsOf } from './schema.ts'

interface Values {
  name: string
  jurisdictionId: string
  voice?: boolean
  settings?: unknown
  secrets?: Record<string, string | undefined>
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
  const [form] = Form.useForm<Values>()
  const [chosen, setChosen] = useState(present?.kind ?? forms[0]?.kind)
  const asked = forms.find(({ kind }) => kind === chosen)
  const fields = asked === undefined ? [] : fieldsOf(asked.settings)
  const save = useMutation<unknown, Error, Values>({
    mutationFn: ({ name, jurisdictionId, voice = false, settings, secrets }) => {
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
    },
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: dutyKeys.channels })
      onClose()
    },
  })
  return (
    <Modal
      open
      title={present === null ? t('channel.add') : t('channel.edit', { name: present.name })}
      okText={t('action.save')}
      cancelText={t('action.cancel')}
      confirmLoading={save.isPending}
      mask={{ closable: false }}
      width={620}
      onOk={() => form.submit()}
      onCancel={onClose}
    >
      {save.isError && <ErrorNote error={save.error} />}
      {present === null && (
        <Form layout="vertical">
          <Form.Item
            label={t('channel.kindTitle')}
            htmlFor="channel-kind"
            extra={t(`channel.about.${chosen}`)}
          >
            <Select
              id="channel-kind"
              value={chosen}
              options={forms.map(({ kind }) => ({ value: kind, label: t(`channel.kind.${kind}`) }))}
              onChange={setChosen}
            />
          </Form.Item>
        </Form>
      )}
      {asked !== undefined && (
        <Form<Values>
          // Another kind has other fields: what was typed into the old ones is not carried over.
          key={asked.kind}
          form={form}
          layout="vertical"
          requiredMark={false}
          initialValues={{
            name: present?.name ?? t(`channel.kind.${asked.kind}`),
            jurisdictionId: present?.jurisdictionId ?? root,
            voice: present?.voice ?? false,
            settings: formValues(fields, present?.settings ?? null),
          }}
          onFinish={(values) => save.mutate(values)}
        >
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
          <ChannelFields form={asked} fields={fields} present={present} />
          {asked.address === 'phone' && (
            <Form.Item
              name="voice"
              label={t('channel.voice')}
              extra={t('channel.voiceHint')}
              valuePropName="checked"
            >
              <Switch />
            </Form.Item>
          )}
        </Form>
      )}
    </Modal>
  )
}
