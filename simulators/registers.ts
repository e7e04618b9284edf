import type { EpochMs } from '../contracts/time.ts'
import { type CivilDay, civilDay, civilDayAt } from './civil-day.ts'
import { Random } from './random.ts'
import { type Life, millilitresBy, type Use } from './use.ts'

/** What the meters of a home stand at, exactly. Watt-milliseconds keep energy whole. */
export interface Stand {
  millilitres: number
  wattMs: number
  powerWatts: number
}

export const WATT_MS_PER_KWH = 3.6e9

const energyBy = (use: Use & { resource: 'electricity' }, at: EpochMs) =>
  use.watts * Math.max(0, Math.min(at, use.endMs) - use.startMs)

/**
 * The registers of a life, from an origin day on, at which they stand at what the seed gives them. Day sums are kept, so
 * asking goes by days; the same instant always gives the same stand, in whatever order instants are asked for.
 */
export class Registers {
  private readonly life: Life
  private readonly zone: string
  private readonly originIndex: number
  /** The stand at the start of each day since the origin. */
  private readonly dayStarts: { millilitres: number; wattMs: number }[]
  private recent: { day: CivilDay; uses: Use[] } | null = null

  constructor(seed: string, zone: string, life: Life, originMs: EpochMs) {
    const random = Random.of(seed, 'registers')
    this.life = life
    this.zone = zone
    this.originIndex = civilDayAt(zone, originMs).index
    this.dayStarts = [
      {
        millilitres: random.whole(20_000, 900_000) * 1000,
        wattMs: random.whole(400, 9000) * WATT_MS_PER_KWH,
      },
    ]
  }

  at(at: EpochMs): Stand {
    const day = civilDayAt(this.zone, at)
    if (day.index < this.originIndex) throw new RangeError('the registers begin later than that')
    const start = this.startOf(day.index - this.originIndex)
    let { millilitres, wattMs } = start
    let powerWatts = 0
    for (const use of this.usesOf(day)) {
      if (use.startMs > at) break
      if (use.resource === 'water') millilitres += millilitresBy(use, at)
      else {
        wattMs += energyBy(use, at)
        if (at < use.endMs) powerWatts += use.watts
      }
    }
    return { millilitres, wattMs, powerWatts }
  }

  private startOf(offset: number): { millilitres: number; wattMs: number } {
    let last = this.dayStarts.at(-1)
    while (last && this.dayStarts.length <= offset) {
      let { millilitres, wattMs } = last
      const day = civilDay(this.zone, this.originIndex + this.dayStarts.length - 1)
      for (const use of this.usesOf(day)) {
        if (use.resource === 'water') millilitres += use.millilitres
        else wattMs += energyBy(use, use.endMs)
      }
      last = { millilitres, wattMs }
      this.dayStarts.push(last)
    }
    const start = this.dayStarts[offset]
    if (!start) throw new RangeError('no such day')
    return start
  }

  private usesOf(day: CivilDay): Use[] {
    if (this.recent?.day.index !== day.index) this.recent = { day, uses: this.life(day) }
    return this.recent.uses
  }
}
