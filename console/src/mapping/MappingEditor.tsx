import { App, Button, Form, Input, Select } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useGateways } from '../api/device-queries.ts'
import type { MappingSubject, StoredMapping } from '../api/types.ts'
import { useProfiles } from '../device/queries.ts'
import { Dialog } from '../dialog/Dialog.tsx'
import { ZoneField } from '../home/ZoneField.tsx'
import { ErrorNote } from '../locale/ErrorNote.tsx'
import { draftOf, type FieldDraft, mappingOf, namedDraft } from './draft.ts'
import { FieldRow } from './FieldRow.tsx'
import { useMetrics, useSaveMapping } from './queries.ts'
import { SubjectWords } from './SubjectWords.tsx'

/** For a model, before one of it was ever heard. */
const SubjectFields = ({
  model,
  gatewayId,
  onChange,
}: {
  model: string
  gatewayId: string | null
  onChange: (change: { model?: string; gatewayId?: string | null }) => void
}) => {
  const { t } = useTranslation()
  const gateways = useGateways().data ?? []
  const models = [...new Set((useProfiles().data ?? []).map((profile) => profile.model))]
  return (
    <>
      <Form.Item label={t('mapping.model')} extra={t('mapping.modelHint')}>
        <Select
          mode="tags"
          maxCount={1}
          aria-label={t('mapping.model')}
          value={model === '' ? [] : [model]}
          options={models.map((value) => ({ value, label: value }))}
          onChange={(words: string[]) => onChange({ model: words.at(-1)?.trim().slice(0, 80) ?? '' })}
        />
      </Form.Item>
      <Form.Item label={t('mapping.gateway')}>
        <Select
          allowClear
          aria-label={t('mapping.gateway')}
          placeholder={t('mapping.anyGateway')}
          {...(gatewayId === null ? {} : { value: gatewayId })}
          options={gateways.map(({ id, name }) => ({ value: id, label: name === '' ? id : name }))}
          onChange={(value: string | undefined) => onChange({ gatewayId: value ?? null })}
        />
      </Form.Item>
    </>
  )
}

const NameAdder = ({ taken, onAdd }: { taken: readonly string[]; onAdd: (name: string) => void }) => {
  const { t } = useTranslation()
  const [name, setName] = useState('')
  const wanted = name.trim()
  const add = (): void => {
    if (wanted === '' || taken.includes(wanted)) return
    onAdd(wanted)
    setName('')
  }
  return (
    <div className="mapping-add">
      <Input
        autoComplete="off"
        maxLength={200}
        aria-label={t('mapping.name')}
        placeholder={t('mapping.name')}
        value={name}
        onChange={(event) => setName(event.target.value)}
        onPressEnter={add}
      />
      <Button onClick={add} disabled={wanted === '' || taken.includes(wanted)}>
        {t('mapping.addName')}
      </Button>
    </div>
  )
}

/** What names mean, without a message at hand: `stored` null begins a new one for a model. */
export const MappingEditor = ({ stored, onClose }: { stored: StoredMapping | null; onClose: () => void }) => {
  const { t } = useTranslation()
  const { message } = App.useApp()
  const metrics = useMetrics()
  const [drafts, setDrafts] = useState(() => draftOf([], stored?.mapping ?? null))
  const [zone, setZone] = useState(stored?.mapping?.zone ?? null)
  const [fresh, setFresh] = useState({ model: '', gatewayId: null as string | null })
  const subject: MappingSubject = stored?.subject ?? { type: 'model', ...fresh }
  const save = useSaveMapping((decoded) => {
    void message.success(t('mapping.saved', { count: decoded }))
    onClose()
  })
  const change = (name: string, part: Partial<FieldDraft>) =>
    setDrafts((before) => before.map((draft) => (draft.name === name ? { ...draft, ...part } : draft)))
  const isEmpty = drafts.every(({ metric }) => metric === null) && zone === null
  const isNameless = subject.type === 'model' && subject.model === ''
  return (
    <Dialog
      className="form-dialog"
      title={t(stored === null ? 'mapping.add' : 'mapping.edit')}
      okText={t('mapping.save')}
      cancelText={t('action.cancel')}
      okButtonProps={{ disabled: isEmpty || isNameless || metrics.length === 0 }}
      confirmLoading={save.isPending}
      mask={{ closable: false }}
      width={820}
      onOk={() => save.mutate({ subject, mapping: mappingOf(drafts, zone, metrics) })}
      onCancel={onClose}
    >
      {save.isError && <ErrorNote error={save.error} />}
      <Form layout="vertical">
        {stored === null ? (
          <SubjectFields {...fresh} onChange={(part) => setFresh({ ...fresh, ...part })} />
        ) : (
          <p>
            <SubjectWords subject={subject} />
          </p>
        )}
        <p className="soft">{t('mapping.explainNames')}</p>
        <ul className="plain-list mapping-fields">
          {drafts.map((draft) => (
            <FieldRow
              key={draft.name}
              draft={draft}
              withMessage={false}
              onChange={(part) => change(draft.name, part)}
            />
          ))}
        </ul>
        <NameAdder
          taken={drafts.map(({ name }) => name)}
          onAdd={(name) => setDrafts((before) => [...before, namedDraft(name)])}
        />
        <Form.Item label={t('mapping.zone')} extra={t('mapping.zoneHint')}>
          <ZoneField
            {...(zone === null ? {} : { value: zone })}
            placeholder={t('mapping.zoneDefault')}
            onChange={(next) => setZone(next ?? null)}
          />
        </Form.Item>
      </Form>
    </Dialog>
  )
}
