import { z } from 'zod'
import type { Finding } from './finding.ts'
import type { DeviceId, HomeId } from './ids.ts'
import type { DeviceKind, Reading } from './reading.ts'
import type { RuleSettings } from './settings.ts'

/** A device as the rules see it. `cadenceS` null: not said, learned from what arrives. */
export interface HomeDevice {
  deviceId: DeviceId
  kind: DeviceKind
  cadenceS: number | null
  /** Where its register begins again at zero, in the unit of the metric; left out: not known of the product. */
  wrap?: number
  /** From when on it stands in this home; left out: from when the rules were first told of it. */
  since?: number
}

/** What can happen to a home, as far as the rules are concerned. */
export type HomeEvent =
  | { type: 'readings'; readings: Reading[] }
  /** The devices that stand in the home from now on, all of them. */
  | { type: 'devices'; devices: HomeDevice[] }
  /** Somebody registered a swap or a reset: from `at` on the registers of the device begin anew. */
  | { type: 'registers_begin'; deviceId: DeviceId; at: number }
  | { type: 'zone'; zone: string }
  /** The resident said at `at` that all is well: the quiet before it means nothing any more. */
  | { type: 'sign_of_life'; at: number }
  /** Away periods, sensitivities or the home's own settings have changed: what was decided is decided anew. */
  | { type: 'circumstances' }
  /** Nothing was heard; the time that `step` asked for has come. */
  | { type: 'deadline' }

/** A stretch of civil time in which the service itself was not there: for every home the same as not heard. */
export interface Outage {
  from: number
  to: number
}

/** Nobody is expected to be at home. A planned one holds inactivity back; a learned one is only told of. */
export interface Away {
  from: number
  to: number
  source: 'planned' | 'learned'
}

/** Why a home is watched more, or less, closely for a time. */
export const SensitivityReason = z.enum(['heat', 'cold', 'illness', 'frailty', 'guests', 'works', 'other'])
export type SensitivityReason = z.infer<typeof SensitivityReason>

/** Heat, cold, an illness: the hours that a quiet may last are multiplied by `factor`; below 1 the rules speak sooner. */
export interface Sensitivity {
  from: number
  to: number
  factor: number
  reason: SensitivityReason
}

export interface RuleContext {
  homeId: HomeId
  /** Those of all homes, with what this one has otherwise. */
  settings: RuleSettings
  /** Ascending, not overlapping, those of the last 40 days. */
  outages: readonly Outage[]
  /** Ascending by `from`, like `sensitivity`; past ones may be left out after 40 days. */
  away?: readonly Away[]
  sensitivity?: readonly Sensitivity[]
}

/** `deadline`: the next instant at which, without news, `step` wants to be asked again; null: never. */
export interface StepResult<State> {
  state: State
  findings: Finding[]
  deadline: number | null
}
