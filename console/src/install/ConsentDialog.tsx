import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Form, Modal, Select } from 'antd'
import { useTranslation } from 'react-i18next'
import { answer, client } from '../api/client.ts'
import { useDevicesChanged } from '../api/device-queries.ts'
import type { DeviceKind } from '../api/types.ts'
import { ErrorNote } from '../locale/ErrorNote.tsx'
import { ConsentFields, type ConsentValues, givenConsent, ON_PAPER } from './ConsentFields.tsx'

const KINDS: readonly DeviceKind[] = ['water', 'electricity', 'smoke', 'other']

type Values = ConsentValues & { kind: DeviceKind }

/** A paper that lies at the desk, or what somebody said there. What waited for it stands in the home at once. */
export const ConsentDialog = ({
  homeId,
  zone,
  kind,
  onClose,
}: {
  homeId: string
  zone: string
  kind: DeviceKind
  onClose: () => void
}) => {
  const { t } = useTranslation()
  const queries = useQueryClient()
  const devicesChanged = useDevicesChanged()
  const [form] = Form.useForm<Values>()
  const chosen = Form.useWatch('kind', form) ?? kind
  const record = useMutation({
    mutationFn: (values: Values) =>
      answer(
        client.POST('/api/v1/homes/{id}/consents', {
          params: { path: { id: homeId } },
          body: { deviceKind: values.kind, ...givenConsent(values, zone) },
        }),
      ),
    onSuccess: () => {
      devicesChanged()
      void queries.invalidateQueries({ queryKey: ['consents'] })
      onClose()
    },
  })
  return (
    <Modal
      open
      title={t('consent.record')}
      okText={t('consent.keep')}
      cancelText={t('action.cancel')}
      confirmLoading={record.isPending}
      mask={{ closable: false }}
      onOk={() => form.submit()}
      onCancel={onClose}
    >
      {record.isError && <ErrorNote error={record.error} />}
      <Form<Values>
        form={form}
        layout="vertical"
        requiredMark={false}
        initialValues={{ ...ON_PAPER, kind }}
        onFinish={(values) => record.mutate(values)}
      >
        <Form.Item name="kind" label={t('consent.about')}>
          <Select options={KINDS.map((value) => ({ value, label: t(`deviceKind.${value}`) }))} />
        </Form.Item>
        <ConsentFields kind={chosen} given={undefined} atDesk />
      </Form>
    </Modal>
  )
}
