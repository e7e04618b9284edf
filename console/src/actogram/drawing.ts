import { addDays, daysBetween, localDate, startOfLocalDay } from '../format/instant.ts'

export interface ActogramData {
  zone: string
  resolutionMinutes: number
  days: readonly {
    date: string
    cells: readonly { litres: number | null; wattHours: number | null }[]
  }[]
}

export interface Layout {
  /** Of the whole picture, in CSS px. */
  width: number
  labelWidth: number
  /** Room for the hours above the first day. */
  headHeight: number
  waterHeight: number
  electricityHeight: number
  gap: number
}

export interface Rect {
  x: number
  y: number
  width: number
  height: number
}
export interface InkRect extends Rect {
  ink: 'water' | 'electricity'
  /** 0 to 1 */
  opacity: number
}
export interface DayRow {
  date: string
  y: number
  startAt: number
  cellCount: number
}
export interface Mark<Severity> {
  id: string
  severity: Severity
  x: number
  y: number
}
export interface Drawing<Severity> {
  height: number
  rowHeight: number
  plot: Rect
  days: DayRow[]
  ink: InkRect[]
  unheard: Rect[]
  nights: Rect[]
  now: { x: number; y: number } | null
  marks: Mark<Severity>[]
}

/** 22:00 to 06:00 is shaded: where use is worth a second look. */
const NIGHT_ENDS_H = 6
const NIGHT_BEGINS_H = 22
/** Full ink is what is much for this home, within these bounds: a frugal life is drawn as clearly as a lavish one. */
const LEAST_LITRES = 12
const MOST_LITRES = 60
const FAINTEST = 0.2
/** Above 1 it keeps small uses light, so that washing and bathing stand out. */
const CONTRAST = 1.5

const percentile = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0

/**
 * How dark a use is drawn: logarithmic, so that a glass of water is still seen next to a bath.
 * Nothing used is no ink at all.
 */
export const waterInk = (values: readonly number[]): ((litres: number) => number) => {
  const sorted = values.filter((value) => value > 0).sort((a, b) => a - b)
  const full = Math.min(MOST_LITRES, Math.max(LEAST_LITRES, percentile(sorted, 0.97)))
  return (litres) =>
    litres <= 0
      ? 0
      : Math.min(1, FAINTEST + (1 - FAINTEST) * (Math.log1p(litres) / Math.log1p(full)) ** CONTRAST)
}

/** A home's fridge and standby leave no ink: what is drawn is what somebody switched on. */
export const electricityInk = (values: readonly number[]): ((wattHours: number) => number) => {
  const sorted = values.filter((value) => value > 0).sort((a, b) => a - b)
  const standby = percentile(sorted, 0.6) * 1.3
  const full = Math.max(percentile(sorted, 0.985), standby * 3, 1)
  return (wattHours) =>
    wattHours <= standby
      ? 0
      : Math.min(1, FAINTEST + (1 - FAINTEST) * (Math.log(wattHours / standby) / Math.log(full / standby)))
}

/** The picture begins with the first day on which anything was heard: before it there was nobody to hear. */
export const fromFirstHeard = <Data extends ActogramData>(data: Data): Data => {
  const first = data.days.findIndex((day) =>
    day.cells.some((cell) => cell.litres !== null || cell.wattHours !== null),
  )
  return first <= 0 ? data : { ...data, days: data.days.slice(Math.min(first, data.days.length - 7)) }
}

const joinRuns = (isIn: (index: number) => boolean, count: number): { from: number; to: number }[] => {
  const runs: { from: number; to: number }[] = []
  for (let index = 0; index < count; index++) {
    if (!isIn(index)) continue
    const last = runs.at(-1)
    if (last !== undefined && last.to === index) last.to = index + 1
    else runs.push({ from: index, to: index + 1 })
  }
  return runs
}

/** Where everything of an actogram goes, before any canvas is touched. `now` is civil, epoch ms. */
export const drawActogram = <Severity>(
  data: ActogramData,
  now: number,
  layout: Layout,
  alerts: readonly { id: string; severity: Severity; at: number }[],
): Drawing<Severity> => {
  const { labelWidth, headHeight, waterHeight, electricityHeight, gap } = layout
  const rowHeight = waterHeight + electricityHeight + gap
  const plotWidth = layout.width - labelWidth
  const cellMs = data.resolutionMinutes * 60_000
  const inkOfLitres = waterInk(data.days.flatMap((day) => day.cells.flatMap((cell) => cell.litres ?? [])))
  const inkOfWattHours = electricityInk(
    data.days.flatMap((day) => day.cells.flatMap((cell) => cell.wattHours ?? [])),
  )
  const drawing: Drawing<Severity> = {
    height: headHeight + data.days.length * rowHeight,
    rowHeight,
    plot: { x: labelWidth, y: headHeight, width: plotWidth, height: data.days.length * rowHeight },
    days: [],
    ink: [],
    unheard: [],
    nights: [
      [0, NIGHT_ENDS_H],
      [NIGHT_BEGINS_H, 24],
    ].map(([from = 0, to = 0]) => ({
      x: labelWidth + (from / 24) * plotWidth,
      y: headHeight,
      width: ((to - from) / 24) * plotWidth,
      height: data.days.length * rowHeight,
    })),
    now: null,
    marks: [],
  }

  for (const [row, day] of data.days.entries()) {
    const y = headHeight + row * rowHeight
    const startAt = startOfLocalDay(day.date, data.zone)
    const count = day.cells.length
    const xOf = (index: number) => labelWidth + (index / count) * plotWidth
    const across = (from: number, to: number) => ({ x: xOf(from), width: xOf(to) - xOf(from) })
    const hasBegun = (index: number) => startAt + index * cellMs < now
    drawing.days.push({ date: day.date, y, startAt, cellCount: count })

    for (const [index, cell] of day.cells.entries()) {
      if (!hasBegun(index)) break
      const water = inkOfLitres(cell.litres ?? 0)
      if (water > 0)
        drawing.ink.push({
          ...across(index, index + 1),
          y,
          height: waterHeight,
          ink: 'water',
          opacity: water,
        })
      const electricity = inkOfWattHours(cell.wattHours ?? 0)
      if (electricity > 0)
        drawing.ink.push({
          ...across(index, index + 1),
          y: y + waterHeight + 1,
          height: electricityHeight,
          ink: 'electricity',
          opacity: electricity,
        })
    }
    // The cell that runs now is not over: that nothing was heard in it yet says nothing.
    const isOver = (index: number) => startAt + (index + 1) * cellMs <= now
    for (const run of joinRuns((index) => isOver(index) && day.cells[index]?.litres === null, count))
      drawing.unheard.push({ ...across(run.from, run.to), y, height: waterHeight })
    for (const run of joinRuns((index) => isOver(index) && day.cells[index]?.wattHours === null, count))
      drawing.unheard.push({
        ...across(run.from, run.to),
        y: y + waterHeight + 1,
        height: electricityHeight,
      })
  }

  const place = (at: number): { x: number; y: number } | null => {
    const date = localDate(at, data.zone)
    const first = data.days[0]?.date
    const row = first === undefined ? -1 : daysBetween(first, date)
    const day = drawing.days[row]
    if (day === undefined) return null
    const dayMs = startOfLocalDay(addDays(date, 1), data.zone) - day.startAt
    return { x: labelWidth + ((at - day.startAt) / dayMs) * plotWidth, y: day.y }
  }
  drawing.now = place(now)
  for (const { id, severity, at } of alerts) {
    const where = place(at)
    if (where !== null) drawing.marks.push({ id, severity, ...where })
  }
  return drawing
}

/** The day and cell under a point of the picture; null outside of the plot. */
export const cellAt = (
  drawing: Pick<Drawing<unknown>, 'plot' | 'rowHeight' | 'days'>,
  x: number,
  y: number,
): { row: number; index: number } | null => {
  const { plot, rowHeight, days } = drawing
  if (x < plot.x || x >= plot.x + plot.width || y < plot.y || y >= plot.y + plot.height) return null
  const row = Math.floor((y - plot.y) / rowHeight)
  const day = days[row]
  if (day === undefined) return null
  return { row, index: Math.floor(((x - plot.x) / plot.width) * day.cellCount) }
}
