import { z } from 'zod'
import { AlertState } from '../../contracts/alert.ts'
import { HeardEvent } from '../../contracts/live.ts'
import { Visit } from '../../contracts/visit.ts'
import { AlertView } from './alerts.ts'
import { Time } from './common.ts'
import { ClockNow } from './session.ts'

export const EventsQuery = z.strictObject({
  lastEventId: z.string().max(40).optional().describe('As the header Last-Event-ID, for polyfills.'),
})

export const Heard = HeardEvent.pick({ homeId: true, deviceId: true }).extend({ measuredAt: Time }).meta({
  id: 'Heard',
  description: 'Fresh readings are there to fetch.',
})
export const Clock = ClockNow.pick({ civilNow: true, civilFactor: true }).meta({ id: 'ClockTick' })
export const RegistryTouched = z
  .strictObject({ homeId: z.string().nullable(), jurisdictionId: z.string().nullable() })
  .meta({ id: 'RegistryTouched' })
export const VisitTouched = Visit.pick({
  id: true,
  alertId: true,
  homeId: true,
  state: true,
  version: true,
}).meta({ id: 'VisitTouched', description: 'A visit has changed; the record is there to fetch.' })
export const Reset = z.strictObject({}).meta({
  id: 'Reset',
  description: 'What was missed is no longer kept: fetch everything anew.',
})

/** By name of the event; the data of each is one line of JSON. */
export const liveEventData = {
  alert: AlertView,
  visit: VisitTouched,
  registry: RegistryTouched,
  heard: Heard,
  clock: Clock,
  reset: Reset,
} as const

const SeverityCounts = z.strictObject({ P1: z.int(), P2: z.int(), P3: z.int(), P4: z.int() })
const StateCounts = z.record(AlertState, z.int())
export const Summary = z
  .strictObject({
    homes: z.int(),
    heardLastHour: z.int().describe('Homes of which a device was heard in the last hour of civil time.'),
    blind: z.int().describe('Homes none of whose devices is being heard, or that have none.'),
    devices: z.int(),
    silentDevices: z.int().describe('Enabled, and not heard for longer than their settings allow.'),
    openAlerts: SeverityCounts.nullable().describe('Not yet resolved; null for a caller who may not know.'),
    alertStates: StateCounts.nullable(),
    seriesLagEntries: z.int(),
    dutySetUp: z
      .boolean()
      .describe('False: no roster anywhere, so nobody is told but whoever looks at the console.'),
  })
  .meta({ id: 'Summary' })
