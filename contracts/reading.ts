import { z } from 'zod'
import { DeviceId, HomeId } from './ids.ts'

export const DeviceKind = z.enum(['water', 'electricity', 'smoke', 'gateway', 'other'])
export type DeviceKind = z.infer<typeof DeviceKind>

/** Whose clock `measuredAt` comes from; `broker` means that the message carried none and arrival time serves. */
export const MeasuredAtSource = z.enum(['device', 'gateway', 'broker'])
export type MeasuredAtSource = z.infer<typeof MeasuredAtSource>

export const Quality = z.enum([
  'clock_missing',
  'clock_skew',
  'local_time',
  'retained',
  'duplicate',
  'historical',
  'stale_cache',
  'counter_reset',
  'rollover',
  'backwards',
  'unit_suspect',
  'sentinel',
  'undecoded',
  'needs_mapping',
])
export type Quality = z.infer<typeof Quality>

export type Value = number | boolean | null
export type Values = Record<string, Value>

/** What a device measured, at `measuredAt`, seen by us at `receivedAt` (both epoch ms). Values are as sent. */
export interface Reading {
  deviceId: DeviceId
  channel?: string
  kind: DeviceKind
  measuredAt: number
  measuredAtSource: MeasuredAtSource
  receivedAt: number
  seq?: number
  values: Values
  quality: Quality[]
}

/** A reading stamped with the home its device was assigned to at `measuredAt`; null when it was assigned to none. */
export interface HomeReading extends Reading {
  homeId: HomeId | null
}

export const ReadingSchema: z.ZodType<Reading> = z.strictObject({
  deviceId: DeviceId,
  channel: z.string().max(64).exactOptional(),
  kind: DeviceKind,
  measuredAt: z.int(),
  measuredAtSource: MeasuredAtSource,
  receivedAt: z.int(),
  seq: z.int().exactOptional(),
  values: z.record(z.string(), z.union([z.number(), z.boolean(), z.null()])),
  quality: z.array(Quality),
})
