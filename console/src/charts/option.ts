import type { EChartsCoreOption } from 'echarts/core'
import type { Severity } from '../api/types.ts'
import type { Language } from '../format/duration.ts'
import { clockTime, formatDate, localDate, startOfLocalDay } from '../format/instant.ts'
import { severityPath } from '../severity/shapes.ts'
import { FONT_FAMILY, type Mode, type Palette, palettes } from '../theme.ts'
import {
  hatchImage,
  type RenderApi,
  type RenderParams,
  renderBar,
  renderUnknown,
  renderUsual,
} from './renderers.ts'
import { type Span, type Trace, timeTicks } from './trace.ts'

export interface Lane {
  name: string
  unit: string
  ink: 'water' | 'electricity' | 'P1'
  trace: Trace
  /** What this home does at such an hour, drawn behind what it did. */
  usual: readonly (Span & { value: number })[]
  heightPx: number
  format: (value: number) => string
  /** A state has no scale: it is on or off. */
  isState?: boolean
}
export interface ChartAlert {
  id: string
  severity: Severity
  at: number
}
/** A named instant, drawn as a line through all lanes. */
export interface ChartLine {
  at: number
  label: string
  tone: 'decision' | 'since' | 'now'
}
export interface UsePicture {
  fromAt: number
  toAt: number
  zone: string
  width: number
  fontSize: number
  language: Language
  mode: Mode
  lanes: Lane[]
  alerts: ChartAlert[]
  lines: ChartLine[]
}

/** Room above each lane for its name, and above the first for the names of lines and the shapes of alerts. */
const HEAD_PX = 34
const FOOT_PX = 30
/** Where the plots begin and end, so that a pointer can be read without asking ECharts. */
export const PLOT_LEFT_PX = 52
export const PLOT_RIGHT_PX = 10
const FIRST_PX = 4
const LABEL_ROW_PX = 20

/** Two named instants may stand close together: the second name gets a row of its own. */
const labelRoom = (lines: readonly ChartLine[]): number =>
  FIRST_PX + Math.max(0, lines.length - 1) * LABEL_ROW_PX

export const chartHeight = (lanes: readonly Lane[], lines: readonly ChartLine[]): number =>
  lanes.reduce((sum, lane) => sum + lane.heightPx + HEAD_PX, FOOT_PX + labelRoom(lines))

const tickLabel = (at: number, zone: string, language: Language): string => {
  const date = localDate(at, zone)
  return startOfLocalDay(date, zone) === at ? `{day|${formatDate(date, language)}}` : clockTime(at, zone)
}

const LINE_STYLE = {
  decision: { width: 1.5, type: 'solid' },
  since: { width: 1.25, type: [4, 3] },
  now: { width: 1, type: [1, 3] },
} as const

const inRange = (chart: UsePicture, at: number) => at >= chart.fromAt && at <= chart.toAt

/** Named instants and alerts, as lines through every lane; the names stand above the first one only. */
const markLine = (chart: UsePicture, palette: Palette, isTop: boolean) => {
  const toneColour = { decision: palette.ink, since: palette.inkSoft, now: palette.primary }
  const named = chart.lines
    .filter(({ at }) => inRange(chart, at))
    .map(({ at, label, tone }, index, all) => {
      const row = all.length - 1 - index
      const share = (at - chart.fromAt) / (chart.toAt - chart.fromAt)
      return {
        xAxis: at,
        lineStyle: { color: toneColour[tone], ...LINE_STYLE[tone] },
        label: {
          show: isTop,
          formatter: label,
          position: 'end',
          distance: 5 + row * LABEL_ROW_PX,
          align: share < 0.14 ? 'left' : share > 0.86 ? 'right' : 'center',
          color: toneColour[tone],
          fontSize: chart.fontSize,
          fontFamily: FONT_FAMILY,
        },
      }
    })
  const alerts = chart.alerts
    .filter(({ at }) => inRange(chart, at))
    .map(({ at, severity }) => ({
      xAxis: at,
      lineStyle: { color: palette[severity], width: 1, type: 'solid', opacity: 0.8 },
    }))
  return {
    silent: true,
    animation: false,
    symbol: ['none', 'none'],
    label: { show: false },
    data: [...named, ...alerts],
  }
}

const MARK_PX = 15

/** The severity's own shape, on top of the line that the alert is. */
const alertMarks = (chart: UsePicture, palette: Palette) => {
  const shown = chart.alerts.filter(({ at }) => inRange(chart, at))
  return {
    type: 'custom',
    xAxisIndex: 0,
    yAxisIndex: 0,
    silent: true,
    z: 6,
    data: shown.map(({ at }) => [at, at]),
    encode: { x: [0, 1] },
    renderItem: (params: RenderParams & { dataIndex: number }, api: RenderApi) => {
      const alert = shown[params.dataIndex]
      if (alert === undefined) return null
      return {
        type: 'path',
        shape: {
          pathData: severityPath[alert.severity],
          x: api.coord([alert.at, 0])[0] - MARK_PX / 2,
          y: params.coordSys.y - MARK_PX - 1,
          width: MARK_PX,
          height: MARK_PX,
          layout: 'center',
        },
        style: { fill: palette[alert.severity] },
        silent: true,
      }
    },
  }
}

const spans = (list: readonly Span[]) => list.map(({ startAt, endAt }) => [startAt, endAt])

const niceCeiling = (value: number): number => {
  const power = 10 ** Math.floor(Math.log10(Math.max(value, 1)))
  return ([1, 2, 3, 5, 10].find((step) => value <= step * power) ?? 10) * power
}

/** Lanes one above the other on one time axis: water, electricity, smoke; what is not known is hatched. */
export const chartOption = (chart: UsePicture): EChartsCoreOption => {
  const palette = palettes[chart.mode]
  const { fromAt, toAt, zone, language, fontSize, lanes } = chart
  const ticks = timeTicks(fromAt, toAt, zone, Math.max(3, Math.floor(chart.width / (fontSize * 6))))
  const unknownFill = { image: hatchImage(palette.hatch), repeat: 'repeat' }
  const text = { color: palette.inkSoft, fontSize, fontFamily: FONT_FAMILY }
  let top = labelRoom(chart.lines)
  const tops = lanes.map((lane) => {
    const laneTop = top + HEAD_PX
    top += lane.heightPx + HEAD_PX
    return laneTop
  })
  return {
    animation: false,
    textStyle: text,
    grid: lanes.map((lane, row) => ({
      left: PLOT_LEFT_PX,
      right: PLOT_RIGHT_PX,
      top: tops[row],
      height: lane.heightPx,
    })),
    xAxis: lanes.map((_, row) => {
      const isLast = row === lanes.length - 1
      return {
        type: 'value',
        gridIndex: row,
        min: fromAt,
        max: toAt,
        axisLine: { show: true, onZero: false, lineStyle: { color: palette.line } },
        axisTick: { show: isLast, customValues: ticks, lineStyle: { color: palette.line } },
        splitLine: { show: false },
        axisLabel: {
          show: isLast,
          customValues: ticks,
          hideOverlap: true,
          ...text,
          formatter: (at: number) => tickLabel(at, zone, language),
          rich: { day: { color: palette.ink, fontSize, fontWeight: 600, fontFamily: FONT_FAMILY } },
        },
      }
    }),
    yAxis: lanes.map((lane, row) => {
      const most = niceCeiling(
        Math.max(0, ...[...lane.trace.bars, ...lane.usual].map((bar) => bar.value)) * 1.02,
      )
      return {
        type: 'value',
        gridIndex: row,
        min: 0,
        max: lane.isState ? 1 : most,
        interval: lane.isState ? 1 : most / 2,
        name: lane.unit === '' ? lane.name : `${lane.name}  ${lane.unit}`,
        nameLocation: 'end',
        nameGap: 12,
        nameTextStyle: { ...text, color: palette.ink, align: 'left', padding: [0, 0, 0, -PLOT_LEFT_PX + 2] },
        axisLine: { show: false },
        axisTick: { show: false },
        axisLabel: { show: !lane.isState, ...text, fontSize: fontSize - 1 },
        splitLine: { show: !lane.isState, lineStyle: { color: palette.lineFaint } },
      }
    }),
    series: [
      alertMarks(chart, palette),
      ...lanes.flatMap((lane, row) => [
        {
          type: 'custom',
          xAxisIndex: row,
          yAxisIndex: row,
          renderItem: renderUsual(palette[lane.ink]),
          data: lane.usual.map(({ startAt, endAt, value }) => [startAt, endAt, value]),
          encode: { x: [0, 1], y: 2 },
          silent: true,
          z: 0,
        },
        {
          type: 'custom',
          xAxisIndex: row,
          yAxisIndex: row,
          renderItem: renderUnknown(unknownFill),
          data: spans(lane.trace.unknown),
          encode: { x: [0, 1] },
          silent: true,
          z: 1,
        },
        {
          type: 'custom',
          name: lane.name,
          xAxisIndex: row,
          yAxisIndex: row,
          clip: true,
          renderItem: renderBar(palette[lane.ink], lane.isState ? palette.good : null),
          data: lane.trace.bars.map(({ startAt, endAt, value }) => [startAt, endAt, value]),
          encode: { x: [0, 1], y: 2 },
          z: 2,
          markLine: markLine(chart, palette, row === 0),
        },
      ]),
    ],
  }
}
