import type { Evidence } from '../contracts/finding.ts'
import type { NodeEvent } from '../contracts/neighbourhood.ts'
import { type EpochMs, iso, MINUTE_MS } from '../contracts/time.ts'
import { SWITCHED_OFF } from './device-silent.ts'
import { clockTime, sentenceOf } from './explanation.ts'
import {
  changeIncident,
  clearIncident,
  type NodeTurn,
  openIncident,
  raiseIncident,
  type SilentDevice,
} from './node-state.ts'

type SilentSignal = Extract<NodeEvent, { type: 'silent' }>

/** One more device is not heard. Many homes last heard at about the same time have one cause, and it lies outside them. */
export function takeSilent(turn: NodeTurn, { homeId, deviceId, since, homes }: SilentSignal): void {
  const others = turn.node.silent.filter((one) => one.homeId !== homeId || one.deviceId !== deviceId)
  turn.node = { ...turn.node, silent: [...others, { homeId, deviceId, since }] }
  const rule = turn.context.settings['neighbourhood.silent']
  if (!rule.enabled || openIncident(turn.node, 'neighbourhood.silent') !== undefined) return
  const group = silentAbout(turn, since)
  const silent = homesOf(group)
  if (silent.size < Math.max(rule.homes, Math.ceil((rule.sharePercent / 100) * homes))) return
  const first = Math.min(...group.map((one) => one.since))
  raiseIncident(
    turn,
    'neighbourhood.silent',
    first,
    silent.size,
    silentEvidence(turn, first, silent.size, homes),
  )
}

export function takeHeard(turn: NodeTurn, isHeard: (device: SilentDevice) => boolean): void {
  if (turn.node.silent.some(isHeard))
    turn.node = { ...turn.node, silent: turn.node.silent.filter((one) => !isHeard(one)) }
}

/** neighbourhood.silent. Over when fewer than half are left silent, and the rest had time to be heard as well. */
export function settleSilent(turn: NodeTurn): EpochMs | null {
  const rule = turn.context.settings['neighbourhood.silent']
  const open = openIncident(turn.node, 'neighbourhood.silent')
  if (open === undefined) return null
  if (!rule.enabled) {
    clearIncident(turn, open, SWITCHED_OFF)
    return null
  }
  const left = homesOf(silentAbout(turn, open.since))
  if (left.size * 2 >= open.homes) {
    if (open.back !== null) changeIncident(turn, open, { back: null })
    return null
  }
  const at = open.back?.at ?? turn.now
  if (open.back === null) changeIncident(turn, open, { back: { at, homes: [] } })
  const overAt = at + rule.settleMinutes * MINUTE_MS
  if (overAt > turn.now) return overAt
  clearIncident(turn, open, heardAgain(turn, at, open.homes, left.size))
  return null
}

function silentAbout(turn: NodeTurn, since: EpochMs): SilentDevice[] {
  const windowMs = turn.context.settings['neighbourhood.silent'].windowMinutes * MINUTE_MS
  return turn.node.silent.filter((one) => Math.abs(one.since - since) <= windowMs)
}

const homesOf = (devices: readonly SilentDevice[]): Set<string> => new Set(devices.map((one) => one.homeId))

function silentEvidence(turn: NodeTurn, since: EpochMs, silent: number, homes: number): Evidence {
  const time = clockTime(turn.node.zone, since, turn.now)
  const percent = Math.round((100 * silent) / Math.max(homes, silent))
  return {
    data: { since: iso(since), homesSilent: silent, homes, percent },
    sentence: sentenceOf(
      {
        zh: `${time.zh}前后${silent}户同时失联，占${homes}户的${percent}%`,
        en: `${silent} of ${homes} homes (${percent} %) fell silent at about ${time.en}`,
      },
      {
        zh: '可能是网关或网络故障；失联住户的情况未知',
        en: 'perhaps a gateway or network fault; nothing is known of these homes meanwhile',
      },
    ),
  }
}

function heardAgain(turn: NodeTurn, at: EpochMs, silent: number, left: number): Evidence {
  const time = clockTime(turn.node.zone, at, turn.now)
  return {
    data: { heardAt: iso(at), homesHeard: silent - left, homesSilent: left },
    sentence: {
      zh: `${time.zh}起恢复上报，仍有${left}户失联`,
      en: `Heard again since ${time.en}; ${left} homes are still silent`,
    },
  }
}
