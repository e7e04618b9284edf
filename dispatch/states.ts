import { type Alert, type AlertState, OVER_STATES } from '../contracts/alert.ts'
import type { AlertCommand } from '../contracts/command.ts'

/** Neither ring nor stand in the open queue: for an answer, for the end of a cause, or because somebody put them aside. */
export const WAITING_STATES: readonly AlertState[] = ['suspected', 'merged', 'suppressed', 'shelved']
/** Nobody was told of these yet, so nobody has to confirm their end. */
export const UNTOLD_STATES: readonly AlertState[] = ['suspected', 'merged', 'suppressed']
/** Somebody is being sent, on the way, or there; or the emergency services are. What is measured meanwhile is told them. */
export const UNDER_WAY_STATES: readonly AlertState[] = ['dispatched', 'accepted', 'on_scene', 'transferred']

export const isWaiting = (alert: Alert): boolean => WAITING_STATES.includes(alert.state)
export const isOver = (alert: Alert): boolean => OVER_STATES.includes(alert.state)
export const isUnderWay = (alert: Alert): boolean => UNDER_WAY_STATES.includes(alert.state)

type Row = Partial<Record<AlertState, AlertState>>

const to = (target: AlertState, ...from: AlertState[]): Row =>
  Object.fromEntries(from.map((state) => [state, target]))
const staying = (...states: AlertState[]): Row => Object.fromEntries(states.map((state) => [state, state]))

/** They ring, or somebody deals with them. */
export const TOLD_STATES: readonly AlertState[] = [
  'open',
  'acknowledged',
  'verifying',
  'recovered',
  ...UNDER_WAY_STATES,
]
const NOT_OVER: readonly AlertState[] = [...WAITING_STATES, ...TOLD_STATES]

/**
 * Which command is legal in which state, and the state it leads to: the table of docs/lifecycle.md. What is left out is
 * refused. What a command asks for besides (an outcome, an end, another person) is looked at after this.
 */
export const TRANSITIONS: Readonly<Record<AlertCommand['type'], Row>> = {
  note: staying(...NOT_OVER, ...OVER_STATES),
  acknowledge: {
    ...to('acknowledged', ...WAITING_STATES, 'open'),
    ...staying('acknowledged', 'verifying', 'recovered', ...UNDER_WAY_STATES),
  },
  verify: {
    ...to('verifying', ...WAITING_STATES, 'open', 'acknowledged', 'verifying', 'recovered'),
    ...staying(...UNDER_WAY_STATES),
  },
  dispatch: to(
    'dispatched',
    ...WAITING_STATES,
    'open',
    'acknowledged',
    'verifying',
    'recovered',
    'transferred',
  ),
  recall: {
    ...to('acknowledged', 'dispatched', 'accepted', 'on_scene'),
    ...staying('open', 'acknowledged', 'verifying', 'recovered', 'transferred'),
  },
  transfer: to('transferred', ...NOT_OVER),
  shelve: to('shelved', 'open', 'acknowledged', 'verifying', 'recovered'),
  unshelve: to('open', 'shelved'),
  resolve: to('resolved', ...NOT_OVER),
  review: to('reviewed', 'resolved'),
  close: to('closed', 'resolved', 'reviewed'),
  reopen: to('open', ...OVER_STATES),
}
