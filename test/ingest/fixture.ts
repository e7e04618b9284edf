import { DeviceId, GatewayId, HomeId } from '../../contracts/ids.ts'
import type { Decoded, Message, Principal } from '../../contracts/message.ts'
import type { DeviceKind } from '../../contracts/reading.ts'
import type { Meters } from '../../contracts/telemetry.ts'
import { type DecodeContext, type Decoder, noContext, Packet } from '../../ingest/decoder.ts'
import type { DeviceDirectory, KnownDevice } from '../../ingest/ingest.ts'

export const NOW = Date.parse('2026-11-21T12:00:00Z')

/** A message as bytes; anything but text or bytes is written as JSON. */
export function message(topic: string, payload: unknown, more: Partial<Message> = {}): Message {
  const bytes =
    payload instanceof Uint8Array
      ? payload
      : Buffer.from(typeof payload === 'string' ? payload : JSON.stringify(payload))
  return { topic, payload: bytes, receivedAt: NOW, retained: false, ...more }
}

export function decode(
  decoder: Decoder,
  topic: string,
  payload: unknown,
  context: Partial<DecodeContext> = {},
): Decoded {
  return decoder.decode(new Packet(message(topic, payload)), { ...noContext, ...context })
}

export const asDevice = (id: string): Principal => ({ type: 'device', deviceId: DeviceId.parse(id) })
export const asGateway = (id: string, ...topics: string[]): Principal => ({
  type: 'gateway',
  gatewayId: GatewayId.parse(id),
  topics,
})

/** A small registry. Every device stands in home `old` until `movedAt`, in `new` from then on. */
export function directory(
  devices: Record<string, DeviceKind | 'disabled'>,
  behind: Record<string, string> = {},
  movedAt = 0,
): DeviceDirectory {
  const device = (id: string): KnownDevice | null => {
    if (!Object.hasOwn(devices, id)) return null
    const kind = devices[id]
    return kind === 'disabled' || kind === undefined
      ? { id: DeviceId.parse(id), kind: 'other', enabled: false }
      : { id: DeviceId.parse(id), kind, enabled: true }
  }
  return {
    device,
    behind: (gatewayId, sourceId) => {
      const key = `${gatewayId} ${sourceId}`
      return Object.hasOwn(behind, key) ? device(behind[key] ?? '') : null
    },
    mappingOf: () => null,
    homeAt: (_, at) => HomeId.parse(at < movedAt ? 'old' : 'new'),
  }
}

/** Meters that remember what was counted, as `name{labels}`. */
export function counting(): Meters & { counts: Map<string, number> } {
  const counts = new Map<string, number>()
  return {
    counts,
    count(name, labels = {}, by = 1) {
      const key = `${name}${JSON.stringify(labels)}`
      counts.set(key, (counts.get(key) ?? 0) + by)
    },
    gauge() {},
    observe() {},
  }
}
