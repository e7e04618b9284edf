import type { DeviceAct } from '../../contracts/device-command.ts'
import type { DeviceKind, Values } from '../../contracts/reading.ts'
import { alink } from './alink.ts'
import { chirpstack } from './chirpstack.ts'
import type { CommandFamily } from './family.ts'
import { huaweiIotda } from './huawei-iotda.ts'
import { native } from './native.ts'
import { onenet } from './onenet.ts'
import { shellyGen2 } from './shelly-gen2.ts'
import { tasmota } from './tasmota.ts'
import { thingsStack } from './things-stack.ts'
import { thingsboard } from './thingsboard.ts'
import { tuyaLink } from './tuyalink.ts'
import { zigbee2mqtt } from './zigbee2mqtt.ts'

/** Every family that takes commands; each is one file and one line. All others cannot. */
const FAMILIES: readonly CommandFamily[] = [
  native,
  zigbee2mqtt,
  shellyGen2,
  tasmota,
  chirpstack,
  thingsStack,
  alink,
  onenet,
  huaweiIotda,
  tuyaLink,
  thingsboard,
]

export const commandFamilies: ReadonlyMap<string, CommandFamily> = new Map(
  FAMILIES.map((family) => [family.name, family]),
)

/** Why a device of this kind is not asked that, whatever its family could; null: it may be. */
export function kindRefuses(act: DeviceAct['type'], kind: DeviceKind): string | null {
  if ((act === 'hush' || act === 'self_test') && kind !== 'smoke') return 'only a smoke detector takes that'
  if (act === 'valve' && kind !== 'water') return 'only a water meter has a valve'
  return null
}

/** Whether a device that reports this has done what it was asked. */
export function isDone(act: DeviceAct, values: Values): boolean {
  if (act.type === 'valve') return values['valve_open'] === act.open
  if (act.type === 'set_interval') return values['report_interval_s'] === act.seconds
  if (act.type === 'hush') return values['muted'] === true
  return values['smoke_test'] === true
}
