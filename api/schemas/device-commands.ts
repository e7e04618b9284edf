import { z } from 'zod'
import {
  DEVICE_ACTS,
  DeviceAct,
  DeviceCommand as DeviceCommandContract,
} from '../../contracts/device-command.ts'
import { Time } from './common.ts'

const MIN_LIFE_S = 60
const MAX_LIFE_S = 7 * 86_400

export const NewDeviceCommand = z.strictObject({
  act: DeviceAct,
  expiresInS: z
    .int()
    .min(MIN_LIFE_S)
    .max(MAX_LIFE_S)
    .nullable()
    .default(null)
    .describe('Null: 10 minutes for hush, a day for an interval, an hour for all else.'),
})

export const DeviceCommand = DeviceCommandContract.extend({
  requestedAt: Time,
  expiresAt: Time,
  changedAt: Time,
  sentAt: Time.nullable().describe('When it was sent last; null: nobody was there yet.'),
}).meta({ id: 'DeviceCommand' })

export const DeviceCommandList = z.strictObject({
  items: z.array(DeviceCommand).describe('The last first.'),
  obstacles: z
    .record(z.enum(DEVICE_ACTS), z.string().nullable())
    .describe('For each kind of command why it cannot be sent; null: it can.'),
})
