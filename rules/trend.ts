/**
 * A home's last days against its months: how many days were learned, the recent mean, the usual one, and the mean
 * distance of a day from the usual.
 */
export type Trend = readonly [days: number, recent: number, usual: number, spread: number]

const RECENT_DAYS = 7
const USUAL_DAYS = 42
/** Before so many days nothing is said of a trend. */
export const LEARNED_DAYS = 28
/** A single day, such as one with all the laundry or a house full of guests, counts for no more than this. */
const MOST_OVER_USUAL = 2.5
/** How far the recent mean wavers by itself where days lie 1 from the usual on average: it is one of 13 days. */
const RECENT_WAVERS = 1.25 / Math.sqrt(2 * RECENT_DAYS - 1)

export const newTrend: Trend = [0, 0, 0, 0]

/** Takes one more day: older ones fade, from the recent mean within weeks, from the usual one within months. */
export function withDay(trend: Trend, value: number, least: number): Trend {
  const [known, recent, usual, spread] = trend
  const days = Math.min(known + 1, 999)
  const day = known < RECENT_DAYS ? value : Math.min(value, Math.max(least, MOST_OVER_USUAL * usual))
  const slow = Math.max(1 / days, 1 / USUAL_DAYS)
  return [
    days,
    rounded(recent + Math.max(1 / days, 1 / RECENT_DAYS) * (day - recent)),
    rounded(usual + slow * (day - usual)),
    known === 0 ? 0 : rounded(spread + slow * (Math.abs(day - usual) - spread)),
  ]
}

/** How many times its own wavering the recent mean lies above the usual (below: negative); 0 while still learning. */
export function departure([days, recent, usual, spread]: Trend): number {
  return days < LEARNED_DAYS ? 0 : (recent - usual) / Math.max(0.01, spread * RECENT_WAVERS)
}

const rounded = (value: number): number => Math.round(value * 100) / 100
