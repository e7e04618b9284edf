import type { EscalationPolicy } from '../contracts/duty.ts'
import { DAY_MS, type EpochMs } from '../contracts/time.ts'

/**
 * Whether somebody has had so many pages that the next one goes past them. `pagedAt`: when they were paged in the last
 * 24 hours at least; `shiftFrom` null: not within a shift.
 */
export function isTired(
  pagedAt: readonly EpochMs[],
  shiftFrom: EpochMs | null,
  now: EpochMs,
  { pagesPerShift, pagesPerDay }: Pick<EscalationPolicy, 'pagesPerShift' | 'pagesPerDay'>,
): boolean {
  const since = (from: EpochMs) => pagedAt.filter((at) => at >= from && at <= now).length
  if (since(now - DAY_MS + 1) >= pagesPerDay) return true
  return shiftFrom !== null && since(shiftFrom) >= pagesPerShift
}
