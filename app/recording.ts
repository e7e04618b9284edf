import type { Finding } from '../contracts/finding.ts'
import type { HomeDevice } from '../contracts/home.ts'
import type { DeviceId, HomeId } from '../contracts/ids.ts'
import { METRICS } from '../contracts/metric.ts'
import type { DeviceKind, Quality, Reading, Value } from '../contracts/reading.ts'
import type { RuleSettings } from '../contracts/settings.ts'
import { type EpochMs, iso } from '../contracts/time.ts'
import { type HomeState, newHomeState, step } from '../rules/home.ts'

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
  readonly #context: { homeId: HomeId; settings: RuleSettings; outages: [] }
  readonly #open = new Map<string, Finding>()
  readonly #devices: HomeDevice[] = []
  #state: HomeState
  #deadline: EpochMs | null = null
  #now: EpochMs

  constructor(first: RecordedRow, options: ReplayOptions) {
    // Ids of recordings are opaque: they need not be such as the registry would give.
    this.#id = first.home as HomeId
    this.#options = options
    this.#context = { homeId: this.#id, settings: options.settings, outages: [] }
    this.#state = newHomeState(options.zoneOf(first.home))
    this.#now = first.ts
  }

  take(row: RecordedRow): void {
    this.#comeDue(row.ts)
    this.#now = Math.max(this.#now, row.ts)
    const deviceId = this.#deviceOf(row)
    const reading: Reading = {
      deviceId,
      kind: kindOf(row.metric),
      measuredAt: row.ts,
      measuredAtSource: 'device',
      receivedAt: this.#now,
      values: { [row.metric]: row.value },
      quality: row.quality,
    }
    this.#step({ type: 'readings', readings: [reading] })
  }

  end(): void {
    for (const finding of this.#open.values()) this.#options.onFinding(replayed(this.#id, finding))
  }

  #comeDue(until: EpochMs): void {
    while (this.#deadline !== null && this.#deadline <= until) {
      this.#now = Math.max(this.#now, this.#deadline)
      this.#step({ type: 'deadline' })
    }
  }

  #deviceOf(row: RecordedRow): DeviceId {
    const known = this.#devices.find((device) => device.deviceId === row.device)
    if (known !== undefined) return known.deviceId
    const device = { deviceId: row.device as DeviceId, kind: kindOf(row.metric), cadenceS: null }
    this.#devices.push(device)
    this.#step({ type: 'devices', devices: [...this.#devices] })
    return device.deviceId
  }

  #step(event: Parameters<typeof step>[1]): void {
    const { state, findings, deadline } = step(this.#state, event, this.#now, this.#context)
    this.#state = state
    this.#deadline = deadline
    for (const finding of findings) {
      if (finding.phase !== 'cleared') {
        this.#open.set(finding.id, finding)
        continue
      }
      const held = this.#open.get(finding.id) ?? finding
      this.#open.delete(finding.id)
      this.#options.onFinding(replayed(this.#id, held, finding.clearedAt))
    }
  }
}

const replayed = (home: string, finding: Finding, clearedAt?: EpochMs): ReplayedFinding => ({
  home,
  kind: finding.kind,
  severity: finding.severity,
  raisedAt: iso(finding.raisedAt),
  since: iso(finding.since),
  ...(clearedAt === undefined ? {} : { clearedAt: iso(clearedAt) }),
  evidence: finding.evidence,
})

function kindOf(metric: string): DeviceKind {
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
