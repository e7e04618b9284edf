import { join } from 'node:path'
import { openJournal } from '../../store/sqlite/journal.ts'
import { openState } from '../../store/sqlite/state.ts'
import { journalConformance } from './journal.conformance.ts'
import { stateConformance } from './state.conformance.ts'

journalConformance('sqlite', async (place, options) =>
  openJournal({ file: join(place, 'journal.db'), ...options }),
)
stateConformance('sqlite', async (place) => openState({ file: join(place, 'state.db') }))
