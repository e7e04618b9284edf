import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Button, Form, Input } from 'antd'
import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate, useParams } from 'react-router'
import { answer, client } from '../api/client.ts'
import { beginSession } from '../api/queries.ts'
import { AppearanceControls } from '../frame/AppearanceControls.tsx'
import { Mark } from '../frame/Mark.tsx'
import { ErrorNote } from '../locale/ErrorNote.tsx'

type Credentials = { link: string } | { name: string; password: string }

/** Posted once only, also where React runs effects twice: the secret is good for one use. */
const used = new Set<string>()

export const SignInPage = () => {
  const { t } = useTranslation()
  const { secret } = useParams()
  const navigate = useNavigate()
  const queries = useQueryClient()
  const signIn = useMutation({
    mutationFn: (body: Credentials) => answer(client.POST('/api/v1/session', { body })),
    onSuccess: (me) => {
      beginSession(queries, me)
      // Whoever was sent here by a message goes on to where it leads.
      if (secret !== undefined) void navigate('/', { replace: true })
    },
  })
  const { mutate } = signIn

  useEffect(() => {
    if (secret === undefined || used.has(secret)) return
    used.add(secret)
    // Out of the address bar and the history before anything else can read it there.
    history.replaceState(history.state, '', '#/sign-in')
    mutate({ link: secret })
  }, [secret, mutate])

  const byLink = secret !== undefined && (signIn.isPending || signIn.isIdle)
  return (
    <main className="sign-in">
      <div className="sign-in-card">
        <header className="sign-in-head">
          <Mark size={44} />
          <div>
            <h1>{t('name')}</h1>
            <p>{t('signIn.purpose')}</p>
          </div>
        </header>
        {signIn.isError && <ErrorNote error={signIn.error} />}
        {byLink ? (
          <p className="sign-in-wait" role="status">
            {t('signIn.byLink')}
          </p>
        ) : (
          <Form
            layout="vertical"
            requiredMark={false}
            onFinish={(values: { name: string; password: string }) => signIn.mutate(values)}
          >
            <Form.Item
              name="name"
              label={t('signIn.name')}
              rules={[{ required: true, message: t('signIn.nameMissing') }]}
            >
              <Input size="large" autoComplete="username" autoFocus />
            </Form.Item>
            <Form.Item
              name="password"
              label={t('signIn.password')}
              rules={[{ required: true, message: t('signIn.passwordMissing') }]}
            >
              <Input.Password size="large" autoComplete="current-password" />
            </Form.Item>
            <Button type="primary" size="large" htmlType="submit" block loading={signIn.isPending}>
              {t('signIn.submit')}
            </Button>
            <p className="sign-in-hint">{t('signIn.hint')}</p>
          </Form>
        )}
      </div>
      <footer className="sign-in-foot">
        <AppearanceControls />
      </footer>
    </main>
  )
}
