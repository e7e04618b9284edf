import { iso } from '../../contracts/time.ts'
import type { TrialAlert, TrialDelay, TrialResult, TrialSide } from '../../contracts/trial.ts'

/** The comparison for people to read on a terminal. */
export function comparisonText(result: TrialResult): string {
  const { present, proposed, added, removed, perHome } = result
  const lines = [
    `${result.homes} homes, ${iso(result.from)} to ${iso(result.to)}`,
    '',
    row('', 'alerts', 'visits/week', 'delay h: median', 'p90', 'max', '<=24 h', 'never', 'incidents'),
    sideRow('present', present),
    sideRow('proposed', proposed),
    '',
    `added ${result.addedCount}, removed ${result.removedCount}, sooner ${result.soonerCount}, later ${result.laterCount}`,
    won(result.wonHours),
    '',
    ...listed('Added', added),
    ...listed('Removed', removed),
    'Homes, those in which most changes first',
    row('', 'alerts', 'visits/week', 'delay h: median', 'p90', 'max', '<=24 h', 'never', 'incidents'),
  ]
  for (const home of perHome) {
    lines.push(`${home.homeId}: added ${home.added}, removed ${home.removed}; ${won(home.wonHours)}`)
    lines.push(sideRow('  present', home.present), sideRow('  proposed', home.proposed))
  }
  return `${lines.join('\n')}\n`
}

const WIDTHS = [12, 8, 13, 17, 7, 7, 8, 7, 11]
const row = (...cells: string[]): string =>
  cells.map((cell, i) => (i === 0 ? cell.padEnd(WIDTHS[0] ?? 0) : cell.padStart(WIDTHS[i] ?? 0))).join('')

const sideRow = (name: string, { alerts, visitsPerWeek, delay }: TrialSide): string =>
  row(name, String(alerts), visitsPerWeek.toFixed(2), ...delayCells(delay))

const delayCells = (delay: TrialDelay): string[] => [
  hours(delay.medianHours),
  hours(delay.p90Hours),
  hours(delay.maxHours),
  delay.within24Share === null ? '-' : `${(100 * delay.within24Share).toFixed(1)}%`,
  String(delay.never),
  String(delay.incidents - delay.open),
]

const hours = (value: number | null): string => value?.toFixed(1) ?? '-'

const won = (value: number | null): string =>
  value === null
    ? 'no incident that both noticed'
    : `incidents noticed ${Math.abs(value).toFixed(1)} h ${value >= 0 ? 'sooner' : 'later'} on average`

const listed = (title: string, alerts: readonly TrialAlert[]): string[] =>
  alerts.length === 0
    ? []
    : [
        title,
        ...alerts.map(
          ({ homeId, kind, severity, raisedAt, sentence }) =>
            `  ${iso(raisedAt)} ${homeId} ${severity} ${kind}: ${sentence.en}`,
        ),
        '',
      ]
