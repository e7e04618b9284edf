import { z } from 'zod'
import { Actor } from './alert.ts'
import { ConsentId, DeviceId, HomeId, InstallationId } from './ids.ts'

/** A device put up in a home, as the acceptance sheet says it: frozen when it is accepted. */
export const Installation = z.strictObject({
  id: InstallationId,
  deviceId: DeviceId,
  homeId: HomeId,
  consentId: ConsentId,
  by: Actor,
  startedAt: z.int(),
  /** The first that was heard of it since; null: nothing yet. */
  firstReading: z
    .strictObject({
      receivedAt: z.int(),
      values: z.record(z.string(), z.union([z.number(), z.boolean()])),
      signalDbm: z.number().nullable(),
      batteryPct: z.number().nullable(),
    })
    .nullable(),
  /** When its test alarm came; null: not yet, or of a kind that has none. */
  testAlarmAt: z.int().nullable(),
  acceptedAt: z.int().nullable(),
})
export type Installation = z.infer<typeof Installation>
