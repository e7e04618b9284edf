import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { App, Form, Radio, Skeleton } from 'antd'
import { useDeferredValue, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { answer, client } from '../api/client.ts'
import { keys } from '../api/queries.ts'
import type { DecodingPreview, Device, DeviceMapping, QuarantineItem, SourceMapping } from '../api/types.ts'
import { Dialog } from '../dialog/Dialog.tsx'
import { ZoneField } from '../home/ZoneField.tsx'
import { ErrorNote } from '../locale/ErrorNote.tsx'
import { draftOf, type FieldDraft, mappingOf } from './draft.ts'
import { FieldRow } from './FieldRow.tsx'
import { useMetrics, useSaveMapping } from './queries.ts'
import { Reading } from './Reading.tsx'

interface Known {
  preview: DecodingPreview
  device: Device
  mapping: DeviceMapping
}
type About = 'device' | 'model'

const previewOf = (id: number, sourceId: string, mapping: SourceMapping | null) =>
  answer(
    client.POST('/api/v1/quarantine/{id}/preview', {
      params: { path: { id } },
      body: mapping === null ? {} : { proposed: { sourceId, mapping } },
    }),
  )

/** What the message shows and what is said of its device already. */
const useKnown = (item: QuarantineItem, deviceId: string) =>
  useQuery({
    queryKey: [...keys.quarantine, 'known', item.id],
    staleTime: 0,
    queryFn: async (): Promise<Known> => {
      const path = { params: { path: { id: deviceId } } }
      const [preview, device, mapping] = await Promise.all([
        previewOf(item.id, item.sourceId ?? '', null),
        answer(client.GET('/api/v1/devices/{id}', path)),
        answer(client.GET('/api/v1/devices/{id}/mapping', path)),
      ])
      return { preview, device, mapping }
    },
  })

const saidOf = ({ device, mapping }: Known, about: About): SourceMapping | null =>
  about === 'device' ? mapping.device : device.gatewayId === null ? mapping.ofModel : mapping.ofGateway

const subjectOf = (device: Device, about: About) =>
  about === 'device'
    ? { type: 'device' as const, deviceId: device.id }
    : { type: 'model' as const, gatewayId: device.gatewayId, model: device.model }

const Finish = ({ item, known, onClose }: { item: QuarantineItem; known: Known; onClose: () => void }) => {
  const { t } = useTranslation()
  const { message } = App.useApp()
  const { device, preview } = known
  const sourceId = item.sourceId ?? preview.fields[0]?.sourceId ?? ''
  const fields = preview.fields.filter((field) => field.sourceId === sourceId)
  const startOf = (about: About) => draftOf(fields, saidOf(known, about))
  // What is true of one meter is, as a rule, true of its model.
  const [about, setAbout] = useState<About>(device.model === '' ? 'device' : 'model')
  const [drafts, setDrafts] = useState(() => startOf(about))
  const [zone, setZone] = useState(saidOf(known, about)?.zone ?? null)
  const mapping = mappingOf(drafts, zone, useMetrics())
  const proposed = useDeferredValue(mapping)
  const live = useQuery({
    queryKey: [...keys.quarantine, 'preview', item.id, proposed],
    placeholderData: keepPreviousData,
    queryFn: () => previewOf(item.id, sourceId, proposed),
  })
  const save = useSaveMapping((decoded) => {
    void message.success(t('mapping.saved', { count: decoded }))
    onClose()
  })
  const change = (name: string, part: Partial<FieldDraft>) =>
    setDrafts((before) => before.map((draft) => (draft.name === name ? { ...draft, ...part } : draft)))
  const choose = (next: About) => {
    setAbout(next)
    setDrafts(startOf(next))
    setZone(saidOf(known, next)?.zone ?? null)
  }
  const isEmpty = drafts.every(({ metric }) => metric === null) && zone === null
  return (
    <Dialog
      className="form-dialog"
      title={t('mapping.title', { source: sourceId })}
      okText={t('mapping.save')}
      cancelText={t('action.cancel')}
      okButtonProps={{ disabled: isEmpty }}
      confirmLoading={save.isPending}
      mask={{ closable: false }}
      width={820}
      onOk={() => save.mutate({ subject: subjectOf(device, about), mapping })}
      onCancel={onClose}
    >
      {save.isError && <ErrorNote error={save.error} />}
      <p className="soft">{t('mapping.explain')}</p>
      {device.model !== '' && (
        <Radio.Group
          className="mapping-about"
          value={about}
          options={[
            { value: 'model', label: t('mapping.ofModel', { model: device.model }) },
            { value: 'device', label: t('mapping.ofDevice', { id: device.id }) },
          ]}
          onChange={({ target }: { target: { value?: About } }) => choose(target.value ?? 'device')}
        />
      )}
      {drafts.length === 0 ? (
        <p className="quiet-note">{t('mapping.nothing')}</p>
      ) : (
        <ul className="plain-list mapping-fields">
          {drafts.map((draft) => (
            <FieldRow key={draft.name} draft={draft} onChange={(part) => change(draft.name, part)} />
          ))}
        </ul>
      )}
      <Form layout="vertical">
        <Form.Item label={t('mapping.zone')} extra={t('mapping.zoneHint')}>
          <ZoneField
            {...(zone === null ? {} : { value: zone })}
            placeholder={t('mapping.zoneDefault')}
            onChange={(next) => setZone(next ?? null)}
          />
        </Form.Item>
      </Form>
      {live.isError && <ErrorNote error={live.error} />}
      {live.data !== undefined && <Reading preview={live.data} />}
    </Dialog>
  )
}

/** From a message that waits to its reading: what its names are, with the reading beside it as one chooses. */
export const MappingDialog = ({
  item,
  deviceId,
  onClose,
}: {
  item: QuarantineItem
  deviceId: string
  onClose: () => void
}) => {
  const { t } = useTranslation()
  const known = useKnown(item, deviceId)
  if (known.data !== undefined) return <Finish item={item} known={known.data} onClose={onClose} />
  return (
    <Dialog title={t('mapping.open')} footer={null} onCancel={onClose}>
      {known.isError ? (
        <ErrorNote error={known.error} onRetry={() => void known.refetch()} />
      ) : (
        <Skeleton active />
      )}
    </Dialog>
  )
}
