import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'

/** Somebody has come, by whichever way. */
export interface Arrival {
  /** Its MQTT, in both directions. */
  stream: Duplex
  socket: Socket
  /** Who its client certificate says that it is; null when it has shown none. */
  certifiedId: string | null
  /** It was let in, and its packets may be this large from now on. */
  admitted(packetBytes: number): void
}

/** A path that dies without a word is noticed by the kernel, whatever keep-alive the device asked for. */
export const TCP_KEEP_ALIVE_MS = 60_000
