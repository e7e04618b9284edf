import { z } from 'zod'
import { FindingKind, JsonObject, Sentence } from './finding.ts'
import { DeviceId, type HomeId } from './ids.ts'
import type { EpochMs } from './time.ts'

/**
 * `holds`: it speaks now · `would_speak` at `at` · `waits` for a report, or for days to learn from · `cannot_see` ·
 * `off`: switched off for all homes.
 */
export const WhyNotStatus = z.enum(['holds', 'would_speak', 'waits', 'cannot_see', 'off'])
export type WhyNotStatus = z.infer<typeof WhyNotStatus>

/** Why one rule, of one device where it speaks of devices, says nothing now. */
export const WhyNot = z.strictObject({
  kind: FindingKind,
  deviceId: DeviceId.nullable(),
  status: WhyNotStatus,
  /** Since when it holds, or when it would speak. */
  at: z.int().nullable(),
  data: JsonObject,
  sentence: Sentence,
  /** What stands behind `at`: what is usual, what bears on the home now. Null: nothing is to be said. */
  grounds: Sentence.nullable(),
})
export type WhyNot = z.infer<typeof WhyNot>

/**
 * How soon after the last use somebody who does not act any more can be noticed in this home: the shortest deadline of
 * `kind`, rounded up to the meter's next report, and how late reports come. `worstHours`: used right after a report.
 */
export const AtBest = z.strictObject({
  kind: FindingKind,
  bestHours: z.number(),
  worstHours: z.number(),
  deadlineHours: z.number(),
  intervalHours: z.number(),
  latenessHours: z.number(),
  sentence: Sentence,
})
export type AtBest = z.infer<typeof AtBest>

/** What the personal rule knows of a home's habits: days at home that count, of those it takes to know them. */
export const Learning = z.strictObject({ days: z.int(), of: z.int(), learning: z.boolean() })
export type Learning = z.infer<typeof Learning>

export const Outlook = z.strictObject({
  rules: z.array(WhyNot),
  /** Null: no water meter, or its interval is not known yet. */
  atBest: AtBest.nullable(),
  /** Null: the personal rule has not looked at this home. */
  learning: Learning.nullable(),
})
export type Outlook = z.infer<typeof Outlook>

/** What the rules make of a home at an instant. */
export interface Foresight {
  /** `at` null: now. A past instant is answered from the kept readings. Refused for a home that is not known. */
  outlook(homeId: HomeId, at: EpochMs | null): Promise<Outlook & { at: EpochMs; replayed: boolean }>
}

/** Learns the habits of a home anew from its kept readings. */
export interface Relearning {
  /** Answers how many homes are learned before it. */
  ask(homeId: HomeId): number
}
