import { App, Button, Skeleton } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import type { StoredMapping } from '../api/types.ts'
import { DeviceTabs } from '../device/DeviceTabs.tsx'
import { useQuestion } from '../dialog/question.ts'
import { ErrorNote, useErrorText } from '../locale/ErrorNote.tsx'
import { MappingEditor } from './MappingEditor.tsx'
import { useMappings, useSaveMapping } from './queries.ts'
import { SubjectWords } from './SubjectWords.tsx'

/** `total → water register × 0.01`, name by name. */
const Meaning = ({ mapping }: { mapping: NonNullable<StoredMapping['mapping']> }) => {
  const { t } = useTranslation()
  const names = Object.entries(mapping.fields)
  return (
    <ul className="mapping-meaning">
      {names.map(([name, { metric, factor = 1 }]) => (
        <li key={name}>
          <code>{name}</code> → {t(`metricName.${metric}`)}
          {factor === 1 ? '' : ` × ${Number(factor.toPrecision(6))}`}
        </li>
      ))}
      {mapping.zone !== null && (
        <li>
          {t('mapping.zone')}: {mapping.zone}
        </li>
      )}
    </ul>
  )
}

const Row = ({ stored }: { stored: StoredMapping }) => {
  const { t } = useTranslation()
  const { message } = App.useApp()
  const question = useQuestion()
  const errorText = useErrorText()
  const [editing, setEditing] = useState(false)
  const remove = useSaveMapping(() => undefined)
  const { subject, mapping, devices, heard7Days, waiting, decoded } = stored
  const ask = () =>
    question({
      title: t('mapping.removeTitle'),
      content: t('mapping.removeExplain', { count: devices }),
      okText: t('mapping.remove'),
      danger: true,
      onOk: () =>
        remove.mutateAsync({ subject, mapping: null }).catch((error: unknown) => {
          void message.error(errorText(error as Error))
        }),
    })
  return (
    <li>
      <div>
        <SubjectWords subject={subject} />
        {mapping === null ? (
          <span className="is-bad">{t('mapping.unsaidYet')}</span>
        ) : (
          <Meaning mapping={mapping} />
        )}
        <span className="soft">
          {t('mapping.devices', { count: devices })} · {t('mapping.heard', { count: heard7Days })}
          {decoded > 0 && ` · ${t('mapping.explained', { count: decoded })}`}
        </span>
        {waiting > 0 && (
          <Link to="/quarantine" className="is-bad">
            {t('mapping.waiting', { count: waiting })}
          </Link>
        )}
      </div>
      <div className="row-actions">
        <Button type="text" onClick={() => setEditing(true)}>
          {t(mapping === null ? 'mapping.open' : 'action.edit')}
        </Button>
        {mapping !== null && (
          <Button type="text" loading={remove.isPending} onClick={ask}>
            {t('mapping.remove')}
          </Button>
        )}
      </div>
      {editing && <MappingEditor stored={stored} onClose={() => setEditing(false)} />}
    </li>
  )
}

/** What the names of products mean: all that was said, what it decodes, and what still waits for it. */
const MappingsPage = () => {
  const { t } = useTranslation()
  const mappings = useMappings()
  const [adding, setAdding] = useState(false)
  return (
    <div className="page">
      <header className="page-head">
        <div>
          <h1>{t('mapping.listTitle')}</h1>
          <p className="soft">{t('mapping.page')}</p>
        </div>
        <div className="page-tools">
          <Button type="primary" onClick={() => setAdding(true)}>
            {t('mapping.add')}
          </Button>
        </div>
      </header>
      <DeviceTabs />
      {adding && <MappingEditor stored={null} onClose={() => setAdding(false)} />}
      {mappings.isError && <ErrorNote error={mappings.error} onRetry={() => void mappings.refetch()} />}
      {mappings.isPending && <Skeleton active />}
      {mappings.data?.length === 0 && <p className="quiet-note">{t('mapping.none')}</p>}
      {mappings.data !== undefined && mappings.data.length > 0 && (
        <section className="card">
          <ul className="setting-rows">
            {mappings.data.map((stored) => (
              <Row key={JSON.stringify(stored.subject)} stored={stored} />
            ))}
          </ul>
        </section>
      )}
    </div>
  )
}

export default MappingsPage
