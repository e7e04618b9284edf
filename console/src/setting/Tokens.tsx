import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Alert, Button, Form, Input, Popconfirm, Skeleton, Typography } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { answer, client } from '../api/client.ts'
import { keys, useTokens } from '../api/queries.ts'
import type { Grant, Token } from '../api/types.ts'
import { Ago } from '../clock/Times.tsx'
import { FormDialog } from '../dialog/FormDialog.tsx'
import { KeptDialog } from '../dialog/KeptDialog.tsx'
import { ErrorNote } from '../locale/ErrorNote.tsx'
import { useMe } from '../session/session.ts'
import { GrantsField, GrantWords } from './GrantsField.tsx'

interface NewToken {
  name: string
  grants: Grant[]
}

/** Stays open with what was made: a token is shown once. */
const AddToken = ({ onClose }: { onClose: () => void }) => {
  const { t } = useTranslation()
  const queries = useQueryClient()
  const [secret, setSecret] = useState<string | null>(null)
  if (secret !== null)
    return (
      <KeptDialog title={t('token.add')} onClose={onClose}>
        <Alert type="warning" showIcon title={t('token.once')} />
        <Typography.Paragraph className="command-line" copyable>
          {secret}
        </Typography.Paragraph>
      </KeptDialog>
    )
  return (
    <FormDialog
      title={t('token.add')}
      okText={t('token.create')}
      save={(body: NewToken) => answer(client.POST('/api/v1/tokens', { body }))}
      onSaved={(made) => {
        void queries.invalidateQueries({ queryKey: keys.tokens })
        setSecret(made.secret)
      }}
      onClose={onClose}
    >
      <Form.Item
        name="name"
        label={t('token.name')}
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

const Remove = ({ token }: { token: Token }) => {
  const { t } = useTranslation()
  const queries = useQueryClient()
  const remove = useMutation({
    mutationFn: () => answer(client.DELETE('/api/v1/tokens/{id}', { params: { path: { id: token.id } } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: keys.tokens }),
  })
  return (
    <Popconfirm title={t('token.askRemove', { name: token.name })} onConfirm={() => remove.mutate()}>
      <Button type="text" danger loading={remove.isPending}>
        {t('token.remove')}
      </Button>
    </Popconfirm>
  )
}

export const Tokens = () => {
  const { t } = useTranslation()
  const { zone } = useMe()
  const tokens = useTokens()
  const [adding, setAdding] = useState(false)
  return (
    <section className="card">
      <header className="card-head">
        <div>
          <h2>{t('token.title')}</h2>
          <p className="soft">{t('token.explain')}</p>
        </div>
        <Button onClick={() => setAdding(true)}>{t('token.add')}</Button>
      </header>
      {tokens.isError && <ErrorNote error={tokens.error} onRetry={() => void tokens.refetch()} />}
      {tokens.isPending && <Skeleton active />}
      {tokens.data?.items.length === 0 && <p className="faint">{t('token.none')}</p>}
      <ul className="setting-rows">
        {tokens.data?.items.map((token) => (
          <li key={token.id}>
            <div>
              <b>{token.name}</b>{' '}
              <span className="faint">
                {token.lastUsedAt === null ? (
                  t('token.neverUsed')
                ) : (
                  <>
                    {t('token.lastUsed')} <Ago at={token.lastUsedAt} zone={zone} />
                  </>
                )}
              </span>
              <GrantWords grants={token.grants} />
            </div>
            <div className="row-actions">
              <Remove token={token} />
            </div>
          </li>
        ))}
      </ul>
      {adding && <AddToken onClose={() => setAdding(false)} />}
    </section>
  )
}
