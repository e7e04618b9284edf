/** Milliseconds since 1970-01-01T00:00:00Z. */
export type EpochMs = number

export const SECOND_MS = 1_000
export const MINUTE_MS = 60_000
export const HOUR_MS = 3_600_000
export const DAY_MS = 86_400_000

/**
 * How long so many minutes, or hours, are: people may set any fraction, and instants are whole milliseconds wherever they
 * are kept.
 */
export const minutesMs = (minutes: number): number => Math.round(minutes * MINUTE_MS)
export const hoursMs = (hours: number): number => Math.round(hours * HOUR_MS)

export interface Clock {
  now(): EpochMs
}

/**
 * The two times of the service. Civil time is what readings, rules, dispatch and the console call now;
 * wall time runs sessions, retries and certificates. They differ in the demo, where civil time runs faster, and while civil
 * time waits for a wall clock that was put back.
 */
export interface Clocks {
  civil: Clock
  wall: Clock
  /** Civil seconds in a wall second; 1 in the real service. */
  factor: number
  /** How far civil time lies ahead of a wall clock that was put back, in ms; absent where the two need not agree. */
  aheadMs?(): number
}

/** Whichever comes first; null: never. */
export const earlier = (a: EpochMs | null, b: EpochMs | null): EpochMs | null =>
  a === null ? b : b === null ? a : Math.min(a, b)

export const iso = (at: EpochMs): string => new Date(at).toISOString()
