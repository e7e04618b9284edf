import { type EpochMs, HOUR_MS, MINUTE_MS } from '../contracts/time.ts'
import { type CivilDay, civilDayAt } from './civil-day.ts'
import { makeHousehold } from './household.ts'
import { Random } from './random.ts'
import { bySendingTime, type Report, type Source } from './report.ts'
import { type Cause, clip, inOrder, isHouse, type Life, type Use } from './use.ts'

/** What may befall a home between two instants; `toMs` null never ends. */
export type Incident = { fromMs: EpochMs; toMs: EpochMs | null } & (
  | { kind: 'fall'; tapLitresPerHour?: number; leftOnWatts?: number | undefined }
  /** Ever less is used: after `overDays` only `leftShare` of it. */
  | { kind: 'decline'; overDays: number; leftShare: number }
  | { kind: 'away' }
  | { kind: 'guests'; guests: number }
  | { kind: 'leak'; litresPerHour: number }
  | { kind: 'tap_left_on'; litresPerHour: number }
  | { kind: 'cooker_left_on'; watts: number }
  | { kind: 'fire'; repeatMs: number }
)
export type IncidentKind = Incident['kind']

/** Ordinary sizes, for whoever names only the kind. */
export function incidentOf(kind: IncidentKind, fromMs: EpochMs, toMs: EpochMs | null): Incident {
  const span = { fromMs, toMs }
  switch (kind) {
    case 'decline':
      return { kind, ...span, overDays: 14, leftShare: 0.3 }
    case 'guests':
      return { kind, ...span, guests: 2 }
    case 'leak':
      return { kind, ...span, litresPerHour: 5 }
    case 'tap_left_on':
      return { kind, ...span, litresPerHour: 240 }
    case 'cooker_left_on':
      return { kind, ...span, watts: 1200 }
    case 'fire':
      return { kind, ...span, repeatMs: MINUTE_MS }
    default:
      return { kind, ...span }
  }
}

const endOf = (incident: Incident) => incident.toMs ?? Number.POSITIVE_INFINITY
const touches = (incident: Incident, day: CivilDay) =>
  incident.fromMs < day.endMs && endOf(incident) > day.startMs

/** The life as it goes under an incident. A fire changes nothing in it: see `smokeUnder`. */
export function lifeUnder(incident: Incident, life: Life, seed: string): Life {
  if (incident.kind === 'fire') return life
  return (day) => {
    const uses = life(day)
    if (!touches(incident, day)) return uses
    return inOrder(change(incident, uses, day, life, seed))
  }
}

function change(
  incident: Exclude<Incident, { kind: 'fire' }>,
  uses: Use[],
  day: CivilDay,
  life: Life,
  seed: string,
): Use[] {
  const span = during(incident, day)
  switch (incident.kind) {
    case 'fall':
      return fallen(incident, uses, span, life, day.zone)
    case 'away':
      return outside(uses, span, (use) => isHouse(use) && use.cause !== 'boiler')
    case 'decline':
      return declined(incident, uses, day, seed)
    case 'guests':
      return [...uses, ...guestUses(incident.guests, day, span, seed)]
    case 'leak':
    case 'tap_left_on':
      return [...uses, flow(incident.kind, span, incident.litresPerHour)]
    default:
      return [...uses, burning(incident.kind, span, incident.watts)]
  }
}

interface Span {
  startMs: EpochMs
  endMs: EpochMs
}
const during = (incident: Incident, day: CivilDay): Span => ({
  startMs: Math.max(incident.fromMs, day.startMs),
  endMs: Math.min(endOf(incident), day.endMs),
})

/** Uses with what a span holds of them taken out, but for those that go on regardless. */
function outside(uses: Use[], span: Span, goesOn: (use: Use) => boolean): Use[] {
  return uses.flatMap((use) => {
    if (goesOn(use)) return [use]
    const parts = [clip(use, 0, span.startMs), clip(use, span.endMs, Number.MAX_SAFE_INTEGER)]
    return parts.filter((part) => part !== null)
  })
}

const STAYS_ON: ReadonlySet<Cause> = new Set(['television', 'lamp', 'heating', 'cooling'])

/** Nobody opens a tap or switches anything off any more: what was on at that moment stays on. */
function fallen(
  incident: Incident & { kind: 'fall' },
  uses: Use[],
  span: Span,
  life: Life,
  zone: string,
): Use[] {
  const after = outside(uses, span, isHouse)
  for (const use of life(civilDayAt(zone, incident.fromMs))) {
    const on = use.startMs <= incident.fromMs && incident.fromMs < use.endMs
    if (on && use.resource === 'electricity' && STAYS_ON.has(use.cause)) {
      after.push(burning(use.cause, span, use.watts))
    }
  }
  if (incident.leftOnWatts) after.push(burning('lamp', span, incident.leftOnWatts))
  if (incident.tapLitresPerHour) after.push(flow('tap_left_on', span, incident.tapLitresPerHour))
  return after
}

function declined(incident: Incident & { kind: 'decline' }, uses: Use[], day: CivilDay, seed: string): Use[] {
  const random = Random.of(seed, 'decline', incident.fromMs, day.index)
  return uses.filter((use) => {
    const days = Math.max(0, use.startMs - incident.fromMs) / (24 * HOUR_MS)
    const left = 1 - (1 - incident.leftShare) * Math.min(1, days / incident.overDays)
    const kept = random.chance(left)
    return isHouse(use) || use.startMs >= endOf(incident) || kept
  })
}

function guestUses(guests: number, day: CivilDay, span: Span, seed: string): Use[] {
  const uses: Use[] = []
  for (let guest = 1; guest <= guests; guest += 1) {
    const { life } = makeHousehold(`${seed}:guest${guest}`, day.zone)
    const own = life(day).filter((use) => !isHouse(use) && use.resource === 'water')
    uses.push(...own.flatMap((use) => clip(use, span.startMs, span.endMs) ?? []))
  }
  return uses
}

const flow = (cause: Cause, span: Span, litresPerHour: number): Use => ({
  resource: 'water',
  cause,
  ...span,
  millilitres: Math.round(((span.endMs - span.startMs) / HOUR_MS) * litresPerHour * 1000),
})
const burning = (cause: Cause, span: Span, watts: number): Use => ({
  resource: 'electricity',
  cause,
  ...span,
  watts,
})

/** A fire: smoke at once, said again and again, and "no more smoke" when it is over. */
export function smokeUnder(
  incident: Incident,
  detector: Source,
  device: Pick<Report, 'homeId' | 'deviceId'>,
): Source {
  if (incident.kind !== 'fire') return detector
  const { fromMs, repeatMs } = incident
  const endMs = endOf(incident)
  const saying = (at: EpochMs, smoke: boolean): Report => ({
    ...device,
    at,
    kind: 'smoke',
    seq: null,
    samples: [{ measuredAtMs: at, values: { smoke } }],
  })
  return (windowFrom, windowTo) => {
    const reports = detector(windowFrom, windowTo).map((report) =>
      report.at >= fromMs && report.at < endMs ? inSmoke(report) : report,
    )
    const first = Math.max(0, Math.ceil((windowFrom - fromMs) / repeatMs))
    const lastMs = Math.min(windowTo, endMs)
    for (let at = fromMs + first * repeatMs; at < lastMs; at += repeatMs) reports.push(saying(at, true))
    if (endMs >= windowFrom && endMs < windowTo) reports.push(saying(endMs, false))
    return bySendingTime(reports)
  }
}

const inSmoke = (report: Report): Report => ({
  ...report,
  samples: report.samples.map(({ measuredAtMs, values }) => ({
    measuredAtMs,
    values: { ...values, smoke: true },
  })),
})
