import type { Evidence, Sentence } from '../contracts/finding.ts'
import { type EpochMs, HOUR_MS, iso } from '../contracts/time.ts'
import { SWITCHED_OFF, silentAt } from './device-silent.ts'
import { clockTime, sentenceOf } from './explanation.ts'
import { clear, openFinding, raise, type Turn } from './findings.ts'
import { neverHeardAt } from './never-heard.ts'
import { speaksOnUseOnly } from './speaks-on-use.ts'
import type { DeviceState } from './state.ts'

const KIND = 'home.blind'

/** home.blind: no meter of the home is heard, so nobody would notice. Clears with the first. Returns when it is due. */
export function settleHomeBlind(turn: Turn): EpochMs | null {
  const open = openFinding(turn.home, KIND)
  if (!turn.context.settings[KIND].enabled) {
    if (open !== undefined) clear(turn, open, SWITCHED_OFF)
    return null
  }
  const blindAt = blindFrom(turn)
  const isBlind = blindAt !== null && blindAt <= turn.now
  if (open !== undefined && !isBlind)
    clear(
      turn,
      open,
      blindAt === null ? NO_DEVICE : turn.home.devices.some(isMeter) ? SEEN_AGAIN : HEARD_AGAIN,
    )
  if (isBlind && open === undefined) tell(turn, watching(turn.home.devices))
  return isBlind ? null : blindAt
}

/** When the last of the devices that watch will be lost, if none is heard; null where there is none. */
function blindFrom(turn: Turn): EpochMs | null {
  const { devices } = turn.home
  const metered = devices.some(isMeter)
  let last: EpochMs | null = null
  for (const device of devices)
    if (!metered || isMeter(device)) last = Math.max(last ?? 0, lostAt(turn, device))
  return last
}

const isMeter = (device: DeviceState): boolean => device.kind === 'water' || device.kind === 'electricity'

/** The meters; in a home without one, whatever stands there. */
function watching(devices: readonly DeviceState[]): readonly DeviceState[] {
  const meters = devices.filter(isMeter)
  return meters.length > 0 ? meters : devices
}

function lostAt(turn: Turn, device: DeviceState): EpochMs {
  if (device.heardAt === null) return neverHeardAt(turn, device)
  const { [KIND]: rule, 'inactivity.personal': personal } = turn.context.settings
  // Its silence may be somebody who does not act any more, who is waited for no longer than that.
  if (speaksOnUseOnly(device)) return device.heardAt + Math.max(rule.hours, personal.capHours) * HOUR_MS
  const { hours } = rule
  return Math.max(silentAt(turn, device, device.heardAt), device.heardAt + hours * HOUR_MS)
}

function tell(turn: Turn, eyes: readonly DeviceState[]): void {
  const heardAt = Math.max(...eyes.map((device) => device.heardAt ?? 0))
  const since = heardAt > 0 ? heardAt : Math.max(...eyes.map((device) => device.since ?? turn.now))
  const onUseOnly = eyes.some(speaksOnUseOnly)
  const evidence = blindEvidence(turn, eyes, since, heardAt > 0)
  raise(turn, {
    kind: KIND,
    severity: onUseOnly ? 'P2' : 'P3',
    since,
    evidence: onUseOnly
      ? {
          data: { ...evidence.data, speaksOnUseOnly: true },
          sentence: sentenceOf(evidence.sentence, SPEAKS_ON_USE),
        }
      : evidence,
  })
}

function blindEvidence(turn: Turn, eyes: readonly DeviceState[], since: EpochMs, heard: boolean): Evidence {
  const time = clockTime(turn.home.zone, since, turn.now)
  const hears = turn.home.devices.filter((device) => !eyes.includes(device)).map((device) => device.id)
  return {
    data: {
      since: iso(since),
      everHeard: heard,
      lost: eyes.map((device) => device.id),
      others: hears,
    },
    sentence: !eyes.some(isMeter)
      ? withoutMeter(heard ? time : null)
      : heard
        ? {
            zh: `${time.zh}起水表电表均无上报，该户无人看护`,
            en: `No meter heard since ${time.en}: this home is not watched`,
          }
        : {
            zh: '该户水表电表从未上报，尚无人看护',
            en: 'No meter was ever heard: this home is not watched yet',
          },
  }
}

/** A home of a smoke detector alone: nobody watched for inactivity before, and now nobody would hear of a fire. */
const withoutMeter = (heardLast: Sentence | null): Sentence =>
  heardLast === null
    ? {
        zh: '该户设备从未上报，且无水表电表，尚无人看护',
        en: 'No device was ever heard, and there is no meter: this home is not watched yet',
      }
    : {
        zh: `${heardLast.zh}起设备均无上报，且无水表电表，该户无人看护`,
        en: `No device heard since ${heardLast.en}, and there is no meter: this home is not watched`,
      }

/** Why nobody can tell whether such a meter is lost or nobody acts. */
export const SPEAKS_ON_USE: Sentence = {
  zh: '该水表只在用水时上报，平时无心跳：静默可能是失联，也可能是无人活动，请上门或致电核实',
  en: 'this meter reports only when water runs: it may be lost, or nobody acts; call or visit',
}

const SEEN_AGAIN = {
  data: { reason: 'heard' },
  sentence: { zh: '已恢复上报，重新看护', en: 'A meter is heard again: the home is watched' },
}
const HEARD_AGAIN = {
  data: { reason: 'heard' },
  sentence: { zh: '设备已恢复上报，该户无水表电表', en: 'A device is heard again; this home has no meter' },
}
const NO_DEVICE = {
  data: { reason: 'no_device' },
  sentence: { zh: '该户已无设备', en: 'No device stands in this home any more' },
}
