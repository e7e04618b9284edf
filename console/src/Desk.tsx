import { lazy, Suspense } from 'react'
import { Navigate, Route, Routes } from 'react-router'
import { DeviceDialogsProvider } from './device/DeviceDialogs.tsx'
import { Frame } from './frame/Frame.tsx'
import { PageSkeleton } from './frame/PageSkeleton.tsx'
import { LiveProvider } from './live/live.tsx'
import { useHolds } from './session/session.ts'

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
const SettingsPage = lazy(() => import('./setting/SettingsPage.tsx'))

/** Everything that is worked at from a desk: its frame, its live wire, and each page when it is opened. */
const Desk = () => {
  const seesCases = useHolds('case_worker')
  const administers = useHolds('administrator')
  return (
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
  )
}

export default Desk
