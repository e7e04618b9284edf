import { useMutation } from '@tanstack/react-query'
import { App, Button, Skeleton } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { answer, client } from '../api/client.ts'
import { useGateways, useSources } from '../api/device-queries.ts'
import type { Source } from '../api/types.ts'
import { DeviceTabs } from '../device/DeviceTabs.tsx'
import { useQuestion } from '../dialog/question.ts'
import { formatDuration } from '../format/duration.ts'
import { ErrorNote, useErrorText } from '../locale/ErrorNote.tsx'
import { useLanguage } from '../locale/i18n.ts'
import { AddSource, EditSource, ProofDialog, pushAddress, useSourcesChanged } from './SourceDialogs.tsx'

const State = ({ source: { status, via } }: { source: Source }) => {
  const { t } = useTranslation()
  const language = useLanguage()
  const { state, messages, errors, lagMs, lastError } = status
  return (
    <span className="source-state" data-state={state}>
      <b>{t(via.type === 'push' && state === 'connected' ? 'source.listening' : `source.state.${state}`)}</b>
      <span className="soft">
        {t('source.messages', { count: messages })} · {t('source.errors', { count: errors })}
        {lagMs !== null && <> · {t('source.lag', { lag: formatDuration(lagMs, language) })}</>}
      </span>
      {lastError !== null && state !== 'off' && <span className="soft">{lastError.message}</span>}
    </span>
  )
}

const Row = ({ source, gateway }: { source: Source; gateway: string }) => {
  const { t } = useTranslation()
  const { message } = App.useApp()
  const question = useQuestion()
  const errorText = useErrorText()
  const changed = useSourcesChanged()
  const [editing, setEditing] = useState(false)
  const { id, via } = source
  const path = { params: { path: { id } } }
  const onError = (error: Error) => void message.error(errorText(error))
  const enable = useMutation({
    mutationFn: () =>
      answer(client.PATCH('/api/v1/sources/{id}', { ...path, body: { enabled: !source.enabled } })),
    onSuccess: changed,
    onError,
  })
  const remove = useMutation({
    mutationFn: () => answer(client.DELETE('/api/v1/sources/{id}', path)),
    onSuccess: changed,
    onError,
  })
  const renew = useMutation({
    mutationFn: () => answer(client.POST('/api/v1/sources/{id}/proof', path)),
    onError,
  })
  const ask = (word: string, act: () => Promise<unknown>) =>
    question({
      title: t(`source.${word}Title`, { name: source.name }),
      content: t(`source.${word}Explain`),
      okText: t(`source.${word}`),
      danger: true,
      onOk: () => act(),
    })
  return (
    <li className={source.enabled ? '' : 'is-off'}>
      <div>
        <b>{source.name}</b> <span className="faint">{t(`source.ways.${via.type}`)}</span>
        <span className="soft">
          {gateway} · <code>{via.type === 'mqtt' ? via.url : pushAddress(id)}</code>
          {via.type === 'mqtt' &&
            via.topics.map((topic) => (
              <span key={topic}>
                {' · '}
                <code>{topic}</code>
              </span>
            ))}
        </span>
        <State source={source} />
      </div>
      <div className="row-actions">
        <Button type="text" onClick={() => setEditing(true)}>
          {t('action.edit')}
        </Button>
        <Button type="text" loading={enable.isPending} onClick={() => enable.mutate()}>
          {t(source.enabled ? 'device.disable' : 'device.enable')}
        </Button>
        {via.type === 'push' && (
          <Button type="text" loading={renew.isPending} onClick={() => ask('renew', renew.mutateAsync)}>
            {t('device.renew')}
          </Button>
        )}
        <Button type="text" loading={remove.isPending} onClick={() => ask('remove', remove.mutateAsync)}>
          {t('source.remove')}
        </Button>
      </div>
      {editing && <EditSource source={source} onClose={() => setEditing(false)} />}
      {renew.data !== undefined && (
        <ProofDialog id={id} proof={renew.data.proof} onClose={() => renew.reset()} />
      )}
    </li>
  )
}

/** Brokers and platforms of others through which readings come. */
const SourcesPage = () => {
  const { t } = useTranslation()
  const sources = useSources()
  const gateways = useGateways().data
  const [adding, setAdding] = useState(false)
  const nameOf = (id: string) => gateways?.find((gateway) => gateway.id === id)?.name || id
  return (
    <div className="page">
      <header className="page-head">
        <div>
          <h1>{t('source.title')}</h1>
          <p className="soft">
            {t('source.explain')} <Link to="/devices/mappings">{t('source.toMappings')}</Link>
          </p>
        </div>
        <div className="page-tools">
          <Button type="primary" onClick={() => setAdding(true)}>
            {t('source.add')}
          </Button>
        </div>
      </header>
      {adding && <AddSource onClose={() => setAdding(false)} />}
      <DeviceTabs />
      {sources.isError && <ErrorNote error={sources.error} onRetry={() => void sources.refetch()} />}
      {sources.isPending && <Skeleton active />}
      {sources.data?.length === 0 && <p className="quiet-note">{t('source.none')}</p>}
      {sources.data !== undefined && sources.data.length > 0 && (
        <section className="card">
          <ul className="setting-rows">
            {sources.data.map((source) => (
              <Row key={source.id} source={source} gateway={nameOf(source.gatewayId)} />
            ))}
          </ul>
        </section>
      )}
    </div>
  )
}

export default SourcesPage
