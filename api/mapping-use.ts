import { DeviceId, GatewayId } from '../contracts/ids.ts'
import {
  type MappingSubject,
  mappingKey,
  mappingSubjectsOf,
  type SourceMapping,
} from '../contracts/mapping.ts'
import type { Device } from '../contracts/registry.ts'
import { DAY_MS, type EpochMs } from '../contracts/time.ts'
import type { StateStore } from '../store/state.ts'

/** What a mapping does, or what waits for one that nobody has said yet. */
export interface MappingUse {
  subject: MappingSubject
  /** Null: nobody has said it. */
  mapping: SourceMapping | null
  devices: number
  /** Heard of these devices in the last seven days. */
  heard7Days: number
  /** Kept messages that still ask, and those that were decoded since. */
  waiting: number
  decoded: number
}

type Tables = Pick<StateStore, 'mappings' | 'devices' | 'health' | 'quarantine'>
const DAYS = 7
const PART = 500

/** All mappings, the one for which most messages wait first; then those that are asked for and missing. */
export async function mappingsInUse(state: Tables, now: EpochMs): Promise<MappingUse[]> {
  const devices = await state.devices.all()
  const uses = new Map<string, MappingUse>()
  const useOf = (subject: MappingSubject, mapping: SourceMapping | null): MappingUse => {
    const key = mappingKey(subject)
    const known = uses.get(key) ?? { ...NOTHING, subject, mapping }
    uses.set(key, known)
    return known
  }
  for (const { subject, mapping } of await state.mappings.all()) useOf(subject, mapping)
  const saidOf = (device: Device): MappingUse[] =>
    mappingSubjectsOf(device).flatMap((subject) => uses.get(mappingKey(subject)) ?? [])
  const asked = await askedBy(state, devices)
  for (const device of devices)
    if (saidOf(device).length === 0 && (asked.get(device.id)?.waiting ?? 0) > 0) useOf(wholeOf(device), null)
  const heard = await heardSince(state, devices, Math.floor(now / DAY_MS) - DAYS)
  for (const device of devices)
    for (const use of saidOf(device)) {
      use.devices++
      use.heard7Days += heard.get(device.id) ?? 0
      use.waiting += asked.get(device.id)?.waiting ?? 0
      use.decoded += asked.get(device.id)?.decoded ?? 0
    }
  return [...uses.values()].sort((a, b) => b.waiting - a.waiting || b.devices - a.devices)
}

const NOTHING = { devices: 0, heard7Days: 0, waiting: 0, decoded: 0 }

/** Whom a mapping is best said of: what is true of one meter is, as a rule, true of its model. */
const wholeOf = ({ id, model, gatewayId }: Device): MappingSubject =>
  model === '' ? { type: 'device', deviceId: id } : { type: 'model', gatewayId, model }

async function askedBy(
  state: Tables,
  devices: readonly Device[],
): Promise<Map<DeviceId, { waiting: number; decoded: number }>> {
  const behind = new Map(
    devices.flatMap(({ id, gatewayId, sourceId }) =>
      gatewayId === null ? [] : [[JSON.stringify([gatewayId, sourceId]), id] as const],
    ),
  )
  const asked = new Map<DeviceId, { waiting: number; decoded: number }>()
  for (const { principal, sourceId, waiting, decoded } of await state.quarantine.askedForMapping()) {
    const name = principal.slice(principal.indexOf(':') + 1)
    const id = principal.startsWith('device:')
      ? DeviceId.parse(name)
      : behind.get(JSON.stringify([GatewayId.parse(name), sourceId]))
    if (id === undefined) continue
    const known = asked.get(id) ?? { waiting: 0, decoded: 0 }
    asked.set(id, { waiting: known.waiting + waiting, decoded: known.decoded + decoded })
  }
  return asked
}

async function heardSince(
  state: Tables,
  devices: readonly Device[],
  fromDay: number,
): Promise<Map<DeviceId, number>> {
  const heard = new Map<DeviceId, number>()
  for (let from = 0; from < devices.length; from += PART) {
    const ids = devices.slice(from, from + PART).map(({ id }) => id)
    for (const { deviceId, perDay = [] } of await state.health.of(ids))
      heard.set(
        deviceId,
        perDay.reduce((sum, [day, count]) => (day > fromDay ? sum + count : sum), 0),
      )
  }
  return heard
}
