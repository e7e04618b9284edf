import { type DeviceProfile, registerWrap } from '../../contracts/profile.ts'
import { electricityProfiles } from './electricity.ts'
import { smokeProfiles } from './smoke.ts'
import { waterProfiles } from './water.ts'

/** The catalogue. A product is one entry in one of these files; its model is named once. */
export const PROFILES: readonly DeviceProfile[] = [...waterProfiles, ...electricityProfiles, ...smokeProfiles]

const WRAPS = new Map(
  PROFILES.flatMap((profile): [string, number][] => {
    const wrap = registerWrap(profile)
    return wrap === null ? [] : [[profile.model, wrap]]
  }),
)

/** Where the register of a model begins again at zero, in the unit of our metric; null: not known. */
export const wrapOfModel = (model: string): number | null => WRAPS.get(model) ?? null
