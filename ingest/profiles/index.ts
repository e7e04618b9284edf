import type { DeviceProfile } from '../../contracts/profile.ts'
import { electricityProfiles } from './electricity.ts'
import { smokeProfiles } from './smoke.ts'
import { waterProfiles } from './water.ts'

/** The catalogue. A product is one entry in one of these files; its model is named once. */
export const PROFILES: readonly DeviceProfile[] = [...waterProfiles, ...electricityProfiles, ...smokeProfiles]
