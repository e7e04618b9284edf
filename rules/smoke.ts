import type { Evidence, Json } from '../contracts/finding.ts'
import type { Reading } from '../contracts/reading.ts'
import { type EpochMs, HOUR_MS, iso, MINUTE_MS } from '../contracts/time.ts'
import { clockIsTrusted, noteConflict } from './device.ts'
import { clockTime, sentenceOf } from './explanation.ts'
import { clear, openFinding, raise, type Turn, update } from './findings.ts'
import type { DeviceState, HomeState } from './state.ts'

const LATE_AFTER_MS = 5 * MINUTE_MS
const TEST_HOLDS_MS = 10 * MINUTE_MS
/** Reports remembered by their instant, to know one that comes again. */
const REMEMBERED = 8
/** No home has more detectors; a device that makes up channels must not swell the state. */
const REMEMBERED_SUBJECTS = 30

interface SmokeReport {
  reading: Reading
  subject: string
  /** By its own clock, or by arrival where that cannot be trusted. */
  at: EpochMs
  trusted: boolean
}

/** Smoke and its test button. Asked about every reading, also of a device unknown here: smoke must never be lost. */
export function takeSmoke(turn: Turn, reading: Reading, device: DeviceState | null): void {
  const { smoke, smoke_test: test } = reading.values
  if (smoke === undefined && test === undefined) return
  const subject = reading.channel === undefined ? reading.deviceId : `${reading.deviceId}#${reading.channel}`
  const trusted = clockIsTrusted(reading, device)
  const report = {
    reading,
    subject,
    trusted,
    at: trusted ? reading.measuredAt : Math.min(reading.receivedAt, turn.now),
  }
  if (test === true) testHeard(turn, report)
  else if (smoke === true) smokeHeard(turn, report)
  if (test === false) testOver(turn, subject)
  if (smoke !== false) return
  if (trusted && device !== null && seenBefore(turn.home, subject, report.at)) noteConflict(device, report.at)
  smokeGone(turn, report)
}

/** Ends tests that nobody ended. Returns when the next one ends. */
export function settleSmokeTests(turn: Turn): EpochMs | null {
  let next: EpochMs | null = null
  for (const open of turn.home.open) {
    if (open.kind !== 'smoke.test' || open.until === undefined) continue
    if (open.until <= turn.now) testOver(turn, open.subject)
    else next = Math.min(next ?? open.until, open.until)
  }
  return next
}

function smokeHeard(turn: Turn, report: SmokeReport): void {
  const { reading, subject, at } = report
  const age = turn.now - at
  const isPast =
    reading.quality.includes('historical') ||
    age > turn.context.settings['smoke.alarm'].presentHours * HOUR_MS
  if (isPast) return pastReported(turn, report)
  if (seenBefore(turn.home, subject, at)) return
  remember(turn.home, subject, at)
  const open = openFinding(turn.home, 'smoke.alarm', subject)
  const count = (open?.count ?? 0) + 1
  const evidence = alarmEvidence(turn, report, Math.min(at, open?.since ?? at), count)
  if (open !== undefined) {
    open.count = count
    update(turn, open, evidence)
  } else {
    raise(turn, {
      kind: 'smoke.alarm',
      severity: 'P1',
      subject,
      deviceId: reading.deviceId,
      since: at,
      count,
      evidence,
    })
  }
}

function smokeGone(turn: Turn, { reading, subject, at }: SmokeReport): void {
  for (const key of [subject, pastSubject(subject)]) {
    const open = openFinding(turn.home, 'smoke.alarm', key)
    if (open === undefined || at <= open.since) continue
    const time = clockTime(turn.home.zone, at, turn.now)
    clear(turn, open, {
      data: { deviceId: reading.deviceId, clearAt: iso(at) },
      sentence: {
        zh: `烟感${time.zh}报告烟雾消失`,
        en: `Detector reported no smoke any more at ${time.en}`,
      },
    })
  }
}

const pastSubject = (subject: string): string => `${subject}#past`

/** Too old to run for, too grave to forget: somebody looks into it. */
function pastReported(turn: Turn, { reading, subject, at }: SmokeReport): void {
  const past = pastSubject(subject)
  if (seenBefore(turn.home, subject, at) || seenBefore(turn.home, past, at)) return
  remember(turn.home, past, at)
  if (openFinding(turn.home, 'smoke.alarm', past) !== undefined) return
  const time = clockTime(turn.home.zone, at, turn.now)
  raise(turn, {
    kind: 'smoke.alarm',
    severity: 'P3',
    subject: past,
    deviceId: reading.deviceId,
    since: at,
    evidence: {
      data: { deviceId: reading.deviceId, measuredAt: iso(at), past: true },
      sentence: {
        zh: `烟感补报：${time.zh}曾有烟雾报警，请核查当时情况`,
        en: `Detector reports late that there was smoke at ${time.en}: a past alarm to look into`,
      },
    },
  })
}

function alarmEvidence(turn: Turn, report: SmokeReport, since: EpochMs, count: number): Evidence {
  const { reading, trusted } = report
  const time = clockTime(turn.home.zone, since, turn.now)
  const late = trusted && turn.now - reading.measuredAt > LATE_AFTER_MS
  const muted = reading.values.muted === true
  const data: Record<string, Json> = { deviceId: reading.deviceId, since: iso(since), reports: count, muted }
  if (reading.channel !== undefined) data.channel = reading.channel
  if (!trusted) data.clockUntrusted = true
  if (late) data.reportedAt = iso(turn.now)
  return {
    data,
    sentence: sentenceOf(
      { zh: `烟雾报警，${time.zh}起`, en: `Smoke alarm since ${time.en}` },
      count > 1 ? { zh: `已报${count}次`, en: `reported ${count} times` } : null,
      late ? { zh: '报告迟到', en: 'the report came late' } : null,
      muted ? { zh: '现场已按消音', en: 'somebody pressed hush' } : null,
    ),
  }
}

function testHeard(turn: Turn, { reading, subject, at }: SmokeReport): void {
  const open = openFinding(turn.home, 'smoke.test', subject)
  const until = turn.now + TEST_HOLDS_MS
  if (open !== undefined) {
    open.until = until
    return
  }
  const time = clockTime(turn.home.zone, at, turn.now)
  raise(turn, {
    kind: 'smoke.test',
    severity: 'P4',
    subject,
    deviceId: reading.deviceId,
    since: at,
    until,
    evidence: {
      data: { deviceId: reading.deviceId, measuredAt: iso(at) },
      sentence: { zh: `烟感自检，${time.zh}`, en: `Detector was tested at ${time.en}` },
    },
  })
}

function testOver(turn: Turn, subject: string): void {
  const open = openFinding(turn.home, 'smoke.test', subject)
  if (open === undefined) return
  clear(turn, open, {
    data: { deviceId: open.deviceId ?? subject },
    sentence: { zh: '烟感自检结束', en: 'Detector test is over' },
  })
}

/** A report that comes again changes nothing; one marked as past never stands for the alarm itself. */
const seenBefore = (home: HomeState, subject: string, at: EpochMs): boolean =>
  home.smokeSeen.some((entry) => entry.subject === subject && entry.at.includes(at))

function remember(home: HomeState, subject: string, at: EpochMs): void {
  const seen = home.smokeSeen.find((entry) => entry.subject === subject)
  const others = home.smokeSeen.filter((entry) => entry !== seen).slice(-REMEMBERED_SUBJECTS)
  home.smokeSeen = [...others, { subject, at: [...(seen?.at ?? []), at].slice(-REMEMBERED) }]
}
