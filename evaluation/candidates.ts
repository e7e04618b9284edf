import { RuleSettings } from '../contracts/settings.ts'
import { engine, pages } from './engine.ts'
import { alertLine } from './reference/alert-line.ts'
import { timer } from './reference/timer.ts'
import { volume } from './reference/volume.ts'
import type { Candidate } from './watch.ts'

/** False alarms per home and 30 days that a district may set; ask, watch and visit are 3, 1 and 0.5. */
const BUDGETS = [0.3, 0.5, 1, 2, 3, 5]

const OTHERS_OFF = {
  'inactivity.water_volume': { enabled: false },
  'inactivity.water_none': { enabled: false },
  'inactivity.electricity_flat': { enabled: false },
}

export const personalSettings = (budgetPer30Days: number): RuleSettings =>
  RuleSettings.parse({ ...OTHERS_OFF, 'inactivity.personal': { enabled: true, budgetPer30Days } })

export const OUR_CURVE = 'inactivity.personal'

export const personal = (budget: number): Candidate =>
  engine(`personal, budget ${budget}`, OUR_CURVE, personalSettings(budget))

/** The project's fixed rules, alone; the scorer is checked by them. */
const fixedRules: Candidate[] = [
  engine(
    'our 12 h / 10 L',
    'our fixed rules',
    RuleSettings.parse({
      ...OTHERS_OFF,
      'inactivity.personal': { enabled: false },
      'inactivity.water_volume': { enabled: true, hours: 12, litres: 10 },
    }),
  ),
  engine(
    'our 12 h without water',
    'our fixed rules',
    RuleSettings.parse({
      ...OTHERS_OFF,
      'inactivity.personal': { enabled: false },
      'inactivity.water_none': { enabled: true, hours: 12 },
    }),
  ),
]

const references: Candidate[] = [
  volume(12, 10),
  volume(24, 8),
  ...[8, 10, 12, 14, 16, 20].map(timer),
  ...[1, 3, 4.5, 6, 8].map((margin) => alertLine(0.99, margin)),
  ...[1, 3, 4.5, 6].map((margin) => alertLine(0.99, margin, 20)),
]

export const allCandidates: Candidate[] = [...BUDGETS.map(personal), ...fixedRules, ...references]

/** Everything that sends somebody, under the default settings: what an incident of any kind meets. */
export const everyPage: Candidate = engine('every P1 and P2', 'every page', personalSettings(0.5), pages)
