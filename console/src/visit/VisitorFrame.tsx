import { LogoutOutlined } from '@ant-design/icons'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Button, Popconfirm } from 'antd'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate } from 'react-router'
import { answer, client } from '../api/client.ts'
import { beginSession } from '../api/queries.ts'
import { AppearanceControls } from '../frame/AppearanceControls.tsx'
import { Mark } from '../frame/Mark.tsx'
import { PushSwitch } from '../push/PushSwitch.tsx'
import { useMe } from '../session/session.ts'
import { forgetVisitor } from '../session/visitor.ts'
import { useOwnVisits } from './OwnVisits.tsx'
import { forgetOthers } from './phone-store.ts'

/** All that somebody sees who only goes on visits: whether there is reception, what is not yet sent, and the way out. */
export const VisitorFrame = ({ children }: { children: ReactNode }) => {
  const { t } = useTranslation()
  const me = useMe()
  const queries = useQueryClient()
  const navigate = useNavigate()
  const { isCurrent, unsent } = useOwnVisits()
  const signOut = useMutation({
    networkMode: 'always',
    mutationFn: () => answer(client.DELETE('/api/v1/session')),
    onSettled: async () => {
      forgetVisitor()
      await forgetOthers(null)
      beginSession(queries, null)
      void navigate('/')
    },
  })
  return (
    <div className="visitor">
      <header className="visitor-top">
        <Mark />
        <b>{me.account.name}</b>
        <span className={isCurrent ? 'visitor-line is-live' : 'visitor-line'} role="status">
          {unsent > 0
            ? t('visit.unsent', { count: unsent })
            : t(isCurrent ? 'visit.online' : 'visit.offline')}
        </span>
      </header>
      <main className="visitor-content">
        {children}
        {isCurrent && (
          <div className="visitor-told">
            <PushSwitch />
          </div>
        )}
      </main>
      <footer className="visitor-foot">
        <AppearanceControls />
        <Popconfirm
          title={t(unsent > 0 ? 'visit.signOutUnsent' : 'visit.signOutAsk', { count: unsent })}
          okText={t('frame.signOut')}
          cancelText={t('action.cancel')}
          onConfirm={() => signOut.mutate()}
        >
          <Button type="text" icon={<LogoutOutlined aria-hidden />}>
            {t('frame.signOut')}
          </Button>
        </Popconfirm>
      </footer>
    </div>
  )
}
