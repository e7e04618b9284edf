import type { Evidence, FindingKind, Sentence } from '../contracts/finding.ts'
import type { Reading } from '../contracts/reading.ts'
import type { Severity } from '../contracts/severity.ts'
import { type EpochMs, iso } from '../contracts/time.ts'
import { gravityOf } from './continuous-flow.ts'
import { instantOf } from './device.ts'
import { NAMES, SWITCHED_OFF } from './device-silent.ts'
import { clockTime, sentenceOf } from './explanation.ts'
import { clear, openFinding, raise, type Turn } from './findings.ts'
import type { DeviceState } from './state.ts'

/** States that a device says of itself, and that are a finding while they hold. */
const TOLD = ['tamper', 'leak', 'burst'] as const
type Told = (typeof TOLD)[number]

const KINDS = {
  tamper: 'device.tamper',
  leak: 'water.flood',
  burst: 'water.flood',
} as const satisfies Record<Told, FindingKind>
const WORDS: Record<Told, Sentence> = {
  tamper: { zh: '报告被拆动或移除', en: 'says that it was tampered with or taken off' },
  leak: { zh: '报告漏水', en: 'reports a leak' },
  burst: { zh: '报告爆管', en: 'reports a burst' },
}

/** device.tamper, and water.flood by a device's own word. What it does not say (null) changes nothing. */
export function takeStates(turn: Turn, device: DeviceState, reading: Reading): void {
  const { values } = reading
  if (typeof values.fault === 'boolean') device.faulty = values.fault
  for (const name of TOLD) {
    const said = values[name]
    if (typeof said === 'boolean') takeState(turn, device, reading, name, said)
  }
}

function takeState(turn: Turn, device: DeviceState, reading: Reading, name: Told, holds: boolean): void {
  const at = instantOf(reading, device, turn.now)
  if (at < (device.toldAt?.[name] ?? 0) || reading.quality.includes('historical')) return
  device.toldAt = { ...device.toldAt, [name]: at }
  const kind = KINDS[name]
  const subject = name === 'tamper' ? device.id : `${device.id}#${name}`
  const open = openFinding(turn.home, kind, subject)
  if (holds === (open !== undefined)) return
  if (open !== undefined) clear(turn, open, stateEvidence(turn, device, name, at, false))
  else if (turn.context.settings[kind].enabled)
    raise(turn, {
      kind,
      severity: severityOf(turn, name),
      subject,
      deviceId: device.id,
      since: at,
      evidence: stateEvidence(turn, device, name, at, true),
    })
}

const severityOf = (turn: Turn, name: Told): Severity => (name === 'tamper' ? 'P3' : gravityOf(turn))

function stateEvidence(turn: Turn, device: DeviceState, name: Told, at: EpochMs, holds: boolean): Evidence {
  const time = clockTime(turn.home.zone, at, turn.now)
  const { zh, en } = NAMES[device.kind]
  const said = holds ? WORDS[name] : { zh: '报告已恢复正常', en: 'reports that all is well again' }
  return {
    data: { deviceId: device.id, state: name, holds, measuredAt: iso(at) },
    sentence: sentenceOf({ zh: `${time.zh}${zh}${said.zh}`, en: `${en} ${said.en}, ${time.en}` }),
  }
}

/** Takes the findings back when their rule is switched off. */
export function settleStates(turn: Turn): null {
  for (const open of turn.home.open) {
    const told = open.kind === 'device.tamper' || (open.kind === 'water.flood' && open.subject !== '')
    if (told && !turn.context.settings[open.kind as 'device.tamper'].enabled) clear(turn, open, SWITCHED_OFF)
  }
  return null
}
