import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Button, Form, Modal, Popconfirm } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { answer, client } from '../api/client.ts'
import { keys } from '../api/queries.ts'
import type { HomeDetail } from '../api/types.ts'
import { ErrorNote } from '../locale/ErrorNote.tsx'
import { ResidentFields, type ResidentValues, residentOf } from './ResidentFields.tsx'

/** Records who lives there, corrects it, or erases it for good. */
export const EditResident = ({ home: { home, resident } }: { home: HomeDetail }) => {
  const { t } = useTranslation()
  const queries = useQueryClient()
  const [open, setOpen] = useState(false)
  const [form] = Form.useForm<ResidentValues>()
  const path = { params: { path: { id: home.id } } }
  const onSuccess = () => {
    setOpen(false)
    for (const queryKey of [keys.home(home.id), keys.homes, keys.devices, ['alerts'], ['alert']])
      void queries.invalidateQueries({ queryKey })
  }
  const save = useMutation({
    mutationFn: (values: ResidentValues) =>
      answer(client.PUT('/api/v1/homes/{id}/resident', { ...path, body: residentOf(values) })),
    onSuccess,
  })
  const erase = useMutation({
    mutationFn: () => answer(client.DELETE('/api/v1/homes/{id}/resident', path)),
    onSuccess,
  })
  const error = save.error ?? erase.error
  const close = () => {
    setOpen(false)
    save.reset()
    erase.reset()
  }
  return (
    <>
      <Button {...(resident === null ? { type: 'primary' as const } : {})} onClick={() => setOpen(true)}>
        {t(resident === null ? 'resident.record' : 'resident.edit')}
      </Button>
      <Modal
        open={open}
        title={t(resident === null ? 'resident.record' : 'resident.edit')}
        mask={{ closable: false }}
        destroyOnHidden
        width={720}
        onCancel={close}
        footer={
          <div className="edit-foot">
            {resident !== null && (
              <Popconfirm
                title={t('resident.eraseTitle', { name: resident.name })}
                description={<div className="ask-narrow">{t('resident.eraseExplain')}</div>}
                okText={t('resident.erase')}
                okButtonProps={{ danger: true }}
                cancelText={t('action.cancel')}
                onConfirm={() => erase.mutate()}
              >
                <Button danger type="text" loading={erase.isPending}>
                  {t('resident.erase')}
                </Button>
              </Popconfirm>
            )}
            <span className="edit-foot-end">
              <Button onClick={close}>{t('action.cancel')}</Button>
              <Button type="primary" loading={save.isPending} onClick={() => form.submit()}>
                {t('action.save')}
              </Button>
            </span>
          </div>
        }
      >
        {error !== null && <ErrorNote error={error} />}
        <Form<ResidentValues>
          form={form}
          layout="vertical"
          requiredMark={false}
          preserve={false}
          scrollToFirstError
          initialValues={resident ?? {}}
          onFinish={(values) => save.mutate(values)}
        >
          <ResidentFields />
        </Form>
      </Modal>
    </>
  )
}
