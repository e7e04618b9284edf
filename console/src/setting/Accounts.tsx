import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Alert, Button, Form, Input, Popconfirm, Skeleton, Typography } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { answer, client } from '../api/client.ts'
import { keys, useAccounts } from '../api/queries.ts'
import type { Account, Grant } from '../api/types.ts'
import { Dialog } from '../dialog/Dialog.tsx'
import { FormDialog } from '../dialog/FormDialog.tsx'
import { ErrorNote } from '../locale/ErrorNote.tsx'
import { useLanguage } from '../locale/i18n.ts'
import { useMe } from '../session/session.ts'
import { GrantsField, GrantWords } from './GrantsField.tsx'

interface NewAccount {
  name: string
  grants: Grant[]
}

const AddAccount = ({ onClose }: { onClose: () => void }) => {
  const { t } = useTranslation()
  const language = useLanguage()
  const queries = useQueryClient()
  return (
    <FormDialog
      title={t('account.add')}
      okText={t('account.create')}
      save={(account: NewAccount) =>
        answer(client.POST('/api/v1/accounts', { body: { ...account, language } }))
      }
      onSaved={() => {
        void queries.invalidateQueries({ queryKey: keys.accounts })
        onClose()
      }}
      onClose={onClose}
    >
      <Form.Item
        name="name"
        label={t('account.name')}
        rules={[{ required: true, message: t('account.nameMissing') }]}
      >
        <Input maxLength={60} autoComplete="off" />
      </Form.Item>
      <Form.Item
        name="grants"
        label={t('account.grants')}
        rules={[{ required: true, message: t('account.grantsMissing') }]}
      >
        <GrantsField />
      </Form.Item>
    </FormDialog>
  )
}

const SignInLink = ({ account }: { account: Account }) => {
  const { t } = useTranslation()
  const link = useMutation({
    mutationFn: () =>
      answer(client.POST('/api/v1/accounts/{id}/sign-in-links', { params: { path: { id: account.id } } })),
  })
  return (
    <>
      <Button loading={link.isPending} onClick={() => link.mutate()}>
        {t('account.link')}
      </Button>
      {(link.isSuccess || link.isError) && (
        <Dialog
          title={t('account.linkTitle', { name: account.name })}
          footer={null}
          mask={{ closable: false }}
          onCancel={() => link.reset()}
        >
          {link.isError && <ErrorNote error={link.error} />}
          {link.isSuccess && (
            <>
              <Alert type="warning" showIcon title={t('account.linkOnce')} />
              <Typography.Paragraph className="command-line" copyable>
                {link.data.url}
              </Typography.Paragraph>
            </>
          )}
        </Dialog>
      )}
    </>
  )
}

const Enabled = ({ account }: { account: Account }) => {
  const { t } = useTranslation()
  const queries = useQueryClient()
  const change = useMutation({
    mutationFn: () =>
      answer(
        client.PATCH('/api/v1/accounts/{id}', {
          params: { path: { id: account.id } },
          body: { enabled: !account.enabled },
        }),
      ),
    onSuccess: () => queries.invalidateQueries({ queryKey: keys.accounts }),
  })
  return (
    <Popconfirm
      title={t(account.enabled ? 'account.askDisable' : 'account.askEnable', { name: account.name })}
      onConfirm={() => change.mutate()}
    >
      <Button type="text" loading={change.isPending}>
        {t(account.enabled ? 'account.disable' : 'account.enable')}
      </Button>
    </Popconfirm>
  )
}

export const Accounts = () => {
  const { t } = useTranslation()
  const me = useMe()
  const accounts = useAccounts()
  const [adding, setAdding] = useState(false)
  return (
    <section className="card">
      <header className="card-head">
        <h2>{t('account.title')}</h2>
        <Button onClick={() => setAdding(true)}>{t('account.add')}</Button>
      </header>
      {accounts.isError && <ErrorNote error={accounts.error} onRetry={() => void accounts.refetch()} />}
      {accounts.isPending && <Skeleton active />}
      <ul className="setting-rows">
        {accounts.data?.items.map((account) => (
          <li key={account.id} className={account.enabled ? '' : 'is-off'}>
            <div>
              <b>{account.name}</b>{' '}
              {account.id === me.account.id && <span className="faint">{t('account.you')}</span>}
              {!account.enabled && <span className="faint"> {t('account.disabled')}</span>}
              <GrantWords grants={account.grants} />
            </div>
            <div className="row-actions">
              {account.enabled && <SignInLink account={account} />}
              {account.id !== me.account.id && <Enabled account={account} />}
            </div>
          </li>
        ))}
      </ul>
      {adding && <AddAccount onClose={() => setAdding(false)} />}
    </section>
  )
}
