import type { EpochMs } from '../contracts/time.ts'
import type { Register } from './register.ts'
import type { HomeState } from './state.ts'

export interface PowerTrack {
  channel: string
  register: Register
}

export interface HomePower {
  standbySince: EpochMs | null
}

export const homePower = (_home: HomeState, _now: EpochMs): HomePower | null => null
