import { z } from 'zod'
import {
  RotaHelper as HelperContract,
  RotaHome as HomeContract,
  RotaSettings as SettingsContract,
} from '../../contracts/rota.ts'
import { Time } from './common.ts'

export const RotaSettings = SettingsContract.extend({ changedAt: Time }).meta({ id: 'RotaSettings' })
export const RotaChange = SettingsContract.omit({
  jurisdictionId: true,
  changedAt: true,
  changedBy: true,
})
const RotaHome = HomeContract.extend({ lastSeenAt: Time.nullable(), unseenSince: Time }).meta({
  id: 'RotaHome',
})
const RotaHelper = HelperContract.extend({ waitingSince: Time, name: z.string() }).meta({ id: 'RotaHelper' })
export const Rota = z
  .strictObject({
    settings: RotaSettings.nullable(),
    nextAt: Time.nullable().describe('When the next day is planned; null: not at all.'),
    homes: z.array(RotaHome).describe('Those whose turn comes first, first.'),
    helpers: z.array(RotaHelper).describe('Those who have waited longest, first.'),
  })
  .meta({ id: 'Rota', description: 'Friendly visits and calls that no alert asks for.' })
