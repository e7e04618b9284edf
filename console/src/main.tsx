import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { App } from './App.tsx'
import { startI18n } from './locale/i18n.ts'
import './styles/base.css'
import './styles/frame.css'
import './styles/queue.css'
import './styles/alert.css'
import './styles/case.css'
import './styles/visitor.css'
import './styles/page.css'
import './styles/form.css'
import './styles/home.css'
import './styles/sources.css'
import './styles/settings.css'
import './styles/outlook.css'
import './styles/duty.css'
import './styles/roster.css'
import './styles/people.css'
import './styles/ladder.css'
import './styles/report.css'
import { reloadAfterUpdate } from './update.ts'

const root = document.getElementById('root')
if (root === null) throw new Error('index.html has no #root')
reloadAfterUpdate()
await startI18n()
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
)
