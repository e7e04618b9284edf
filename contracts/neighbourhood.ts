import type { Finding } from './finding.ts'
import type { DeviceId, HomeId, JurisdictionId } from './ids.ts'
import type { RuleSettings } from './settings.ts'
import type { EpochMs } from './time.ts'

/** What the homes of a place tell its correlator: small, derived from each home's step, and nothing of who lives there. */
export type NodeEvent =
  /** A home's water is known from `from` to `to`, and flowed in `uses`. */
  | {
      type: 'water'
      homeId: HomeId
      from: EpochMs
      to: EpochMs
      uses: readonly { from: EpochMs; to: EpochMs }[]
    }
  /** A device of a home is not heard since `since`; `homes` is how many homes of the place have devices. */
  | { type: 'silent'; homeId: HomeId; deviceId: DeviceId; since: EpochMs; homes: number }
  | { type: 'heard'; homeId: HomeId; deviceId: DeviceId }
  /** The home hangs on this place no longer. */
  | { type: 'left'; homeId: HomeId }
  | { type: 'deadline' }

export interface NodeContext {
  nodeId: JurisdictionId
  settings: RuleSettings
}

/** A finding of a place: no home is its subject. */
export type NodeFinding = Omit<Finding, 'homeId' | 'deviceId'> & { jurisdictionId: JurisdictionId }
