import { useEffect } from 'react'
import { Navigate, Route, Routes } from 'react-router'
import OwnVisitPage from './OwnVisitPage.tsx'
import { OwnVisitsProvider } from './OwnVisits.tsx'
import OwnVisitsPage from './OwnVisitsPage.tsx'
import { keepShell } from './shell.ts'
import { VisitorFrame } from './VisitorFrame.tsx'

/** Somebody who only goes on visits lands here, and sees nothing else. */
const VisitorApp = () => {
  useEffect(() => void keepShell(), [])
  return (
    <OwnVisitsProvider>
      <VisitorFrame>
        <Routes>
          <Route path="/visits/mine" element={<OwnVisitsPage />} />
          <Route path="/visits/mine/:visitId" element={<OwnVisitPage />} />
          <Route path="*" element={<Navigate to="/visits/mine" replace />} />
        </Routes>
      </VisitorFrame>
    </OwnVisitsProvider>
  )
}

export default VisitorApp
