import type { AlertState, AlertView } from '../api/types.ts'

/** What people do to a case, by the names of the service. */
export type CaseAction =
  | 'acknowledge'
  | 'verify'
  | 'dispatch'
  | 'recall'
  | 'transfer'
  | 'shelve'
  | 'unshelve'
  | 'resolve'
  | 'review'
  | 'close'
  | 'reopen'
  | 'notes'

export const ACTION_KEYS: Readonly<Record<CaseAction, string>> = {
  acknowledge: 'A',
  verify: 'V',
  dispatch: 'D',
  recall: 'B',
  transfer: 'T',
  shelve: 'S',
  unshelve: 'S',
  resolve: 'R',
  review: 'R',
  close: 'C',
  reopen: 'O',
  notes: 'N',
}

/** What makes sense in each state, the likeliest first. Part of what the service would allow. */
const OFFERED: Readonly<Record<AlertState, readonly CaseAction[]>> = {
  suspected: ['acknowledge', 'verify', 'dispatch', 'resolve', 'transfer'],
  open: ['acknowledge', 'verify', 'dispatch', 'resolve', 'transfer', 'shelve'],
  acknowledged: ['verify', 'dispatch', 'resolve', 'transfer', 'shelve'],
  verifying: ['resolve', 'dispatch', 'verify', 'transfer', 'shelve'],
  dispatched: ['verify', 'recall', 'resolve', 'transfer'],
  accepted: ['verify', 'recall', 'resolve', 'transfer'],
  on_scene: ['resolve', 'recall', 'verify', 'transfer'],
  recovered: ['verify', 'resolve', 'acknowledge', 'dispatch', 'transfer', 'shelve'],
  transferred: ['resolve', 'dispatch', 'recall', 'verify', 'transfer'],
  merged: ['acknowledge', 'verify', 'dispatch', 'resolve', 'transfer'],
  suppressed: ['acknowledge', 'verify', 'dispatch', 'resolve', 'transfer'],
  shelved: ['unshelve', 'verify', 'dispatch', 'resolve', 'transfer'],
  resolved: ['review', 'close', 'reopen'],
  reviewed: ['close', 'reopen'],
  closed: ['reopen'],
}

export type CaseFacts = Pick<
  AlertView,
  'state' | 'severity' | 'family' | 'homeId' | 'acknowledgedAt' | 'visitId' | 'outcome'
>

/** What may be done now, the likeliest first; a note always last. What would be refused is not shown. */
export const legalActions = (alert: CaseFacts): CaseAction[] => [
  ...OFFERED[alert.state].filter((action) => isPossible(action, alert)),
  'notes',
]

const isPossible = (action: CaseAction, alert: CaseFacts): boolean => {
  switch (action) {
    case 'acknowledge':
      return alert.acknowledgedAt === null || alert.state !== 'recovered'
    case 'verify':
      return alert.homeId !== null
    case 'dispatch':
      return alert.homeId !== null && alert.visitId === null
    case 'recall':
      return alert.visitId !== null
    case 'shelve':
      // Danger to life is never put aside.
      return alert.family !== 'smoke' && alert.severity !== 'P1'
    case 'close':
      return alert.outcome !== null
    default:
      return true
  }
}
