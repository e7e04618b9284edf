import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Alert, Button, Form, Modal, Typography } from 'antd'
import { useTranslation } from 'react-i18next'
import { answer, client } from '../api/client.ts'
import { keys } from '../api/queries.ts'
import type { Source } from '../api/types.ts'
import { ErrorNote } from '../locale/ErrorNote.tsx'
import { SourceFields, type SourceValues, secretsOf, valuesOf, viaOf } from './SourceFields.tsx'

export const useSourcesChanged = () => {
  const queries = useQueryClient()
  return () => void queries.invalidateQueries({ queryKey: keys.sources })
}

export const pushAddress = (id: string): string => `${location.origin}/push/${id}`

/** Where a platform is to push and what it proves itself by. Shown once. */
export const ProofDialog = ({ id, proof, onClose }: { id: string; proof: string; onClose: () => void }) => {
  const { t } = useTranslation()
  return (
    <Modal
      open
      title={t('source.enter')}
      mask={{ closable: false }}
      keyboard={false}
      width={620}
      onCancel={onClose}
      footer={
        <Button type="primary" onClick={onClose}>
          {t('register.kept')}
        </Button>
      }
    >
      <div className="secret">
        <Alert type="warning" showIcon title={t('register.once')} />
        <dl className="facts">
          {[
            [t('source.address'), pushAddress(id)],
            [t('register.secret'), proof],
          ].map(([label, value]) => (
            <div key={label}>
              <dt>{label}</dt>
              <dd>
                <Typography.Text code copyable>
                  {value}
                </Typography.Text>
              </dd>
            </div>
          ))}
        </dl>
      </div>
    </Modal>
  )
}

/** Stays open with what a platform needs: its secret is shown once. */
export const AddSource = ({ onClose }: { onClose: () => void }) => {
  const { t } = useTranslation()
  const changed = useSourcesChanged()
  const [form] = Form.useForm<SourceValues>()
  const add = useMutation({
    mutationFn: (values: SourceValues) =>
      answer(
        client.POST('/api/v1/sources', {
          body: {
            gatewayId: values.gatewayId ?? '',
            name: values.name?.trim() ?? '',
            via: viaOf(values),
            ...secretsOf(values),
          },
        }),
      ),
    onSuccess: ({ proof }) => {
      changed()
      if (proof === null) onClose()
    },
  })
  const { data } = add
  if (data?.proof != null) return <ProofDialog id={data.source.id} proof={data.proof} onClose={onClose} />
  return (
    <Modal
      open
      title={t('source.add')}
      okText={t('source.add')}
      cancelText={t('action.cancel')}
      confirmLoading={add.isPending}
      mask={{ closable: false }}
      width={620}
      onOk={() => form.submit()}
      onCancel={onClose}
    >
      {add.isError && <ErrorNote error={add.error} />}
      <Form<SourceValues>
        form={form}
        layout="vertical"
        requiredMark={false}
        onFinish={(values) => add.mutate(values)}
      >
        <SourceFields present={null} />
      </Form>
    </Modal>
  )
}

export const EditSource = ({ source, onClose }: { source: Source; onClose: () => void }) => {
  const { t } = useTranslation()
  const changed = useSourcesChanged()
  const [form] = Form.useForm<SourceValues>()
  const save = useMutation({
    mutationFn: (values: SourceValues) =>
      answer(
        client.PATCH('/api/v1/sources/{id}', {
          params: { path: { id: source.id } },
          body: { name: values.name?.trim() ?? source.name, via: viaOf(values), ...secretsOf(values) },
        }),
      ),
    onSuccess: () => {
      changed()
      onClose()
    },
  })
  return (
    <Modal
      open
      title={t('source.edit', { name: source.name })}
      okText={t('action.save')}
      cancelText={t('action.cancel')}
      confirmLoading={save.isPending}
      mask={{ closable: false }}
      width={620}
      onOk={() => form.submit()}
      onCancel={onClose}
    >
      {save.isError && <ErrorNote error={save.error} />}
      <Form<SourceValues>
        form={form}
        layout="vertical"
        requiredMark={false}
        initialValues={valuesOf(source)}
        onFinish={(values) => save.mutate(values)}
      >
        <SourceFields present={source} />
      </Form>
    </Modal>
  )
}
