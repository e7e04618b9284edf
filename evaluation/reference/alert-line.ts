import { DAY_MS, type EpochMs, HOUR_MS } from '../../contracts/time.ts'
import { hourOfDay } from '../local-time.ts'
import type { Candidate } from '../watch.ts'
import { type Flow, WaterWatch } from './water-watch.ts'

/**
 * The alert line of Cuddihy, Weisenberg, Graichen and Ganesh, "Algorithm to automatically detect abnormally long periods
 * of inactivity in a home", HealthNet 2007: for each time of day, how long it had been quiet by then on past days; the
 * alert line is a high quantile of that plus a margin. `capHours` bounds it.
 */
export const alertLine = (
  quantile: number,
  marginHours: number,
  capHours = Number.POSITIVE_INFINITY,
): Candidate => ({
  name: `Cuddihy q ${quantile} + ${marginHours} h${capHours < 100 ? `, cap ${capHours} h` : ''}`,
  curve: capHours < 100 ? 'Cuddihy alert line, capped' : 'Cuddihy alert line',
  watch: ({ zone }) => new AlertLine(quantile, marginHours, capHours, zone),
})

const LEARN_DAYS = 42
/** A quiet as long as this was an absence and says nothing about life at home. */
const ABSENCE_MS = 20 * HOUR_MS
/** Before a line can be drawn. */
const FEWEST_DAYS = 14

interface Past {
  usedAt: EpochMs | null
  since: EpochMs | null
  /** For each hour of day: how long it had been quiet by then, with the instant. */
  quiet: readonly (readonly { at: EpochMs; ms: number }[])[]
}

class AlertLine extends WaterWatch<Past> {
  protected readonly first: Past = { usedAt: null, since: null, quiet: Array.from({ length: 24 }, () => []) }
  readonly #quantile: number
  readonly #marginHours: number
  readonly #capHours: number
  readonly #zone: string

  constructor(quantile: number, marginHours: number, capHours: number, zone: string) {
    super()
    this.#quantile = quantile
    this.#marginHours = marginHours
    this.#capHours = capHours
    this.#zone = zone
  }

  protected learn({ usedAt, since, quiet }: Past, flow: Flow): Past {
    const hour = hourOfDay(this.#zone, flow.to)
    // What was quiet until this use counts too: the line is over the longest quiet seen at that time of day.
    const ms = usedAt === null ? 0 : flow.to - usedAt
    const horizon = flow.to - LEARN_DAYS * DAY_MS
    const seen = ms >= ABSENCE_MS ? [] : [{ at: flow.to, ms }]
    const column = [...(quiet[hour] ?? []).filter(({ at }) => at > horizon), ...seen]
    return {
      usedAt: flow.litres > 0 || usedAt === null ? flow.to : usedAt,
      since: since ?? flow.from,
      quiet: quiet.with(hour, column),
    }
  }

  protected isAlarming({ usedAt, since, quiet }: Past, { to }: Flow): boolean {
    if (usedAt === null || since === null || to - since < FEWEST_DAYS * DAY_MS) return false
    const seen = (quiet[hourOfDay(this.#zone, to)] ?? []).filter(({ at }) => at < to)
    const line = between(
      seen.map(({ ms }) => ms).sort((a, b) => a - b),
      this.#quantile,
    )
    if (line === undefined) return false
    const limit = Math.min(line + this.#marginHours * HOUR_MS, this.#capHours * HOUR_MS)
    return to - usedAt >= limit
  }

  protected blank(): AlertLine {
    return new AlertLine(this.#quantile, this.#marginHours, this.#capHours, this.#zone)
  }
}

/** The quantile of ascending values, interpolated. */
function between(sorted: readonly number[], share: number): number | undefined {
  const at = share * (sorted.length - 1)
  const [low, high] = [sorted[Math.floor(at)], sorted[Math.ceil(at)]]
  return low === undefined || high === undefined ? undefined : low + (at - Math.floor(at)) * (high - low)
}
