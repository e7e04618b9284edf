import type { PanelCurve, Point } from './curve.ts'
import { GOALS } from './goals.ts'

/** Delay against false alarms, a small picture for each panel: the lower and the more to the left, the better. */
export function plot(curves: readonly PanelCurve[]): string {
  const rows = Math.ceil((curves.length + 1) / COLUMNS)
  const width = MARGIN.outer * 2 + COLUMNS * CELL.width + (COLUMNS - 1) * CELL.gap
  const height = MARGIN.top + rows * CELL.height + (rows - 1) * CELL.gap + MARGIN.outer
  const place = (n: number) =>
    `translate(${MARGIN.outer + (n % COLUMNS) * (CELL.width + CELL.gap)} ${MARGIN.top + Math.floor(n / COLUMNS) * (CELL.height + CELL.gap)})`
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="system-ui, 'Noto Sans', 'DejaVu Sans', sans-serif" font-size="12" fill="${INK}">`,
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    `<text x="${MARGIN.outer}" y="34" font-size="20" font-weight="600">Hours until somebody who has stopped acting is noticed, against false alarms</text>`,
    `<text x="${MARGIN.outer}" y="56" fill="${FAINT}">Marks: median from any instant; the line above reaches to the 90th percentile. Lower and further left is better.</text>`,
    ...curves.map((curve, n) => `<g transform="${place(n)}">${cell(curve)}</g>`),
    `<g transform="${place(curves.length)}">${legend(curves)}</g>`,
    '</svg>',
    '',
  ].join('\n')
}

const INK = '#1f2933'
const FAINT = '#6b7785'
const GRID = '#e6e9ed'
const COLUMNS = 3
const CELL = { width: 380, height: 330, gap: 34 }
const MARGIN = { outer: 28, top: 84 }
const FRAME = { left: 40, right: 8, top: 30, bottom: 42 }
const X = { low: 0.05, high: 25, ticks: [0.1, 0.3, 1, 3, 10] }
const Y = { low: 0, high: 30, ticks: [0, 5, 10, 15, 20, 25, 30] }

interface Style {
  colour: string
  shape: 'circle' | 'square' | 'triangle' | 'cross'
  strong?: boolean
}
/** Colours of Okabe and Ito, which also the colour-blind tell apart; shapes say the same once more. */
const STYLES: Record<string, Style> = {
  'inactivity.personal': { colour: '#d55e00', shape: 'circle', strong: true },
  'Cuddihy alert line': { colour: '#0072b2', shape: 'triangle' },
  'Cuddihy alert line, capped': { colour: '#56b4e9', shape: 'triangle' },
  'N h timer': { colour: '#767f8a', shape: 'square' },
  'district template': { colour: '#cc79a7', shape: 'cross' },
}
const GOAL = '#009e73'

const scaleX = (value: number): number => {
  const inner = CELL.width - FRAME.left - FRAME.right
  const share = Math.log(Math.max(value, X.low) / X.low) / Math.log(X.high / X.low)
  return FRAME.left + inner * Math.min(1, share)
}
const scaleY = (value: number): number => {
  const inner = CELL.height - FRAME.top - FRAME.bottom
  return FRAME.top + inner * (1 - (Math.min(value, Y.high) - Y.low) / (Y.high - Y.low))
}
const px = (value: number): string => value.toFixed(1)

function cell({ panel, what, points }: PanelCurve): string {
  const curves = new Map<string, Point[]>()
  for (const point of points) {
    if (STYLES[point.curve] === undefined || Number.isNaN(point.summary.median)) continue
    curves.set(point.curve, [...(curves.get(point.curve) ?? []), point])
  }
  const drawn = [...curves].toSorted(([a], [b]) => strength(a) - strength(b))
  return [
    `<text x="${FRAME.left}" y="12" font-size="14" font-weight="600">${panel}</text>`,
    `<text x="${CELL.width - FRAME.right}" y="12" text-anchor="end" fill="${FAINT}">${what}</text>`,
    axes(),
    ...(GOALS[panel] ?? []).map(({ per30Days, median }) => diamond(scaleX(per30Days), scaleY(median))),
    ...drawn.map(([curve, own]) => line(curve, own)),
  ].join('\n')
}

const strength = (curve: string): number => (STYLES[curve]?.strong ? 1 : 0)

function axes(): string {
  const [left, right] = [FRAME.left, CELL.width - FRAME.right]
  const [top, bottom] = [FRAME.top, CELL.height - FRAME.bottom]
  return [
    ...Y.ticks.map((tick) => {
      const y = px(scaleY(tick))
      return `<path d="M${left} ${y}H${right}" stroke="${GRID}"/><text x="${left - 6}" y="${y}" dy="4" text-anchor="end" fill="${FAINT}">${tick}</text>`
    }),
    ...X.ticks.map((tick) => {
      const x = px(scaleX(tick))
      return `<path d="M${x} ${top}V${bottom}" stroke="${GRID}"/><text x="${x}" y="${bottom + 16}" text-anchor="middle" fill="${FAINT}">${tick}</text>`
    }),
    `<path d="M${left} ${bottom}H${right}" stroke="${FAINT}"/>`,
    `<text x="${left}" y="${top - 6}" fill="${FAINT}" font-size="11">hours</text>`,
    `<text x="${right}" y="${bottom + 33}" text-anchor="end" fill="${FAINT}" font-size="11">false alarms per home and 30 days (log)</text>`,
  ].join('\n')
}

function line(curve: string, points: readonly Point[]): string {
  const style = STYLES[curve]
  if (style === undefined) return ''
  const sorted = points.toSorted((a, b) => a.summary.per30Days - b.summary.per30Days)
  const at = ({ summary }: Point) => [scaleX(summary.per30Days), scaleY(summary.median)] as const
  const path = sorted.map((point, i) => `${i === 0 ? 'M' : 'L'}${at(point).map(px).join(' ')}`).join('')
  const marks = sorted.flatMap((point) => {
    const [x, y] = at(point)
    const top = scaleY(point.summary.p90)
    return [
      `<path d="M${px(x)} ${px(y)}V${px(top)}" stroke="${style.colour}" stroke-width="${style.strong ? 2 : 1}" opacity="${style.strong ? 0.7 : 0.4}"/>`,
      style.strong ? interval(point, y, style.colour) : '',
      mark(
        style,
        x,
        y,
        `${point.candidate}: ${point.summary.per30Days.toFixed(2)} false alarms, median ${point.summary.median.toFixed(1)} h, p90 ${point.summary.p90.toFixed(1)} h`,
      ),
    ]
  })
  const joined =
    style.shape === 'cross'
      ? ''
      : `<path d="${path}" fill="none" stroke="${style.colour}" stroke-width="${style.strong ? 2.5 : 1.25}" stroke-linejoin="round"/>`
  return [joined, ...marks].join('\n')
}

/** How far the false alarms would move with other homes of the kind. */
function interval({ summary }: Point, y: number, colour: string): string {
  const { low, high } = summary.intervals.per30Days
  return `<path d="M${px(scaleX(low))} ${px(y)}H${px(scaleX(high))}" stroke="${colour}" stroke-width="1" opacity="0.55"/>`
}

function mark({ colour, shape, strong }: Style, x: number, y: number, title: string): string {
  const r = strong ? 4.5 : 3.5
  const edge = `fill="${colour}" stroke="#ffffff" stroke-width="1"`
  const drawn: Record<Style['shape'], string> = {
    circle: `<circle cx="${px(x)}" cy="${px(y)}" r="${r}" ${edge}>`,
    square: `<rect x="${px(x - r)}" y="${px(y - r)}" width="${2 * r}" height="${2 * r}" ${edge}>`,
    triangle: `<path d="M${px(x)} ${px(y - r - 1)}L${px(x + r + 1)} ${px(y + r)}H${px(x - r - 1)}Z" ${edge}>`,
    cross: `<path d="M${px(x - r)} ${px(y - r)}L${px(x + r)} ${px(y + r)}M${px(x - r)} ${px(y + r)}L${px(x + r)} ${px(y - r)}" stroke="${colour}" stroke-width="2.5" fill="none">`,
  }
  const end = { circle: 'circle', square: 'rect', triangle: 'path', cross: 'path' }[shape]
  return `${drawn[shape]}<title>${title}</title></${end}>`
}

const diamond = (x: number, y: number): string =>
  `<path d="M${px(x)} ${px(y - 6)}L${px(x + 6)} ${px(y)}L${px(x)} ${px(y + 6)}L${px(x - 6)} ${px(y)}Z" fill="none" stroke="${GOAL}" stroke-width="2"/>`

function legend(curves: readonly PanelCurve[]): string {
  const present = Object.entries(STYLES).filter(([curve]) =>
    curves.some(({ points }) => points.some((point) => point.curve === curve)),
  )
  const lines = present.map(([curve, style], i) => {
    const y = 44 + i * 26
    return `${mark(style, FRAME.left + 8, y, curve)}<text x="${FRAME.left + 26}" y="${y + 4}"${style.strong ? ' font-weight="600"' : ''}>${curve}</text>`
  })
  const y = 44 + present.length * 26
  return [
    ...lines,
    `${diamond(FRAME.left + 8, y)}<text x="${FRAME.left + 26}" y="${y + 4}">goal: median at ask, watch, visit</text>`,
    `<text x="${FRAME.left}" y="${y + 40}" fill="${FAINT}">Thin level line: 90 % of resamples of homes.</text>`,
    `<text x="${FRAME.left}" y="${y + 58}" fill="${FAINT}">${Y.high} h and more, and never, are drawn at the top.</text>`,
  ].join('\n')
}
