import { z } from 'zod'
import { Actor } from './alert.ts'
import type { HomeEvent } from './home.ts'
import { DeviceActId, DeviceId, HomeId } from './ids.ts'

const act = {
  id: DeviceActId,
  deviceId: DeviceId,
  /** Where it stood at `at`; null: nowhere. */
  homeId: HomeId.nullable(),
  /** When it was done, by the word of whoever did it. */
  at: z.int(),
  recordedAt: z.int(),
  by: Actor,
}
/** What a register shows, in its metric's unit; null: nobody read it. */
const Shown = z.number().min(0).nullable()

/**
 * What somebody did to a device, and when. A register's difference across a swap or a reset is neither use nor leak; one
 * that jumps without such an act is a finding.
 */
export const DeviceAct = z.discriminatedUnion('type', [
  /** `successorId`: the device that took its place; null: a new meter speaks under the same id. */
  z.strictObject({
    type: z.literal('swap'),
    ...act,
    endRegister: Shown,
    startRegister: Shown,
    successorId: DeviceId.nullable(),
  }),
  z.strictObject({ type: z.literal('reset'), ...act, endRegister: Shown, startRegister: Shown }),
  z.strictObject({ type: z.literal('move'), ...act, toHomeId: HomeId.nullable() }),
  z.strictObject({ type: z.literal('retire'), ...act, endRegister: Shown }),
])
export type DeviceAct = z.infer<typeof DeviceAct>

/** What the rules of the home are told of it beside which devices stand there; null: nothing. */
export function registersBeginBy(act: DeviceAct): Extract<HomeEvent, { type: 'registers_begin' }> | null {
  const begins = act.type === 'reset' || (act.type === 'swap' && act.successorId === null)
  return begins ? { type: 'registers_begin', deviceId: act.deviceId, at: act.at } : null
}
