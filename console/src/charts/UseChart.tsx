import { Skeleton } from 'antd'
import { lazy, Suspense, useEffect, useMemo, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useReadings } from '../api/home-queries.ts'
import type { Device, ReadingSeries } from '../api/types.ts'
import { useCivilNow } from '../clock/civil.ts'
import { formatLitres, formatWatts } from '../format/quantity.ts'
import { ErrorNote } from '../locale/ErrorNote.tsx'
import { useLanguage } from '../locale/i18n.ts'
import { useMode } from '../preference/media.ts'
import { usePreferences } from '../preference/preferences.ts'
import { ChartTip } from './ChartTip.tsx'
import { type ChartAlert, type ChartLine, chartHeight, chartOption, type Lane } from './option.ts'
import {
  type Bucket,
  litresPerStep,
  meanWatts,
  resolutionFor,
  stateTraceOf,
  type Trace,
  traceOf,
} from './trace.ts'
import { type Usual, usualSpans } from './usual.ts'

const Chart = lazy(async () => ({ default: (await import('./Chart.tsx')).Chart }))

const METRICS = ['water_total_m3', 'energy_import_kwh', 'power_w', 'smoke'] as const

const bucketsOf = (series: readonly ReadingSeries[], metric: string): Bucket[] | null => {
  const found = series.filter((one) => one.metric === metric && (one.buckets?.length ?? 0) > 0)
  return found.length === 0 ? null : found.flatMap((one) => one.buckets ?? [])
}

const cadenceMsOf = (devices: readonly Device[], kind: Device['kind']): number | null => {
  const cadences = devices
    .filter((device) => device.kind === kind)
    .map((device) => device.cadenceS ?? device.health?.cadenceS ?? 0)
  const slowest = Math.max(0, ...cadences)
  return slowest === 0 ? null : slowest * 1_000
}

export interface UseChartProps {
  homeId: string
  zone: string
  devices: readonly Device[]
  fromAt: number
  toAt: number
  alerts?: readonly ChartAlert[]
  lines?: readonly ChartLine[]
  /** What this home does at such an hour; undefined while that is not known. */
  usual?: Usual | undefined
  /** Keeps the lanes low, beside an alert. */
  compact?: boolean
  withSmoke?: boolean
}

const NONE: readonly never[] = []

/** Water, electricity and smoke of a home over time, as ink; what was not heard is hatched. */
export const UseChart = ({
  homeId,
  zone,
  devices,
  fromAt,
  toAt,
  alerts = NONE,
  lines = NONE,
  usual,
  compact = false,
  withSmoke = true,
}: UseChartProps) => {
  const { t } = useTranslation()
  const language = useLanguage()
  const mode = useMode()
  const { largeType } = usePreferences()
  const box = useRef<HTMLDivElement>(null)
  const [width, setWidth] = useState(600)
  useEffect(() => {
    if (box.current === null) return
    const observer = new ResizeObserver(([entry]) => setWidth(entry?.contentRect.width ?? 600))
    observer.observe(box.current)
    return () => observer.disconnect()
  }, [])

  const now = useCivilNow(300_000)
  const cadences = {
    water: cadenceMsOf(devices, 'water'),
    electricity: cadenceMsOf(devices, 'electricity'),
    smoke: cadenceMsOf(devices, 'smoke'),
  }
  const resolutionS = resolutionFor(toAt - fromAt)
  const hasSmoke = withSmoke && devices.some((device) => device.kind === 'smoke')
  const readings = useReadings({
    homeId,
    metrics: hasSmoke ? METRICS : METRICS.slice(0, 3),
    fromAt,
    toAt,
    resolutionS,
  })

  const option = useMemo(() => {
    if (readings.data === undefined) return null
    const { series } = readings.data
    const resolutionMs = (readings.data.resolutionS ?? resolutionS) * 1_000
    const frame = (cadenceMs: number | null) => ({
      fromAt,
      toAt: Math.min(toAt, now),
      resolutionMs,
      cadenceMs,
    })
    const traced = (
      metric: string,
      cadenceMs: number | null,
      valueOf: (bucket: Bucket, durationMs: number) => number | null,
    ): Trace => traceOf(bucketsOf(series, metric) ?? [], frame(cadenceMs), valueOf)
    const electricity =
      bucketsOf(series, 'energy_import_kwh') === null && bucketsOf(series, 'power_w') !== null
        ? traced('power_w', cadences.electricity, (bucket) => bucket.mean)
        : traced('energy_import_kwh', cadences.electricity, meanWatts)
    const step = t(`chart.step${resolutionMs / 60_000}`, { defaultValue: '' })
    const lanes: Lane[] = [
      {
        name: t('metric.water'),
        unit: step,
        ink: 'water',
        trace: traced('water_total_m3', cadences.water, litresPerStep(resolutionMs)),
        usual:
          usual === undefined
            ? []
            : usualSpans(usual.litresPerHour, zone, fromAt, toAt, resolutionMs / 3_600_000),
        heightPx: compact ? 84 : 120,
        format: formatLitres,
      },
      {
        name: t('metric.electricity'),
        unit: t('chart.watts'),
        ink: 'electricity',
        trace: electricity,
        usual: usual === undefined ? [] : usualSpans(usual.watts, zone, fromAt, toAt, 1),
        heightPx: compact ? 62 : 96,
        format: formatWatts,
      },
    ]
    if (hasSmoke)
      lanes.push({
        name: t('metric.smoke'),
        unit: '',
        ink: 'P1',
        trace: stateTraceOf(bucketsOf(series, 'smoke') ?? [], frame(cadences.smoke)),
        usual: [],
        heightPx: 22,
        format: (value) => t(value > 0 ? 'chart.smokeAlarm' : 'chart.smokeQuiet'),
        isState: true,
      })
    return {
      lanes,
      option: chartOption({
        fromAt,
        toAt,
        zone,
        width,
        fontSize: largeType ? 15 : 12.5,
        language,
        mode,
        lanes,
        alerts: [...alerts],
        lines: [...lines],
      }),
    }
  }, [
    readings.data,
    resolutionS,
    fromAt,
    toAt,
    now,
    cadences.water,
    cadences.electricity,
    cadences.smoke,
    zone,
    width,
    largeType,
    language,
    mode,
    alerts,
    lines,
    usual,
    t,
    compact,
    hasSmoke,
  ])

  const height = option === null ? (compact ? 240 : 380) : chartHeight(option.lanes, lines)
  return (
    <div ref={box} className="use-chart" style={{ minHeight: height }}>
      {readings.isError && <ErrorNote error={readings.error} onRetry={() => void readings.refetch()} />}
      {option === null ? (
        !readings.isError && <Skeleton.Node active style={{ width: '100%', height }} />
      ) : (
        <Suspense fallback={<Skeleton.Node active style={{ width: '100%', height }} />}>
          <ChartTip lanes={option.lanes} fromAt={fromAt} toAt={toAt} zone={zone}>
            <Chart option={option.option} height={height} label={t('chart.label')} />
          </ChartTip>
          {usual !== undefined && <p className="usual-note">{t('chart.usual')}</p>}
        </Suspense>
      )}
    </div>
  )
}
