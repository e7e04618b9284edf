import { Route, Routes } from 'react-router'
import OwnVisitPage from './OwnVisitPage.tsx'
import { OwnVisitsProvider } from './OwnVisits.tsx'
import OwnVisitsPage from './OwnVisitsPage.tsx'

/** Somebody of the desk who is sent themselves. */
const StaffVisits = () => (
  <OwnVisitsProvider>
    <Routes>
      <Route path="/" element={<OwnVisitsPage />} />
      <Route path="/:visitId" element={<OwnVisitPage />} />
    </Routes>
  </OwnVisitsProvider>
)

export default StaffVisits
