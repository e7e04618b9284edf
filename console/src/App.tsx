import { QueryClientProvider } from '@tanstack/react-query'
import { App as AntdApp, ConfigProvider } from 'antd'
import enUS from 'antd/locale/en_US'
import zhCN from 'antd/locale/zh_CN'
import { lazy, Suspense, useEffect, useLayoutEffect, useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { HashRouter, Route, Routes } from 'react-router'
import { queryClient, useSessionQuery } from './api/queries.ts'
import { setCivilClock } from './clock/civil.ts'
import { PageSkeleton } from './frame/PageSkeleton.tsx'
import { returnFocus } from './frame/return-focus.ts'
import { ErrorNote } from './locale/ErrorNote.tsx'
import { useLanguage } from './locale/i18n.ts'
import { useIsPhone, useMode } from './preference/media.ts'
import { usePreferences } from './preference/preferences.ts'
import { SignInPage } from './session/SignIn.tsx'
import { SessionProvider } from './session/session.ts'
import { isOnlyVisitor } from './session/visitor.ts'
import { antdTheme, applyPalette, printSheet } from './theme.ts'

/** Neither downloads the other: a visitor's phone may be old and its reception poor. */
const Desk = lazy(() => import('./Desk.tsx'))
const VisitorApp = lazy(() => import('./visit/VisitorApp.tsx'))

const Themed = ({ children }: { children: React.ReactNode }) => {
  const mode = useMode()
  const { largeType } = usePreferences()
  const isPhone = useIsPhone()
  const language = useLanguage()
  useLayoutEffect(() => applyPalette(document.documentElement, mode, largeType), [mode, largeType])
  useEffect(returnFocus, [])
  const theme = useMemo(() => antdTheme(mode, largeType, isPhone), [mode, largeType, isPhone])
  return (
    <ConfigProvider
      theme={theme}
      locale={language === 'zh' ? zhCN : enUS}
      button={{ autoInsertSpace: false }}
      wave={{ disabled: true }}
    >
      <style>{printSheet()}</style>
      <AntdApp className="app" message={{ maxCount: 3 }}>
        {children}
      </AntdApp>
    </ConfigProvider>
  )
}

/** Everything behind this needs a session; without one, the sign-in page stands here instead. */
const Gate = () => {
  const session = useSessionQuery()
  const { i18n } = useTranslation()
  const { language: chosen } = usePreferences()
  const me = session.data
  const language = chosen ?? me?.account.language
  useLayoutEffect(() => {
    if (me) setCivilClock(me.civilNow, me.civilFactor)
  }, [me])
  useEffect(() => {
    if (language !== undefined && language !== i18n.language) void i18n.changeLanguage(language)
  }, [language, i18n])

  if (me === undefined)
    return session.isError ? (
      <main className="sign-in">
        <ErrorNote error={session.error} onRetry={() => void session.refetch()} />
      </main>
    ) : (
      <PageSkeleton />
    )
  if (me === null) return <SignInPage />

  if (isOnlyVisitor(me))
    return (
      <SessionProvider value={me}>
        <Suspense fallback={<PageSkeleton />}>
          <VisitorApp />
        </Suspense>
      </SessionProvider>
    )
  return (
    <SessionProvider value={me}>
      <Suspense fallback={<PageSkeleton />}>
        <Desk />
      </Suspense>
    </SessionProvider>
  )
}

export const App = () => (
  <QueryClientProvider client={queryClient}>
    <Themed>
      <HashRouter>
        <Routes>
          <Route path="/sign-in/:secret" element={<SignInPage />} />
          <Route path="*" element={<Gate />} />
        </Routes>
      </HashRouter>
    </Themed>
  </QueryClientProvider>
)
