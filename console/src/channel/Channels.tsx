import { useMutation, useQueryClient } from '@tanstack/react-query'
import { App, Button, Input, Skeleton } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { answer, client } from '../api/client.ts'
import { dutyKeys, useChannelForms, useChannels } from '../api/duty-queries.ts'
import { useJurisdictions } from '../api/queries.ts'
import type { Channel, ChannelForm } from '../api/types.ts'
import { Ago } from '../clock/Times.tsx'
import { Dialog } from '../dialog/Dialog.tsx'
import { useQuestion } from '../dialog/question.ts'
import { ErrorNote, useErrorText } from '../locale/ErrorNote.tsx'
import { useLanguage } from '../locale/i18n.ts'
import { useMe } from '../session/session.ts'
import { ChannelDialog } from './ChannelDialog.tsx'
import { TrySend } from './TrySend.tsx'

const State = ({ channel: { enabled, health } }: { channel: Channel }) => {
  const { t } = useTranslation()
  const { zone } = useMe()
  if (!enabled) return <span className="soft">{t('channel.off')}</span>
  if (health.failingSince !== null)
    return (
      <span className="channel-failing">
        <b>{t('channel.failing')}</b> <Ago at={health.failingSince} zone={zone} exact />
        {health.reason !== null && <span className="soft">{health.reason}</span>}
      </span>
    )
  return (
    <span className="soft">
      {t(health.lastSentAt === null ? 'channel.untried' : 'channel.works')}
      {health.lastSentAt !== null && (
        <>
          {' · '}
          {t('channel.lastSent')} <Ago at={health.lastSentAt} zone={zone} exact />
        </>
      )}
    </span>
  )
}

const TryDialog = ({
  channel,
  address: sort,
  onClose,
}: {
  channel: Channel
  address: ChannelForm['address'] | undefined
  onClose: () => void
}) => {
  const { t } = useTranslation()
  const language = useLanguage()
  const [address, setAddress] = useState('')
  return (
    <Dialog title={t('channel.testTitle', { name: channel.name })} footer={null} onCancel={onClose}>
      <p className="soft">{t('channel.testExplain')}</p>
      <div className="try-form">
        <Input
          value={address}
          aria-label={t('person.address')}
          placeholder={sort === undefined ? '' : t(`channel.address.${sort}`)}
          onChange={(event) => setAddress(event.target.value)}
        />
        <TrySend key={address} channelId={channel.id} address={address.trim()} language={language} />
      </div>
    </Dialog>
  )
}

const Row = ({ channel, forms }: { channel: Channel; forms: readonly ChannelForm[] }) => {
  const { t } = useTranslation()
  const { message } = App.useApp()
  const question = useQuestion()
  const errorText = useErrorText()
  const queries = useQueryClient()
  const places = useJurisdictions().data
  const [open, setOpen] = useState<'edit' | 'try' | null>(null)
  const path = { params: { path: { id: channel.id } } }
  const settled = {
    onSuccess: () => void queries.invalidateQueries({ queryKey: dutyKeys.channels }),
    onError: (error: Error) => void message.error(errorText(error)),
  }
  const enable = useMutation({
    mutationFn: () =>
      answer(client.PATCH('/api/v1/channels/{id}', { ...path, body: { enabled: !channel.enabled } })),
    ...settled,
  })
  const remove = useMutation({
    mutationFn: () => answer(client.DELETE('/api/v1/channels/{id}', path)),
    ...settled,
  })
  const askRemove = () =>
    question({
      title: t('channel.removeTitle', { name: channel.name }),
      content: t('channel.removeExplain'),
      okText: t('source.remove'),
      danger: true,
      onOk: () => remove.mutateAsync(),
    })
  const form = forms.find(({ kind }) => kind === channel.kind)
  return (
    <li className={channel.enabled ? '' : 'is-off'}>
      <div>
        <b>{channel.name}</b> <span className="faint">{t(`channel.kind.${channel.kind}`)}</span>
        <span className="soft">{places?.find(({ id }) => id === channel.jurisdictionId)?.name}</span>
        <State channel={channel} />
      </div>
      <div className="row-actions">
        {channel.enabled && channel.kind !== 'webpush' && (
          <Button type="text" onClick={() => setOpen('try')}>
            {t('channel.test')}
          </Button>
        )}
        <Button type="text" disabled={form === undefined} onClick={() => setOpen('edit')}>
          {t('action.edit')}
        </Button>
        <Button type="text" loading={enable.isPending} onClick={() => enable.mutate()}>
          {t(channel.enabled ? 'device.disable' : 'device.enable')}
        </Button>
        <Button type="text" loading={remove.isPending} onClick={askRemove}>
          {t('source.remove')}
        </Button>
      </div>
      {open === 'edit' && <ChannelDialog forms={forms} present={channel} onClose={() => setOpen(null)} />}
      {open === 'try' && (
        <TryDialog channel={channel} address={form?.address} onClose={() => setOpen(null)} />
      )}
    </li>
  )
}

/** The ways out to people, and how they do. */
export const Channels = () => {
  const { t } = useTranslation()
  const channels = useChannels()
  const forms = useChannelForms().data
  const [adding, setAdding] = useState(false)
  return (
    <section className="card">
      <header className="card-head">
        <div>
          <h2>{t('setting.tab.channels')}</h2>
          <p className="soft">{t('channel.explain')}</p>
        </div>
        <Button disabled={forms === undefined} onClick={() => setAdding(true)}>
          {t('channel.add')}
        </Button>
      </header>
      {channels.isError && <ErrorNote error={channels.error} onRetry={() => void channels.refetch()} />}
      {channels.isPending && <Skeleton active />}
      {channels.data?.length === 0 && <p className="quiet-note">{t('channel.none')}</p>}
      <ul className="setting-rows">
        {channels.data?.map((channel) => (
          <Row key={channel.id} channel={channel} forms={forms ?? []} />
        ))}
      </ul>
      {adding && forms !== undefined && (
        <ChannelDialog forms={forms} present={null} onClose={() => setAdding(false)} />
      )}
    </section>
  )
}
