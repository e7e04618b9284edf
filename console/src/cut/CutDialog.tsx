import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Checkbox, Form, Modal } from 'antd'
import { useTranslation } from 'react-i18next'
import { answer, client } from '../api/client.ts'
import { dutyKeys } from '../api/duty-queries.ts'
import type { Jurisdiction, PlannedCut } from '../api/types.ts'
import { useCivilNow } from '../clock/civil.ts'
import { MomentField } from '../clock/MomentField.tsx'
import { fromLocalInput, toLocalInput } from '../format/local-input.ts'
import { ErrorNote } from '../locale/ErrorNote.tsx'
import { useMe } from '../session/session.ts'

const HOUR_MS = 3_600_000
const SUPPLIES: readonly PlannedCut['supplies'][number][] = ['water', 'electricity', 'network']

interface Values {
  supplies: PlannedCut['supplies']
  from: string
  to: string
}

/** Announces a cut over a place and all below it. It always has an end. */
export const CutDialog = ({ place, onClose }: { place: Jurisdiction; onClose: () => void }) => {
  const { t } = useTranslation()
  const queries = useQueryClient()
  const { zone } = useMe()
  const now = useCivilNow(60_000)
  const [form] = Form.useForm<Values>()
  const save = useMutation<unknown, Error, Values>({
    mutationFn: ({ supplies, from, to }) =>
      answer(
        client.POST('/api/v1/jurisdictions/{id}/cuts', {
          params: { path: { id: place.id } },
          body: {
            supplies,
            from: new Date(fromLocalInput(from, zone) ?? 0).toISOString(),
            to: new Date(fromLocalInput(to, zone) ?? 0).toISOString(),
          },
        }),
      ),
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: dutyKeys.cuts })
      onClose()
    },
  })
  const endsAfter = (value: string) => {
    const [from, to] = [
      fromLocalInput(form.getFieldValue('from') as string, zone),
      fromLocalInput(value, zone),
    ]
    return from !== null && to !== null && to > from && to > now
      ? Promise.resolve()
      : Promise.reject(new Error(t('circumstance.endsAfter')))
  }
  return (
    <Modal
      open
      title={t('cut.dialogTitle', { place: place.name })}
      okText={t('cut.announce')}
      cancelText={t('action.cancel')}
      confirmLoading={save.isPending}
      mask={{ closable: false }}
      onOk={() => form.submit()}
      onCancel={onClose}
    >
      {save.isError && <ErrorNote error={save.error} />}
      <p className="soft period-explain">{t('cut.addExplain')}</p>
      <Form<Values>
        form={form}
        layout="vertical"
        requiredMark={false}
        initialValues={{
          supplies: ['water'],
          from: toLocalInput(now + HOUR_MS, zone),
          to: toLocalInput(now + 5 * HOUR_MS, zone),
        }}
        onFinish={(values) => save.mutate(values)}
      >
        <Form.Item
          name="supplies"
          label={t('cut.what')}
          rules={[{ required: true, message: t('cut.whatMissing') }]}
        >
          <Checkbox.Group options={SUPPLIES.map((value) => ({ value, label: t(`cut.supply.${value}`) }))} />
        </Form.Item>
        <div className="field-row">
          <Form.Item name="from" label={t('circumstance.from')}>
            <MomentField zone={zone} />
          </Form.Item>
          <Form.Item
            name="to"
            label={t('circumstance.to')}
            dependencies={['from']}
            rules={[{ validator: (_, value: string) => endsAfter(value) }]}
          >
            <MomentField zone={zone} />
          </Form.Item>
        </div>
      </Form>
    </Modal>
  )
}
