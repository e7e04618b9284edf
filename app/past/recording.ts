import type { Finding } from '../../contracts/finding.ts'
import type { HomeDevice } from '../../contracts/home.ts'
import type { DeviceId, HomeId } from '../../contracts/ids.ts'
import { METRICS } from '../../contracts/metric.ts'
import type { DeviceKind, Quality, Reading, Value } from '../../contracts/reading.ts'
import type { RuleSettings } from '../../contracts/settings.ts'
import { type EpochMs, iso } from '../../contracts/time.ts'
import { ShadowHome } from './shadow.ts'

/** One row of a recording: what a meter reported at `ts`. */
export interface RecordedRow {
  home: string
  device: string
  ts: EpochMs
  metric: string
  value: Value
  quality: Quality[]
}

/** A finding over its whole life; `clearedAt` is absent while it held at the end of the recording. */
export interface ReplayedFinding {
  home: string
  kind: Finding['kind']
  severity: Finding['severity']
  raisedAt: string
  since: string
  clearedAt?: string
  evidence: Finding['evidence']
}

export interface ReplayOptions {
  settings: RuleSettings
  zoneOf(home: string): string
  /** Called when a finding clears, and at the end for those that still hold. */
  onFinding(finding: ReplayedFinding): void
}

const NO_QUALITY: Quality[] = []
const QUALITIES = new Map<string, Quality[]>([['', NO_QUALITY]])

/**
 * Drives recordings through the rules in event time, without a journal or a store. Homes may interleave: each has a
 * clock of its own that goes from its first row to its last. Deadlines come due at their own time between two rows.
 */
export class Replay {
  readonly #homes = new Map<string, HomeReplay>()
  readonly #options: ReplayOptions

  constructor(options: ReplayOptions) {
    this.#options = options
  }

  /** Takes the next row; those of one home ascend, and one that does not arrives late. */
  take(row: RecordedRow): void {
    let home = this.#homes.get(row.home)
    if (home === undefined) {
      home = new HomeReplay(row, this.#options)
      this.#homes.set(row.home, home)
    }
    home.take(row)
  }

  /** Tells of all findings that still hold. */
  end(): void {
    for (const home of this.#homes.values()) home.end()
    this.#homes.clear()
  }
}

class HomeReplay {
  readonly #id: HomeId
  readonly #options: ReplayOptions
  readonly #shadow: ShadowHome
  readonly #devices: HomeDevice[] = []

  constructor(first: RecordedRow, options: ReplayOptions) {
    // Ids of recordings are opaque: they need not be such as the registry would give.
    this.#id = first.home as HomeId
    this.#options = options
    const { settings, zoneOf } = options
    const shadow = { homeId: this.#id, zone: zoneOf(first.home), settings }
    this.#shadow = new ShadowHome(shadow, first.ts, (finding, held) => {
      if (finding.phase === 'cleared') options.onFinding(replayed(this.#id, held, finding.clearedAt))
    })
  }

  take(row: RecordedRow): void {
    this.#shadow.passTo(row.ts)
    const at = Math.max(this.#shadow.now, row.ts)
    this.#shadow.hear([readingOf(row, this.#deviceOf(row, at), at)], at)
  }

  end(): void {
    for (const finding of this.#shadow.open) this.#options.onFinding(replayed(this.#id, finding))
  }

  #deviceOf(row: RecordedRow, at: EpochMs): DeviceId {
    const known = this.#devices.find((device) => device.deviceId === row.device)
    if (known !== undefined) return known.deviceId
    const device = { deviceId: row.device as DeviceId, kind: kindOf(row.metric), cadenceS: null }
    this.#devices.push(device)
    this.#shadow.setDevices([...this.#devices], at)
    return device.deviceId
  }
}

/** A row as the reading that it was, arriving at `receivedAt`. */
export const readingOf = (row: RecordedRow, deviceId: DeviceId, receivedAt: EpochMs): Reading => ({
  deviceId,
  kind: kindOf(row.metric),
  measuredAt: row.ts,
  measuredAtSource: 'device',
  receivedAt,
  values: { [row.metric]: row.value },
  quality: row.quality,
})

const replayed = (home: string, finding: Finding, clearedAt?: EpochMs): ReplayedFinding => ({
  home,
  kind: finding.kind,
  severity: finding.severity,
  raisedAt: iso(finding.raisedAt),
  since: iso(finding.since),
  ...(clearedAt === undefined ? {} : { clearedAt: iso(clearedAt) }),
  evidence: finding.evidence,
})

export function kindOf(metric: string): DeviceKind {
  if (metric.startsWith('water_')) return 'water'
  if (metric.startsWith('energy_') || metric === 'power_w') return 'electricity'
  return metric.startsWith('smoke') ? 'smoke' : 'other'
}

/** The row that a line `home,device,ts,metric,value,quality` says; null where it says none. */
export function parseRow(line: string): RecordedRow | null {
  const [home = '', device = '', ts = '', metric = '', value = '', quality = ''] = line.split(',')
  const at = Date.parse(ts)
  const form = METRICS.get(metric)?.form
  const said = form === undefined ? undefined : form === 'state' ? stateOf(value) : numberOf(value)
  if (home === '' || device === '' || Number.isNaN(at) || said === undefined) return null
  return { home, device, ts: at, metric, value: said, quality: qualitiesOf(quality) }
}

const STATES = new Map<string, Value>([
  ['true', true],
  ['1', true],
  ['false', false],
  ['0', false],
  ['', null],
])
const stateOf = (text: string): Value | undefined => STATES.get(text)

function numberOf(text: string): Value | undefined {
  if (text === '') return null
  const number = Number(text)
  return Number.isFinite(number) ? number : undefined
}

/** `quality` holds words apart by semicolons or spaces; the same few come again and again. */
function qualitiesOf(text: string): Quality[] {
  let qualities = QUALITIES.get(text)
  if (qualities === undefined) {
    qualities = text.split(/[; ]+/) as Quality[]
    QUALITIES.set(text, qualities)
  }
  return qualities
}
