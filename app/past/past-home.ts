import { setImmediate as yieldToOthers } from 'node:timers/promises'
import type { Outage } from '../../contracts/home.ts'
import type { RuleSettings } from '../../contracts/settings.ts'
import { DAY_MS, type EpochMs } from '../../contracts/time.ts'
import { type PackedHistory, unpackHistory } from './history.ts'
import { ShadowHome } from './shadow.ts'

/** As far back as the rules remember anything of a home. */
export const REMEMBERED_MS = 120 * DAY_MS
/** So many messages at a time: some 10 ms of the thread that takes readings in. */
const AT_A_TIME = 500

/** A home as the rules would know it at `until`, had they heard all that is kept of it and nothing else. */
export async function relive(
  packed: PackedHistory,
  { settings, outages, until }: { settings: RuleSettings; outages: readonly Outage[]; until: EpochMs },
): Promise<ShadowHome> {
  const { homeId, zone, arrivals, befell } = unpackHistory(packed)
  const start = Math.min(arrivals[0]?.at ?? until, until)
  const home = new ShadowHome({ homeId, zone, settings, outages, befell }, start, () => {})
  for (const [i, { at, readings }] of arrivals.entries()) {
    if (at > until) break
    home.hear(readings, at)
    if (i % AT_A_TIME === AT_A_TIME - 1) await yieldToOthers()
  }
  home.passTo(until)
  return home
}
