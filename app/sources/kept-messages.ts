import { DeviceId, GatewayId } from '../../contracts/ids.ts'
import type { JournalBody } from '../../contracts/journal.ts'
import type { KeptMessages } from '../../contracts/kept-message.ts'
import type { Message, Principal } from '../../contracts/message.ts'
import type { QuarantineItem } from '../../contracts/quarantine.ts'
import type { Meters } from '../../contracts/telemetry.ts'
import type { Clock } from '../../contracts/time.ts'
import type { Ingest } from '../../ingest/ingest.ts'
import type { Journal } from '../../store/journal.ts'
import type { QuarantineTable } from '../../store/state/quarantine.ts'

/** Read and journaled together: their payloads are in memory meanwhile. */
const BATCH = 50

export interface KeptMessageOptions {
  quarantine: QuarantineTable
  journal: Journal
  ingest: Ingest
  /** Topics under which a gateway may speak; null when it is not registered. */
  topicsOf(gatewayId: GatewayId): readonly string[] | null
  civil: Clock
  meters: Meters
}

/**
 * Decodes what was kept once its device is registered or mapped. It takes the ordinary way through the journal with its
 * first `receivedAt`, so rules and charts take it for what it is: late. Journaled first and marked then: after a crash in
 * between it comes again under the same keys and changes nothing.
 */
export function openKeptMessages(options: KeptMessageOptions): KeptMessages {
  const { quarantine, journal, ingest, civil, meters } = options
  const principalOf = (key: string): Principal => {
    const id = key.slice(key.indexOf(':') + 1)
    if (key.startsWith('device:')) return { type: 'device', deviceId: DeviceId.parse(id) }
    const gatewayId = GatewayId.parse(id)
    return { type: 'gateway', gatewayId, topics: options.topicsOf(gatewayId) ?? [] }
  }

  const decodeBatch = async (items: readonly QuarantineItem[], only: ReadonlySet<DeviceId>) => {
    const bodies: JournalBody[] = []
    const done: number[] = []
    for (const item of items) {
      const message = messageOf(item)
      if (message === null) continue
      const { readings, quarantined } = ingest.takeKept(principalOf(item.principal), message, only)
      // A message that still asks waits whole: its parts would come once more with every answer.
      const stillAsks = quarantined.some(
        ({ code, sourceId }) =>
          code === item.code && (item.sourceId === null || sourceId === null || sourceId === item.sourceId),
      )
      if (readings.length === 0 || stillAsks) continue
      bodies.push(...readings.map((group) => ({ type: 'readings' as const, ...group })))
      done.push(item.id)
    }
    const now = civil.now()
    if (bodies.length > 0) await journal.append(bodies, now)
    if (done.length > 0) await quarantine.markDecoded(done, now)
    return done.length
  }

  const decodeOf = async (source: { principal: string; sourceId: string | null }, only: Set<DeviceId>) => {
    let decoded = 0
    for (let after = 0; ; ) {
      const items = await quarantine.waiting(source, after, BATCH)
      decoded += await decodeBatch(items, only)
      const last = items.at(-1)
      if (last === undefined || items.length < BATCH) return decoded
      after = last.id
    }
  }

  return {
    preview(item, proposed) {
      const message = messageOf(item)
      return message === null ? null : ingest.preview(principalOf(item.principal), message, proposed)
    },
    async decode(devices) {
      const sources = new Map<string, { source: Parameters<typeof decodeOf>[0]; only: Set<DeviceId> }>()
      const add = (principal: string, sourceId: string | null, id: DeviceId) => {
        const key = JSON.stringify([principal, sourceId])
        const known = sources.get(key) ?? { source: { principal, sourceId }, only: new Set() }
        sources.set(key, { ...known, only: known.only.add(id) })
      }
      for (const { id, gatewayId, sourceId } of devices) {
        const principal = gatewayId === null ? `device:${id}` : `gateway:${gatewayId}`
        add(principal, gatewayId === null ? id : sourceId, id)
        add(principal, null, id)
      }
      let decoded = 0
      for (const { source, only } of sources.values()) decoded += await decodeOf(source, only)
      if (decoded > 0) meters.count('quarantine_decoded_total', {}, decoded)
      return decoded
    },
  }
}

/** Null when only its beginning was kept. */
function messageOf({ topic, payload, sizeBytes, receivedAt }: QuarantineItem): Message | null {
  const bytes = Buffer.from(payload, 'base64')
  return bytes.length < sizeBytes ? null : { topic, payload: bytes, receivedAt, retained: false }
}
