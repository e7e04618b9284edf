import { Form, Select } from 'antd'
import { useTranslation } from 'react-i18next'
import { answer, client } from '../api/client.ts'
import { useDevicesChanged } from '../api/device-queries.ts'
import type { DeviceKind } from '../api/types.ts'
import { FormDialog } from '../dialog/FormDialog.tsx'
import { ConsentFields, type ConsentValues, givenConsent, ON_PAPER } from './ConsentFields.tsx'

const KINDS: readonly DeviceKind[] = ['water', 'electricity', 'smoke', 'other']

type Values = ConsentValues & { kind: DeviceKind }

const Fields = () => {
  const { t } = useTranslation()
  const kind = Form.useWatch<DeviceKind | undefined>('kind')
  return (
    <>
      <Form.Item name="kind" label={t('consent.about')}>
        <Select options={KINDS.map((value) => ({ value, label: t(`deviceKind.${value}`) }))} />
      </Form.Item>
      {kind !== undefined && <ConsentFields kind={kind} given={undefined} atDesk />}
    </>
  )
}

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
  const devicesChanged = useDevicesChanged()
  return (
    <FormDialog
      title={t('consent.record')}
      okText={t('consent.keep')}
      initial={{ ...ON_PAPER, kind }}
      save={(values: Values) =>
        answer(
          client.POST('/api/v1/homes/{id}/consents', {
            params: { path: { id: homeId } },
            body: { deviceKind: values.kind, ...givenConsent(values, zone) },
          }),
        )
      }
      onSaved={() => {
        devicesChanged()
        onClose()
      }}
      onClose={onClose}
    >
      <Fields />
    </FormDialog>
  )
}
