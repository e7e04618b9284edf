import { useQueryClient } from '@tanstack/react-query'
import { Checkbox, Form } from 'antd'
import { useTranslation } from 'react-i18next'
import { answer, client } from '../api/client.ts'
import { dutyKeys } from '../api/duty-queries.ts'
import type { Jurisdiction, PlannedCut } from '../api/types.ts'
import { useCivilNow } from '../clock/civil.ts'
import { SpanFields, type SpanValues, spanOf } from '../clock/SpanFields.tsx'
import { FormDialog } from '../dialog/FormDialog.tsx'
import { toLocalInput } from '../format/local-input.ts'
import { useMe } from '../session/session.ts'

const HOUR_MS = 3_600_000
const SUPPLIES: readonly PlannedCut['supplies'][number][] = ['water', 'electricity', 'network']

interface Values extends SpanValues {
  supplies: PlannedCut['supplies']
}

/** Announces a cut over a place and all below it. It always has an end. */
export const CutDialog = ({ place, onClose }: { place: Jurisdiction; onClose: () => void }) => {
  const { t } = useTranslation()
  const queries = useQueryClient()
  const { zone } = useMe()
  const now = useCivilNow(60_000)
  return (
    <FormDialog
      title={t('cut.dialogTitle', { place: place.name })}
      okText={t('cut.announce')}
      initial={{
        supplies: ['water'],
        from: toLocalInput(now + HOUR_MS, zone),
        to: toLocalInput(now + 5 * HOUR_MS, zone),
      }}
      save={({ supplies, ...ends }: Values) =>
        answer(
          client.POST('/api/v1/jurisdictions/{id}/cuts', {
            params: { path: { id: place.id } },
            body: { supplies, ...spanOf(ends, zone) },
          }),
        )
      }
      onSaved={() => {
        void queries.invalidateQueries({ queryKey: dutyKeys.cuts })
        onClose()
      }}
      onClose={onClose}
    >
      <p className="soft period-explain">{t('cut.addExplain')}</p>
      <Form.Item
        name="supplies"
        label={t('cut.what')}
        rules={[{ required: true, message: t('cut.whatMissing') }]}
      >
        <Checkbox.Group options={SUPPLIES.map((value) => ({ value, label: t(`cut.supply.${value}`) }))} />
      </Form.Item>
      <SpanFields zone={zone} />
    </FormDialog>
  )
}
