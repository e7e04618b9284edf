import type { DeviceAct } from '../../contracts/device-command.ts'

/** One downlink: bytes where the product's form is known, otherwise what the site's own codec makes bytes of. */
export type LorawanDownlink =
  | { port: number; bytes: Buffer }
  | { port: number; object: Record<string, unknown> }
  | { cannot: string }

/** Products whose `ff 03` sets the interval in seconds, little-endian, on port 85 (Milesight's user guides). */
const MILESIGHT = /^(EM300|EM310|EM500|WS52)/i
const MILESIGHT_PORT = 85
const MILESIGHT_MAX_S = 64_800
const OWN_PORT = 10

/** Which product it is says the model of its registration. */
export function lorawanDownlink(act: DeviceAct, model: string): LorawanDownlink {
  const { type, ...how } = act
  if (!MILESIGHT.test(model)) return { port: OWN_PORT, object: { command: type, ...how } }
  if (act.type !== 'set_interval') return { cannot: 'this product takes an interval alone' }
  if (act.seconds > MILESIGHT_MAX_S) return { cannot: `at most ${MILESIGHT_MAX_S} seconds` }
  const bytes = Buffer.from([0xff, 0x03, 0, 0])
  bytes.writeUInt16LE(act.seconds, 2)
  return { port: MILESIGHT_PORT, bytes }
}
