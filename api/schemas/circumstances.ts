import { z } from 'zod'
import {
  AwayPeriod as AwayContract,
  PlannedCut as CutContract,
  HomeSettings as HomeSettingsContract,
  SensitivePeriod as SensitiveContract,
} from '../../contracts/circumstance.ts'
import { Time } from './common.ts'

const kept = { from: Time, to: Time, createdAt: Time, endedAt: Time.nullable() }

export const AwayPeriod = AwayContract.extend(kept).meta({
  id: 'AwayPeriod',
  description: 'Nobody is expected at home. Ended by a person, or over at `to`.',
})
export const SensitivePeriod = SensitiveContract.extend(kept).meta({
  id: 'SensitivePeriod',
  description: 'The hours that a quiet may last are multiplied by `factor`; below 1 the rules speak sooner.',
})
export const SensitivePeriods = z.strictObject({ items: z.array(SensitivePeriod) })
export const HomeSettings = HomeSettingsContract.omit({ homeId: true, changedAt: true, changedBy: true })
  .extend({ changedAt: Time.nullable(), changedBy: HomeSettingsContract.shape.changedBy.nullable() })
  .meta({ id: 'HomeSettings', description: 'What the home has otherwise than all; null: as all.' })
export const HomeSettingsChange = HomeSettingsContract.pick({ budgetPer30Days: true, capHours: true })

export const HomeCircumstances = z
  .strictObject({
    away: z.array(AwayPeriod).describe('Latest first; what ended long ago is left out.'),
    seemsBackSince: Time.nullable().describe('Somebody has acted in a home that is said to be away.'),
    sensitivities: z.array(SensitivePeriod).describe('Of the home and of the places it lies in.'),
  })
  .meta({ id: 'HomeCircumstances' })

export const NewAway = z.strictObject({ from: Time, to: Time })
export const NewSensitivity = z.strictObject({
  from: Time,
  to: Time,
  factor: SensitiveContract.shape.factor,
  reason: SensitiveContract.shape.reason,
})

export const PlannedCut = CutContract.extend(kept).meta({
  id: 'PlannedCut',
  description: 'Ended by a person, or over at `to`. Danger to life is explained by none.',
})
export const PlannedCuts = z.strictObject({ items: z.array(PlannedCut) })
export const NewCut = z.strictObject({ supplies: CutContract.shape.supplies, from: Time, to: Time })
