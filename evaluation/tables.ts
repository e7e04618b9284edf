import { ANSWERED, falseVisits, type PanelCurve, type Point } from './curve.ts'
import { GOALS } from './goals.ts'
import type { HomeScore } from './scorer.ts'
import { type Interval, type Summary, summarise } from './summary.ts'

/** A panel's curve, a rule a line; in brackets 90 % of the resamples of whole homes. */
export function curveText({ panel, what, points }: PanelCurve): string {
  const first = points[0]?.summary
  return [
    `${panel}: ${what}; ${first?.days.toFixed(0)} scored days, ${first?.incidents} incidents`,
    row('', 'FA/30 d', '', 'delay h: median', '', 'p90', '', 'max', '<=24 h', 'false visits at', 'away'),
    row('', '', '', '', '', '', '', '', '', ANSWERED.join(' '), '/30 d'),
    ...points.map(({ candidate, summary }) => pointRow(candidate, summary)),
    ...goalRows(panel),
    '',
  ].join('\n')
}

const WIDTHS = [34, 9, 14, 17, 14, 6, 14, 7, 8, 17, 7]
const row = (...cells: string[]): string =>
  cells.map((cell, i) => (i === 0 ? cell.padEnd(WIDTHS[0] ?? 0) : cell.padStart(WIDTHS[i] ?? 0))).join('')

function pointRow(name: string, summary: Point['summary']): string {
  const { per30Days, median, p90, max, within24, absencePer30Days, intervals } = summary
  return row(
    name,
    per30Days.toFixed(2),
    bracket(intervals.per30Days, 2),
    hours(median),
    bracket(intervals.median, 0),
    hours(p90),
    bracket(intervals.p90, 0),
    hours(max),
    percent(within24),
    ANSWERED.map((share) => falseVisits(summary, share).toFixed(2)).join(' '),
    absencePer30Days.toFixed(2),
  )
}

const goalRows = (panel: string): string[] =>
  (GOALS[panel] ?? []).map(({ name, per30Days, median, p90, max }) =>
    row(`  goal: ${name}`, `<=${per30Days}`, '', hours(median), '', hours(p90), '', hours(max)),
  )

export const hours = (value: number): string =>
  Number.isNaN(value) ? '-' : value === Number.POSITIVE_INFINITY ? 'never' : value.toFixed(1)
const percent = (share: number): string => (Number.isNaN(share) ? '-' : `${(100 * share).toFixed(1)}%`)
const bracket = ({ low, high }: Interval, digits: number): string => {
  const shown = [low, high].map((value) => (Number.isFinite(value) ? value.toFixed(digits) : 'never'))
  return `[${shown.join(' ')}]`
}

/** Each home by itself, for the chosen rules. */
export function homesText({ panel, points }: PanelCurve, shown: readonly string[]): string {
  const lines: string[] = []
  for (const { candidate, homes } of points.filter((point) => shown.includes(point.candidate))) {
    lines.push(`${panel}, ${candidate}, home by home`)
    for (const home of homes) {
      const { per30Days, falseAlarms, median, p90, max, within24 } = summarise([home])
      const delays = [hours(median), hours(p90), hours(max)].join(' / ')
      const alarms = `${per30Days.toFixed(2).padStart(7)} (${falseAlarms})`.padEnd(16)
      lines.push(`  ${home.home.padEnd(18)}${alarms}${delays.padEnd(22)}${percent(within24)}`)
    }
    lines.push('')
  }
  return lines.join('\n')
}

/** How an incident of each kind was noticed: by inactivity alone, and by anything that sends somebody. */
export function kindsText(scored: readonly { name: string; homes: readonly HomeScore[] }[]): string {
  const kinds = [...new Set(scored.flatMap(({ homes }) => homes.flatMap(kindsOf)))].toSorted()
  const lines = ['Incidents by kind: median / p90 h, noticed within 24 h, within 72 h']
  for (const kind of kinds) {
    const cells = scored.map(({ name, homes }) => `${name}: ${kindCell(ofKind(homes, kind))}`)
    lines.push(`  ${kind.padEnd(20)}${cells.join('   ')}`)
  }
  return `${lines.join('\n')}\n`
}

const kindsOf = ({ delays }: HomeScore): string[] => delays.map(({ kind }) => kind)

export const ofKind = (homes: readonly HomeScore[], kind: string): Summary =>
  summarise(homes.map((home) => ({ ...home, delays: home.delays.filter((one) => one.kind === kind) })))

const kindCell = ({ median, p90, max, within24, incidents, open }: Summary): string =>
  `${hours(median)} / ${hours(p90)}, ${percent(within24)}, ${max === Number.POSITIVE_INFINITY ? 'some never' : 'all'} (${incidents - open})`.padEnd(
    44,
  )
