import { Random } from '../simulators/random.ts'
import type { PanelCurve } from './curve.ts'
import type { HomeScore } from './scorer.ts'
import { quantile, summarise } from './summary.ts'

const RESAMPLES = 500
/** A delay beyond the longest that is looked at. */
const NEVER_HOURS = 72
const PLAIN: ReadonlySet<string> = new Set(['stands still', 'fall'])

interface Pair {
  water: HomeScore
  both: HomeScore
}

/**
 * What electricity adds in the same homes, under the same rules and incidents: false alarms and mean delay with both
 * meters less those with water alone; in brackets 90 % of the resamples of whole homes.
 */
export function pairedText(water: PanelCurve, both: PanelCurve, curve: string, seed: string): string {
  const lines = ['Both meters less water alone, same homes: FA/30 d, mean delay of a fall h']
  for (const point of both.points.filter((one) => one.curve === curve)) {
    const alone = water.points.find(({ candidate }) => candidate === point.candidate)
    const pairs = point.homes.flatMap((home): Pair[] => {
      const same = alone?.homes.find((other) => other.home === home.home)
      return same === undefined ? [] : [{ water: same, both: home }]
    })
    const random = Random.of(seed, 'paired', point.candidate)
    const drawn = Array.from({ length: RESAMPLES }, () => gain(pairs.map(() => random.pick(pairs))))
    const cell = (of: 'alarms' | 'hours') => {
      const sorted = drawn.map((one) => one[of]).sort((a, b) => a - b)
      return `${signed(gain(pairs)[of])} [${signed(quantile(sorted, 0.05))} ${signed(quantile(sorted, 0.95))}]`
    }
    lines.push(`  ${point.candidate.padEnd(32)}${cell('alarms').padEnd(24)}${cell('hours')}`)
  }
  return `${lines.join('\n')}\n`
}

const gain = (pairs: readonly Pair[]): { alarms: number; hours: number } => {
  const [water, both] = [pairs.map((pair) => pair.water), pairs.map((pair) => pair.both)]
  return {
    alarms: summarise(both).per30Days - summarise(water).per30Days,
    hours: meanDelay(both) - meanDelay(water),
  }
}

function meanDelay(homes: readonly HomeScore[]): number {
  const delays = homes.flatMap((home) =>
    home.delays.flatMap(({ kind, delay }) =>
      PLAIN.has(kind) && delay !== 'open' ? [delay ?? NEVER_HOURS] : [],
    ),
  )
  return delays.reduce((sum, hours) => sum + hours, 0) / delays.length
}

const signed = (value: number): string => (value < 0 ? '' : '+') + value.toFixed(2)
