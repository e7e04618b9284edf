import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { parseRow, type RecordedRow, readingOf } from '../app/past/recording.ts'
import type { DeviceId } from '../contracts/ids.ts'
import { type EpochMs, MINUTE_MS } from '../contracts/time.ts'
import type { EvaluatedHome, Panel } from './panel.ts'
import { reportsAfter } from './scorer.ts'
import type { Report } from './watch.ts'

/** Which homes are scored together: a rule that is good for couples need not be for people alone. */
const PANELS: Record<string, readonly string[]> = {
  'one-person': ['daiad-s01', 'daiad-s04', 'daiad-s06', 'daiad-s09'],
  couples: ['daiad-c01', 'daiad-c03', 'daiad-c04', 'daiad-c05'],
  'often-away': ['daiad-s02', 'daiad-s07', 'daiad-s08', 'daiad-s11', 'weusedto-naples'],
}

export interface RecordingOptions {
  /** Folder of recordings: `*.csv.gz` in folders by source, and `protocol/`. */
  dir: string
  stepMinutes: number
  mode: 'uniform' | 'afteruse'
  incidentsPerHome: number
}

/** Null when there is no such folder. */
export function recordedPanels(options: RecordingOptions): Panel[] | null {
  if (!existsSync(join(options.dir, 'protocol'))) return null
  const protocol = readProtocol(options)
  return Object.entries(PANELS).map(([name, ids]) => ({
    name,
    what: `${ids.length} recorded homes`,
    homes: ids.map((id) => recordedHome(id, options, protocol)),
  }))
}

type Protocol = ReturnType<typeof readProtocol>

function readProtocol({ dir, stepMinutes, mode }: RecordingOptions) {
  const rows = (name: string) => readCsv(join(dir, 'protocol', name))
  const ofStep = (name: string) => rows(name).filter((row) => row[1] === String(stepMinutes))
  return {
    zones: rows('zones.csv') as [prefix: string, zone: string][],
    scoreFrom: new Map(ofStep('score_from.csv').map(([home = '', , at = '']) => [home, Date.parse(at)])),
    absences: ofStep('absences.csv').map(([home, , from = '', to = '']) => ({
      home,
      from: Date.parse(from),
      to: Date.parse(to),
    })),
    incidents: ofStep('incidents.csv.gz')
      .filter((row) => row[2] === mode)
      .map(([home, , , at = '']) => ({ home, at: Date.parse(at) })),
  }
}

const textOf = (file: string) =>
  (file.endsWith('.gz') ? gunzipSync(readFileSync(file)) : readFileSync(file)).toString()

function readCsv(file: string): string[][] {
  const [, ...lines] = textOf(file).trim().split(/\r?\n/)
  return lines.map((line) => line.split(','))
}

function recordedHome(id: string, options: RecordingOptions, protocol: Protocol): EvaluatedHome {
  const stepMs = options.stepMinutes * MINUTE_MS
  const reports = registerReports(rowsOf(id, options.dir), stepMs)
  const own = protocol.incidents.filter(({ home }) => home === id)
  const every = Math.max(1, own.length / options.incidentsPerHome)
  const chosen: EpochMs[] = []
  for (let k = 0; k < own.length; k += every) chosen.push(own[Math.floor(k)]?.at ?? 0)
  return {
    id,
    zone: protocol.zones.find(([prefix]) => id.startsWith(prefix))?.[1] ?? 'UTC',
    stepMs,
    reports,
    scoreFrom: protocol.scoreFrom.get(id) ?? reports[0]?.at ?? 0,
    absences: protocol.absences.filter(({ home }) => home === id),
    incidents: chosen
      .sort((a, b) => a - b)
      .map((at) => ({ at, kind: 'stands still', reports: () => standingStill(reports, at) })),
  }
}

function rowsOf(id: string, dir: string): RecordedRow[] {
  const rows: RecordedRow[] = []
  const isOwn = new RegExp(`^${id}(-\\d{4})?\\.csv\\.gz$`)
  for (const source of readdirSync(dir, { withFileTypes: true })) {
    if (!source.isDirectory() || source.name === 'protocol') continue
    for (const file of readdirSync(join(dir, source.name))) {
      if (!isOwn.test(file)) continue
      for (const line of textOf(join(dir, source.name, file))
        .trim()
        .split('\n')) {
        const row = parseRow(line)
        if (row?.home === id && row.metric === 'water_total_m3') rows.push(row)
      }
    }
  }
  if (rows.length === 0) throw new Error(`no recording of ${id} under ${dir}`)
  return rows.sort((a, b) => a.ts - b.ts)
}

/** One report at the end of each step in which at least one row arrived: what a meter of that cadence would send. */
function registerReports(rows: readonly RecordedRow[], stepMs: number): Report[] {
  const last = new Map<EpochMs, RecordedRow>()
  for (const row of rows) {
    const ts = Math.ceil(row.ts / stepMs) * stepMs
    const reset = last.get(ts)?.quality.includes('counter_reset')
    last.set(ts, { ...row, ts, quality: reset ? ['counter_reset'] : row.quality })
  }
  return [...last.values()].map((row) => ({
    at: row.ts,
    readings: [readingOf(row, row.device as DeviceId, row.ts)],
  }))
}

/** Reports keep coming as they did; the register no longer moves. */
function standingStill(reports: readonly Report[], at: EpochMs): Report[] {
  const values = reports.findLast((report) => report.at <= at)?.readings[0]?.values
  return reportsAfter(reports, at, (report) => ({
    at: report.at,
    readings: report.readings.map((reading) => ({
      ...reading,
      values: values ?? reading.values,
      quality: [],
    })),
  }))
}
