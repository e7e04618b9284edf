import { QueryClientProvider } from '@tanstack/react-query'
import { App as AntdApp, ConfigProvider } from 'antd'
import enUS from 'antd/locale/en_US'
import zhCN from 'antd/locale/zh_CN'
import { lazy, Suspense, useEffect, useLayoutEffect, useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { HashRouter, Navigate, Route, Routes } from 'react-router'
import { queryClient, useSessionQuery } from './api/queries.ts'
import { setCivilClock } from './clock/civil.ts'
import { DeviceDialogsProvider } from './device/DeviceDialogs.tsx'
import { Frame } from './frame/Frame.tsx'
import { PageSkeleton } from './frame/PageSkeleton.tsx'
import { LiveProvider } from './live/live.tsx'
import { ErrorNote } from './locale/ErrorNote.tsx'
import { useLanguage } from './locale/i18n.ts'
import { useIsPhone, useMode } from './preference/media.ts'
import { usePreferences } from './preference/preferences.ts'
import { SignInPage } from './session/SignIn.tsx'
import { holds, SessionProvider } from './session/session.ts'
import { isOnlyVisitor } from './session/visitor.ts'
import { antdTheme, applyPalette } from './theme.ts'

const QueuePage = lazy(() => import('./queue/QueuePage.tsx'))
const HomesPage = lazy(() => import('./home/HomesPage.tsx'))
const HomePage = lazy(() => import('./home/HomePage.tsx'))
const CarePage = lazy(() => import('./device/CarePage.tsx'))
const ImportPage = lazy(() => import('./import/ImportPage.tsx'))
const InstallPage = lazy(() => import('./install/InstallPage.tsx'))
const DevicesPage = lazy(() => import('./device/DevicesPage.tsx'))
const GatewaysPage = lazy(() => import('./device/GatewaysPage.tsx'))
const MappingsPage = lazy(() => import('./mapping/MappingsPage.tsx'))
const SourcesPage = lazy(() => import('./source/SourcesPage.tsx'))
const QuarantinePage = lazy(() => import('./device/QuarantinePage.tsx'))
const TrialPage = lazy(() => import('./rule/TrialPage.tsx'))
const RulesPage = lazy(() => import('./rule/RulesPage.tsx'))
const DutyPage = lazy(() => import('./duty/DutyPage.tsx'))
const RosterPage = lazy(() => import('./duty/RosterPage.tsx'))
const PeoplePage = lazy(() => import('./person/PeoplePage.tsx'))
const ProposalsPage = lazy(() => import('./proposal/ProposalsPage.tsx'))
const ProposalPage = lazy(() => import('./proposal/ProposalPage.tsx'))
const RotaPage = lazy(() => import('./rota/RotaPage.tsx'))
const DrillsPage = lazy(() => import('./drill/DrillsPage.tsx'))
const DrillPage = lazy(() => import('./drill/DrillPage.tsx'))
const CutsPage = lazy(() => import('./cut/CutsPage.tsx'))
const VisitsPage = lazy(() => import('./visit/VisitsPage.tsx'))
const StaffVisits = lazy(() => import('./visit/StaffVisits.tsx'))
const VisitorApp = lazy(() => import('./visit/VisitorApp.tsx'))
const SettingsPage = lazy(() => import('./setting/SettingsPage.tsx'))

const Themed = ({ children }: { children: React.ReactNode }) => {
  const mode = useMode()
  const { largeType } = usePreferences()
  const isPhone = useIsPhone()
  const language = useLanguage()
  useLayoutEffect(() => applyPalette(document.documentElement, mode, largeType), [mode, largeType])
  const theme = useMemo(() => antdTheme(mode, largeType, isPhone), [mode, largeType, isPhone])
  return (
    <ConfigProvider
      theme={theme}
      locale={language === 'zh' ? zhCN : enUS}
      button={{ autoInsertSpace: false }}
      wave={{ disabled: true }}
    >
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
  const seesCases = holds(me, 'case_worker')
  const administers = holds(me, 'administrator')
  return (
    <SessionProvider value={me}>
      <LiveProvider seesAlerts={seesCases}>
        <DeviceDialogsProvider>
          <Frame>
            <Suspense fallback={<PageSkeleton />}>
              <Routes>
                {seesCases && <Route path="/queue/:alertId?" element={<QueuePage />} />}
                {seesCases && <Route path="/visits" element={<VisitsPage />} />}
                {seesCases && <Route path="/visits/mine/*" element={<StaffVisits />} />}
                <Route path="/homes" element={<HomesPage />} />
                <Route path="/homes/:homeId" element={<HomePage />} />
                <Route path="/devices" element={<DevicesPage />} />
                <Route path="/devices/care" element={<CarePage />} />
                {administers && <Route path="/devices/import" element={<ImportPage />} />}
                {administers && <Route path="/install/:installationId?" element={<InstallPage />} />}
                <Route path="/duty" element={<DutyPage />} />
                {(administers || seesCases) && <Route path="/duty/people" element={<PeoplePage />} />}
                {administers && <Route path="/duty/roster/:placeId" element={<RosterPage />} />}
                {seesCases && <Route path="/queue/proposals" element={<ProposalsPage />} />}
                {seesCases && <Route path="/queue/proposals/:proposalId" element={<ProposalPage />} />}
                {seesCases && <Route path="/duty/rota" element={<RotaPage />} />}
                {seesCases && <Route path="/duty/drills" element={<DrillsPage />} />}
                {seesCases && <Route path="/duty/drills/:alertId" element={<DrillPage />} />}
                {seesCases && <Route path="/duty/cuts" element={<CutsPage />} />}
                {administers && <Route path="/devices/gateways" element={<GatewaysPage />} />}
                {administers && <Route path="/devices/sources" element={<SourcesPage />} />}
                {administers && <Route path="/devices/mappings" element={<MappingsPage />} />}
                {administers && <Route path="/quarantine" element={<QuarantinePage />} />}
                {administers && <Route path="/rules/trial/:trialId?" element={<TrialPage />} />}
                {administers && <Route path="/rules" element={<RulesPage />} />}
                <Route path="/settings/:tab?" element={<SettingsPage />} />
                <Route path="*" element={<Navigate to={seesCases ? '/queue' : '/homes'} replace />} />
              </Routes>
            </Suspense>
          </Frame>
        </DeviceDialogsProvider>
      </LiveProvider>
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
