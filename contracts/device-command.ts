import { z } from 'zod'
import { Actor } from './alert.ts'
import { DeviceCommandId, DeviceId, HomeId, SourceId } from './ids.ts'

/** What a device may be asked to do. */
export const DeviceAct = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('set_interval'), seconds: z.int().min(10).max(604_800) }),
  /** The horn of a smoke detector is silent for a while. It says nothing about the smoke, and closes no alert. */
  z.strictObject({ type: z.literal('hush') }),
  z.strictObject({ type: z.literal('self_test') }),
  z.strictObject({ type: z.literal('valve'), open: z.boolean() }),
])
export type DeviceAct = z.infer<typeof DeviceAct>
export type DeviceActType = DeviceAct['type']
export const DEVICE_ACTS = ['set_interval', 'hush', 'self_test', 'valve'] as const

/**
 * requested: nobody has taken it yet; sent: on its way, and sent again when the device is heard; acknowledged: it said so,
 * or reports the state that was asked for; failed: refused, or another command took its place; expired: nobody answered.
 */
export const DeviceCommandState = z.enum(['requested', 'sent', 'acknowledged', 'failed', 'expired'])
export type DeviceCommandState = z.infer<typeof DeviceCommandState>

/** All times are civil. */
export const DeviceCommand = z.strictObject({
  id: DeviceCommandId,
  deviceId: DeviceId,
  /** Where the device stood when it was asked; null: nowhere. */
  homeId: HomeId.nullable(),
  act: DeviceAct,
  by: Actor,
  requestedAt: z.int(),
  expiresAt: z.int(),
  state: DeviceCommandState,
  changedAt: z.int(),
  /** When it was sent last, and how often. */
  sentAt: z.int().nullable(),
  tries: z.int(),
  /** Why it failed, in the device's words or ours. */
  reason: z.string().max(200).nullable(),
})
export type DeviceCommand = z.infer<typeof DeviceCommand>

/** Where a device behind a gateway listens, as its own messages have shown. */
export const DeviceAddress = z.strictObject({
  deviceId: DeviceId,
  /** Name of the family that understood its messages. */
  family: z.string(),
  /** The family's own form, such as `zigbee2mqtt/valve`. */
  address: z.string().max(512),
  /** The outside broker that it is heard through; null: our own. */
  sourceId: SourceId.nullable(),
  /** What its family has been told that it can, in the family's own form. */
  abilities: z.record(z.string(), z.unknown()),
})
export type DeviceAddress = z.infer<typeof DeviceAddress>

/** What `api/` is given of it. */
export interface DeviceCommands {
  /** Refused with `command_unsupported` when the device or its family cannot; `livesMs` null: as long as is usual. */
  request(id: DeviceId, act: DeviceAct, livesMs: number | null, by: Actor): Promise<DeviceCommand>
  /** The last first. */
  of(id: DeviceId, limit: number): Promise<DeviceCommand[]>
  /** For each kind of command why it cannot be sent; null: it can. */
  obstacles(id: DeviceId): Record<DeviceActType, string | null>
}
