import { useMutation, useQueryClient } from '@tanstack/react-query'
import { App, Button, Skeleton } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { answer, client } from '../api/client.ts'
import { useGateways } from '../api/device-queries.ts'
import { keys, useJurisdictions } from '../api/queries.ts'
import type { Gateway, GatewaySecret } from '../api/types.ts'
import { FormDialog } from '../dialog/FormDialog.tsx'
import { KeptDialog } from '../dialog/KeptDialog.tsx'
import { useQuestion } from '../dialog/question.ts'
import { ErrorNote, useErrorText } from '../locale/ErrorNote.tsx'
import { DeviceTabs } from './DeviceTabs.tsx'
import { GatewayFields, type GatewayValues } from './GatewayForm.tsx'
import { GatewaySecretPanel } from './SecretPanel.tsx'

const useChanged = () => {
  const queries = useQueryClient()
  return () => void queries.invalidateQueries({ queryKey: keys.gateways })
}

/** Stays open with what it was given: a secret is shown once. */
const AddGateway = ({ onClose }: { onClose: () => void }) => {
  const { t } = useTranslation()
  const changed = useChanged()
  const [given, setGiven] = useState<GatewaySecret | null>(null)
  if (given !== null)
    return (
      <KeptDialog title={t('gateway.done')} onClose={onClose}>
        <GatewaySecretPanel {...given} />
      </KeptDialog>
    )
  return (
    <FormDialog
      title={t('gateway.add')}
      okText={t('register.submit')}
      width={620}
      initial={{ topics: [] }}
      save={({ jurisdictionId = '', name = '', topics, id }: GatewayValues) =>
        answer(
          client.POST('/api/v1/gateways', {
            body: { jurisdictionId, name: name.trim(), topics, id: id?.trim() || null },
          }),
        )
      }
      onSaved={(secret) => {
        changed()
        setGiven(secret)
      }}
      onClose={onClose}
    >
      <GatewayFields isNew />
    </FormDialog>
  )
}

const EditGateway = ({ gateway, onClose }: { gateway: Gateway; onClose: () => void }) => {
  const { t } = useTranslation()
  const changed = useChanged()
  return (
    <FormDialog
      title={t('gateway.editTitle', { id: gateway.id })}
      width={620}
      initial={{ name: gateway.name, topics: gateway.topics }}
      save={({ name = '', topics }: GatewayValues) =>
        answer(
          client.PATCH('/api/v1/gateways/{id}', {
            params: { path: { id: gateway.id } },
            body: { name: name.trim(), topics },
          }),
        )
      }
      onSaved={() => {
        changed()
        onClose()
      }}
      onClose={onClose}
    >
      <GatewayFields isNew={false} />
    </FormDialog>
  )
}

const Row = ({ gateway }: { gateway: Gateway }) => {
  const { t } = useTranslation()
  const { message } = App.useApp()
  const question = useQuestion()
  const errorText = useErrorText()
  const changed = useChanged()
  const places = useJurisdictions().data
  const [editing, setEditing] = useState(false)
  const path = { params: { path: { id: gateway.id } } }
  const onError = (error: Error) => void message.error(errorText(error))
  const enable = useMutation({
    mutationFn: () =>
      answer(client.PATCH('/api/v1/gateways/{id}', { ...path, body: { enabled: !gateway.enabled } })),
    onSuccess: changed,
    onError,
  })
  const renew = useMutation({
    mutationFn: () => answer(client.POST('/api/v1/gateways/{id}/secret', path)),
    onError,
  })
  const ask = (word: string, act: () => Promise<unknown>) =>
    question({
      title: t(`gateway.${word}Title`, { name: gateway.name || gateway.id }),
      content: t(`gateway.${word}Explain`),
      okText: t(`device.${word}`),
      danger: word !== 'enable',
      onOk: () => act(),
    })
  return (
    <li className={gateway.enabled ? '' : 'is-off'}>
      <div>
        <b>{gateway.name || gateway.id}</b>{' '}
        <span className="faint">
          {gateway.name !== '' && <code>{gateway.id}</code>} {!gateway.enabled && t('device.disabled')}
        </span>
        <span className="soft">
          {places?.find((place) => place.id === gateway.jurisdictionId)?.name}
          {gateway.topics.map((topic) => (
            <span key={topic}>
              {' · '}
              <code>{topic}</code>
            </span>
          ))}
        </span>
      </div>
      <div className="row-actions">
        <Button type="text" onClick={() => setEditing(true)}>
          {t('action.edit')}
        </Button>
        <Button
          type="text"
          loading={enable.isPending}
          onClick={() => ask(gateway.enabled ? 'disable' : 'enable', enable.mutateAsync)}
        >
          {t(gateway.enabled ? 'device.disable' : 'device.enable')}
        </Button>
        <Button type="text" loading={renew.isPending} onClick={() => ask('renew', renew.mutateAsync)}>
          {t('device.renew')}
        </Button>
      </div>
      {editing && <EditGateway gateway={gateway} onClose={() => setEditing(false)} />}
      {renew.data !== undefined && (
        <KeptDialog title={t('device.renewed', { id: gateway.id })} onClose={() => renew.reset()}>
          <GatewaySecretPanel {...renew.data} />
        </KeptDialog>
      )}
    </li>
  )
}

/** Gateways speak for the devices behind them: each under its own topics. */
const GatewaysPage = () => {
  const { t } = useTranslation()
  const gateways = useGateways()
  const [adding, setAdding] = useState(false)
  return (
    <div className="page">
      <header className="page-head">
        <div>
          <h1>{t('gateway.title')}</h1>
          <p className="soft">{t('gateway.explain')}</p>
        </div>
        <div className="page-tools">
          <Button type="primary" onClick={() => setAdding(true)}>
            {t('gateway.add')}
          </Button>
        </div>
      </header>
      {adding && <AddGateway onClose={() => setAdding(false)} />}
      <DeviceTabs />
      {gateways.isError && <ErrorNote error={gateways.error} onRetry={() => void gateways.refetch()} />}
      {gateways.isPending && <Skeleton active />}
      {gateways.data?.length === 0 && <p className="quiet-note">{t('gateway.none')}</p>}
      {gateways.data !== undefined && gateways.data.length > 0 && (
        <section className="card">
          <ul className="setting-rows">
            {gateways.data.map((gateway) => (
              <Row key={gateway.id} gateway={gateway} />
            ))}
          </ul>
          <p className="faint">
            {t('gateway.unclaimed')} <Link to="/quarantine">{t('place.quarantine')}</Link>
          </p>
        </section>
      )}
    </div>
  )
}

export default GatewaysPage
