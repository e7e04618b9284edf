import type { Finding } from './finding.ts'
import type { DeviceId, HomeId } from './ids.ts'
import type { DeviceKind, Reading } from './reading.ts'
import type { RuleSettings } from './settings.ts'

/** A device as the rules see it. `cadenceS` null: not said, learned from what arrives. */
export interface HomeDevice {
  deviceId: DeviceId
  kind: DeviceKind
  cadenceS: number | null
}

/** What can happen to a home, as far as the rules are concerned. */
export type HomeEvent =
  | { type: 'readings'; readings: Reading[] }
  /** The devices that stand in the home from now on, all of them. */
  | { type: 'devices'; devices: HomeDevice[] }
  | { type: 'zone'; zone: string }
  /** Nothing was heard; the time that `step` asked for has come. */
  | { type: 'deadline' }
  /** The resident said at `at` that all is well: the quiet before it means nothing any more. */
  | { type: 'sign_of_life'; at: number }

/** A stretch of civil time in which the service itself was not there: for every home the same as not heard. */
export interface Outage {
  from: number
  to: number
}

export interface RuleContext {
  homeId: HomeId
  settings: RuleSettings
  /** Ascending, not overlapping, those of the last 40 days. */
  outages: readonly Outage[]
}

/** `deadline`: the next instant at which, without news, `step` wants to be asked again; null: never. */
export interface StepResult<State> {
  state: State
  findings: Finding[]
  deadline: number | null
}
