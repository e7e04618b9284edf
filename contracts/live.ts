import { z } from 'zod'
import { Alert } from './alert.ts'
import { DeviceId, HomeId, JurisdictionId } from './ids.ts'
import { Visit } from './visit.ts'

/**
 * What the console hears as it happens. `alert`, `visit` and `registry` events are kept and numbered, so a listener that comes
 * back with the last id it saw misses none; `heard` is a hint that fresh readings are there to fetch, and is not kept.
 */
export const LiveEvent = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('alert'),
    homeId: HomeId.nullable(),
    jurisdictionId: JurisdictionId,
    alert: Alert,
  }),
  z.strictObject({
    type: z.literal('visit'),
    homeId: HomeId,
    jurisdictionId: JurisdictionId,
    visit: Visit,
  }),
  z.strictObject({
    type: z.literal('registry'),
    homeId: HomeId.nullable(),
    jurisdictionId: JurisdictionId.nullable(),
  }),
])
export type LiveEvent = z.infer<typeof LiveEvent>

export interface KeptLiveEvent {
  id: number
  at: number
  event: LiveEvent
}

export const HeardEvent = z.strictObject({
  type: z.literal('heard'),
  homeId: HomeId,
  jurisdictionId: JurisdictionId,
  deviceId: DeviceId,
  measuredAt: z.int(),
})
export type HeardEvent = z.infer<typeof HeardEvent>

/** The feed inside the process: `app/` publishes after each commit, `api/` listens. */
export interface LiveFeed {
  /** Calls back for each event after its commit; returns how to stop listening. */
  listen(listener: { kept(event: KeptLiveEvent): void; heard(event: HeardEvent): void }): () => void
}
