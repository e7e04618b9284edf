import { type HomeStatistics, mean } from './statistics.ts'
import { quantile } from './summary.ts'

/** Homes of one kind, to be laid beside others. */
export interface Group {
  name: string
  homes: HomeStatistics[]
}

interface Row {
  what: string
  of(home: HomeStatistics): number
  digits: number
}

const DAY_PARTS = [
  { name: 'night 0-5', from: 0, to: 5 },
  { name: 'morning 5-9', from: 5, to: 9 },
  { name: 'day 9-17', from: 9, to: 17 },
  { name: 'evening 17-22', from: 17, to: 22 },
  { name: 'late 22-24', from: 22, to: 24 },
]

const ROWS: Row[] = [
  { what: 'litres a day at home', of: (home) => home.litresPerDay, digits: 0 },
  { what: 'day-to-day variation of litres', of: (home) => home.dayVariation, digits: 2 },
  { what: 'share of hours without water', of: (home) => home.zeroHours, digits: 2 },
  ...DAY_PARTS.map(({ name, from, to }) => ({
    what: `  ${name}`,
    of: (home: HomeStatistics) => mean(home.zeroByHour.slice(from, to)),
    digits: 2,
  })),
  { what: 'hours with water, 0-5, a night', of: (home) => home.nightUses, digits: 2 },
  { what: 'deviation of the first use, h', of: (home) => home.risingDeviation, digits: 2 },
  ...DAY_PARTS.flatMap(({ name, from, to }) =>
    [0.5, 0.9, 0.99].map((share) => ({
      what: `quiet begun ${name}, p${Math.round(100 * share)} h`,
      of: (home: HomeStatistics) => gapQuantile(home, from, to, share),
      digits: 1,
    })),
  ),
  { what: 'absences of a day and more, in 30 days', of: (home) => home.absences, digits: 2 },
  { what: 'share of time in them', of: (home) => home.awayShare, digits: 3 },
]

function gapQuantile(home: HomeStatistics, from: number, to: number, share: number): number {
  const gaps = home.gapsByHour
    .slice(from, to)
    .flat()
    .sort((a, b) => a - b)
  return quantile(gaps, share)
}

/** Median over the homes of each group, and the least and greatest home in brackets. */
export function calibrationText(groups: readonly Group[]): string {
  const width = 22
  const lines = [
    ''.padEnd(42) + groups.map(({ name, homes }) => `${name} (${homes.length})`.padStart(width)).join(''),
  ]
  for (const { what, of, digits } of ROWS) {
    const cells = groups.map(({ homes }) => {
      const values = homes.map(of).filter((value) => !Number.isNaN(value))
      const [low, middle, high] = spread(values).map((value) => value.toFixed(digits))
      return `${middle} [${low} ${high}]`.padStart(width)
    })
    lines.push(what.padEnd(42) + cells.join(''))
  }
  return `${lines.join('\n')}\n`
}

/** By local hour, all homes of a group together: share of hours without water, and how long quiet begun then lasts. */
export function hoursText(groups: readonly Group[]): string {
  const width = 22
  const lines = ['Share of hours without water; quiet begun in that hour: p50 / p90 / p99 h']
  lines.push('hour'.padEnd(6) + groups.map(({ name }) => name.padStart(width)).join(''))
  for (let hour = 0; hour < 24; hour++) {
    const cells = groups.map(({ homes }) => {
      const zero = mean(
        homes.map((home) => home.zeroByHour[hour] ?? Number.NaN).filter((value) => value >= 0),
      )
      const gaps = homes.flatMap((home) => home.gapsByHour[hour] ?? []).sort((a, b) => a - b)
      const quantiles = [0.5, 0.9, 0.99].map((share) => quantile(gaps, share).toFixed(0).padStart(2))
      return `${zero.toFixed(2)}  ${quantiles.join(' /')}`.padStart(width)
    })
    lines.push(String(hour).padStart(4).padEnd(6) + cells.join(''))
  }
  return `${lines.join('\n')}\n`
}

/** The rows as numbers: least, median and greatest home of each group. */
export const calibrationData = (groups: readonly Group[]) =>
  ROWS.map(({ what, of }) => ({
    what: what.trim(),
    groups: Object.fromEntries(groups.map(({ name, homes }) => [name, spread(homes.map(of))])),
  }))

function spread(values: readonly number[]): [number, number, number] {
  const sorted = values.filter((value) => !Number.isNaN(value)).sort((a, b) => a - b)
  return [quantile(sorted, 0), quantile(sorted, 0.5), quantile(sorted, 1)]
}
