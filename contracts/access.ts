import { z } from 'zod'
import { Actor } from './alert.ts'
import { HomeId } from './ids.ts'

/** A look at somebody's identity, address or curve, or a command to a device there: who, when, what, of which home. */
export const AccessEntry = z.strictObject({
  id: z.int(),
  at: z.int(),
  actor: Actor,
  what: z.enum(['identity', 'curve', 'alert', 'export', 'command']),
  homeId: HomeId,
  route: z.string(),
})
export type AccessEntry = z.infer<typeof AccessEntry>
