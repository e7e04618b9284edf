import { z } from 'zod'
import { DeviceId, FindingId, HomeId } from './ids.ts'
import { Severity } from './severity.ts'

export const FindingKind = z.enum([
  'smoke.alarm',
  'smoke.test',
  'inactivity.personal',
  'inactivity.water_volume',
  'inactivity.water_none',
  'inactivity.electricity_flat',
  'routine.late_rising',
  'routine.no_evening',
  'routine.night_restlessness',
  'routine.falling_trend',
  'water.continuous_flow',
  'water.flood',
  'electricity.overload',
  'electricity.left_on',
  'device.silent',
  'device.battery_low',
  'device.tamper',
  'device.clock',
  'device.register',
  'device.never_heard',
  'home.blind',
  'away.seems_back',
  'neighbourhood.quiet',
  'neighbourhood.silent',
  'incident.manual',
  /**
   * The service to the homes itself fails: nobody on duty, somebody on duty cannot be reached, a way out is broken, the
   * clock was put back, a case cannot be decided because of a fault of ours.
   */
  'duty.gap',
  'duty.unreachable',
  'duty.channel',
  'duty.clock',
  'duty.fault',
])
export type FindingKind = z.infer<typeof FindingKind>

/** The part of a kind before the dot: one open alert for each home and family. */
export const familyOf = (kind: FindingKind): string => kind.slice(0, kind.indexOf('.'))

/** A sentence said in both languages of the service. */
export const Sentence = z.strictObject({ zh: z.string(), en: z.string() })
export type Sentence = z.infer<typeof Sentence>

export type Json = string | number | boolean | null | Json[] | { [key: string]: Json }
export const JsonObject = z.record(z.string(), z.json())

/** Why a rule concluded what it did: the numbers as data, and the same said in words, frozen when it was concluded. */
export const Evidence = z.strictObject({ data: JsonObject, sentence: Sentence })
export type Evidence = z.infer<typeof Evidence>

/**
 * An interval that a rule concludes, emitted as raised, updated and cleared under one stable id.
 * `since` is when the state began (last use, first smoke); `raisedAt` is when the rule could say it, never backdated.
 */
export const Finding = z.strictObject({
  id: FindingId,
  homeId: HomeId,
  kind: FindingKind,
  severity: Severity,
  deviceId: DeviceId.exactOptional(),
  phase: z.enum(['raised', 'updated', 'cleared']),
  since: z.int(),
  raisedAt: z.int(),
  clearedAt: z.int().exactOptional(),
  evidence: Evidence,
  settingsVersion: z.int(),
})
export type Finding = z.infer<typeof Finding>
