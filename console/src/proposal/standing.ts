import type { Proposal } from '../api/types.ts'

/**
 * Where a proposal stands for whoever decides: `ready` alone can be approved. What it was made from has changed: stale,
 * whatever its replay says.
 */
export type Standing = 'approved' | 'rejected' | 'stale' | 'waiting' | 'failed' | 'ready'

export const standingOf = ({ state, isStale, replay, change }: Proposal): Standing => {
  if (state !== 'pending') return state
  if (isStale) return 'stale'
  // No rule is changed: there is nothing to live through again.
  if (change.type === 'technician') return 'ready'
  if (replay === null) return 'waiting'
  return replay.state === 'failed' ? 'failed' : 'ready'
}

/** Days of the home's past that the replay went through. */
export const replayedDays = ({ from, to }: { from: string; to: string }): number =>
  Math.round((Date.parse(to) - Date.parse(from)) / 86_400_000)
