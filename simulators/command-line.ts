import { parseArgs } from 'node:util'
import { TimeZone } from '../contracts/registry.ts'
import { DAY_MS, type EpochMs, HOUR_MS, MINUTE_MS, SECOND_MS } from '../contracts/time.ts'
import { type FaultKind, faultOf } from './fault.ts'
import type { DeviceRole, HomePlan } from './home.ts'
import { type IncidentKind, incidentOf } from './incident.ts'
import { DAILY_HOURS, DAILY_QUARTER_HOURS, HOURLY, QUARTER_HOURLY, type Reporting } from './meter.ts'

/** A wrong command line: the message is for the person who typed it. */
export class UsageError extends Error {}

const COMMANDS = { home: [1, 1], compound: [18, 1], district: [162, 9], load: [0, 1] } as const
export type CommandName = keyof typeof COMMANDS

export interface Access {
  /** `place`: below which the streets are made; null: the first district that the token reaches. */
  api: { url: string; token: string; place: string | null; saveSecrets: string | null } | null
  credentialsFile: string | null
  gateway: string | null
}

export interface Command {
  name: CommandName
  output: { to: 'broker' } | { to: 'lines' } | { to: 'recording'; file: string; incidentsFile: string }
  url: string
  caFile: string | null
  access: Access
  seed: string
  prefix: string
  homes: number
  compounds: number
  zone: string
  startMs: EpochMs
  historyMs: number
  lengthMs: number | null
  factor: number
  reporting: Reporting
  connections: number | null
  inFlight: number | null
  rate: number
  seconds: number
  /** What befalls the home of that index. */
  incidentsOf(home: number): NonNullable<HomePlan['incidents']>
  faultsOf(home: number): NonNullable<HomePlan['faults']>
}

const text = { type: 'string' } as const
const OPTIONS = {
  help: { type: 'boolean', short: 'h' },
  'dry-run': { type: 'boolean' },
  incident: { type: 'string', multiple: true },
  fault: { type: 'string', multiple: true },
  url: text,
  ca: text,
  csv: text,
  incidents: text,
  api: text,
  token: text,
  place: text,
  'save-secrets': text,
  credentials: text,
  gateway: text,
  seed: text,
  homes: text,
  compounds: text,
  prefix: text,
  zone: text,
  start: text,
  history: text,
  for: text,
  factor: text,
  report: text,
  connections: text,
  'in-flight': text,
  rate: text,
  seconds: text,
} as const

/** Null: help was asked for. Throws `UsageError`. `now` is the start when none is given. */
export function readCommand(
  argv: string[],
  now: EpochMs,
  environment: Record<string, string | undefined>,
): Command | null {
  const { values, positionals } = parsed(argv)
  if (values.help) return null
  const name = positionals[0]
  if (positionals.length !== 1 || !isCommand(name)) {
    throw new UsageError(`say one command: ${Object.keys(COMMANDS).join(', ')}`)
  }
  const [homes, compounds] = COMMANDS[name]
  const startMs = values.start === undefined ? now : instant(values.start)
  const incidents = (values.incident ?? []).map((spec) => readIncident(spec, startMs))
  const faults = (values.fault ?? []).map((spec) => readFault(spec, startMs))
  const output = readOutput(values)
  return {
    name,
    output,
    url: values.url ?? 'mqtt://127.0.0.1:1883',
    caFile: values.ca ?? null,
    access: readAccess(values, environment, output.to === 'broker'),
    seed: values.seed ?? '1',
    prefix: values.prefix ?? 'sim',
    homes: whole('homes', values.homes) ?? homes,
    compounds: whole('compounds', values.compounds) ?? compounds,
    zone: zone(values.zone ?? 'Asia/Shanghai'),
    startMs,
    historyMs: length('history', values.history) ?? 0,
    lengthMs: length('for', values.for) ?? (output.to === 'broker' ? null : DAY_MS),
    factor: positive('factor', values.factor) ?? 1,
    reporting: readReporting(values.report ?? '15m'),
    connections: whole('connections', values.connections),
    inFlight: whole('in-flight', values['in-flight']),
    rate: positive('rate', values.rate) ?? 10,
    seconds: positive('seconds', values.seconds) ?? 10,
    incidentsOf: (home) => incidents.filter((it) => it.home === home).map((it) => it.incident),
    faultsOf: (home) => faults.filter((it) => it.home === null || it.home === home),
  }
}

type Values = ReturnType<typeof parsed>['values']

function parsed(argv: string[]) {
  try {
    return parseArgs({ args: argv, options: OPTIONS, allowPositionals: true, strict: true })
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error))
  }
}

const isCommand = (name: string | undefined): name is CommandName =>
  name !== undefined && Object.hasOwn(COMMANDS, name)

function readOutput(values: Values): Command['output'] {
  if (values['dry-run'] && values.csv !== undefined) throw new UsageError('--dry-run or --csv, not both')
  if (values['dry-run']) return { to: 'lines' }
  if (values.csv === undefined) return { to: 'broker' }
  const stem = values.csv.replace(/(\.csv)?(\.gz)?$/, '')
  return { to: 'recording', file: values.csv, incidentsFile: values.incidents ?? `${stem}.incidents.csv` }
}

function readAccess(
  values: Values,
  environment: Record<string, string | undefined>,
  needed: boolean,
): Access {
  const { api: url, credentials, gateway } = values
  const token = values.token ?? environment['SHOUWANG_TOKEN']
  if (gateway !== undefined && credentials === undefined) {
    throw new UsageError('--gateway needs --credentials with its line in it')
  }
  if (url !== undefined && credentials !== undefined) throw new UsageError('--api or --credentials, not both')
  if (url !== undefined && token === undefined) {
    throw new UsageError('--api needs a token: SHOUWANG_TOKEN or --token')
  }
  if (needed && url === undefined && credentials === undefined) {
    throw new UsageError('devices need secrets: --api or --credentials (or try --dry-run)')
  }
  return {
    api:
      url && token
        ? { url, token, place: values.place ?? null, saveSecrets: values['save-secrets'] ?? null }
        : null,
    credentialsFile: credentials ?? null,
    gateway: gateway ?? null,
  }
}

const REPORTING = new Map<string, Reporting>([
  ['15m', QUARTER_HOURLY],
  ['60m', HOURLY],
  ['daily-96', DAILY_QUARTER_HOURS],
  ['daily-24', DAILY_HOURS],
])
function readReporting(how: string): Reporting {
  const reporting = REPORTING.get(how)
  if (!reporting) throw new UsageError(`--report is one of ${[...REPORTING.keys()].join(', ')}`)
  return reporting
}

const INCIDENT = /^(?<kind>[a-z_]+)(?::(?<home>\d+))?@(?<start>-?\d+[smhd])(?:\+(?<length>\d+[smhd]))?$/
const FAULT =
  /^(?<kind>[a-z_]+)(?::(?<home>\d+))?(?:\/(?<device>water|electricity|smoke))?(?:=(?<share>[\d.]+))?@(?<start>-?\d+[smhd])(?:\+(?<length>\d+[smhd]))?$/
const INCIDENT_KINDS: readonly string[] = [
  'fall',
  'decline',
  'away',
  'guests',
  'leak',
  'tap_left_on',
  'cooker_left_on',
  'fire',
] satisfies IncidentKind[]
const FAULT_KINDS: readonly string[] = [
  'lost',
  'late',
  'doubled',
  'reordered',
  'restamped',
  'battery_dying',
  'gone',
  'clock_wrong',
  'register_reset',
  'garbage',
] satisfies FaultKind[]

function readIncident(spec: string, startMs: EpochMs) {
  const { kind, home, ...span } = match(INCIDENT, spec, INCIDENT_KINDS, 'incident')
  const { fromMs, toMs } = spanOf(span, startMs)
  return {
    home: home === undefined ? 0 : Number(home) - 1,
    incident: incidentOf(kind as IncidentKind, fromMs, toMs),
  }
}

function readFault(spec: string, startMs: EpochMs) {
  const { kind, home, device, share, ...span } = match(FAULT, spec, FAULT_KINDS, 'fault')
  const { fromMs, toMs } = spanOf(span, startMs)
  const part = share === undefined ? undefined : Number(share)
  if (part !== undefined && !(part >= 0 && part <= 1)) throw new UsageError(`a share is from 0 to 1: ${spec}`)
  return {
    home: home === undefined ? null : Number(home) - 1,
    device: (device ?? null) as DeviceRole | null,
    fault: faultOf(kind as FaultKind, fromMs, toMs, part),
  }
}

function match(form: RegExp, spec: string, kinds: readonly string[], what: string) {
  const groups = form.exec(spec)?.groups
  if (!groups)
    throw new UsageError(`cannot read --${what} ${spec}: KIND@START+LENGTH, such as ${kinds[0]}@2h+12h`)
  if (!kinds.includes(groups['kind'] ?? ''))
    throw new UsageError(`--${what} is one of ${kinds.join(', ')}: ${spec}`)
  return groups as Record<string, string | undefined>
}

function spanOf(span: Record<string, string | undefined>, startMs: EpochMs) {
  const fromMs = startMs + duration(span['start'] ?? '0s')
  return { fromMs, toMs: span['length'] === undefined ? null : fromMs + duration(span['length']) }
}

const UNITS: Record<string, number> = { s: SECOND_MS, m: MINUTE_MS, h: HOUR_MS, d: DAY_MS }
function duration(spec: string): number {
  const groups = /^(?<count>-?\d+)(?<unit>[smhd])$/.exec(spec)?.groups
  if (!groups) throw new UsageError(`a length is such as 30s, 15m, 12h or 3d, not ${spec}`)
  return Number(groups['count']) * (UNITS[groups['unit'] ?? ''] ?? Number.NaN)
}

function length(name: string, spec: string | undefined): number | null {
  if (spec === undefined) return null
  const ms = duration(spec)
  if (ms < 0) throw new UsageError(`--${name} cannot be negative`)
  return ms
}

function instant(spec: string): EpochMs {
  const at = Date.parse(spec)
  if (!/^\d{4}-\d\d-\d\dT.*(Z|[+-]\d\d:\d\d)$/.test(spec) || Number.isNaN(at)) {
    throw new UsageError(`--start is an instant such as 2026-01-05T08:00:00+08:00, not ${spec}`)
  }
  return at
}

function zone(name: string): string {
  if (!TimeZone.safeParse(name).success) throw new UsageError(`--zone ${name} is no IANA time zone`)
  return name
}

function positive(name: string, spec: string | undefined): number | null {
  if (spec === undefined) return null
  const value = Number(spec)
  if (!(value > 0)) throw new UsageError(`--${name} is a number above 0, not ${spec}`)
  return value
}

function whole(name: string, spec: string | undefined): number | null {
  const value = positive(name, spec)
  if (value !== null && !Number.isInteger(value))
    throw new UsageError(`--${name} is a whole number, not ${spec}`)
  return value
}
