import { Duplex } from 'node:stream'
import type { BrokerLimits } from './limits.ts'

const CONNECT = 1
const PUBLISH = 3
const DISCONNECT = 14
const MAX_LENGTH_DIGITS = 4
/** After our last word the other side gets this long to read it before the socket is torn down. */
const LINGER_MS = 1_000

export type ViolationReason = 'packet_too_large' | 'not_connect' | 'malformed_length'

/** The client broke a rule that is held in front of the parser. */
export class Violation extends Error {
  readonly reason: ViolationReason

  constructor(reason: ViolationReason) {
    super(reason)
    this.name = 'Violation'
    this.reason = reason
  }
}

/**
 * Stands between a socket and Aedes, reads only the fixed header of each packet, and decides when its bytes pass on:
 * - a packet above the limit of the moment ends the connection before its body is read;
 * - what follows CONNECT waits until CONNECT has been answered, however much of it there is;
 * - at most `inFlightPerClient` PUBLISH packets are out at a time (`settled` takes one back);
 * - DISCONNECT and the end of the stream wait until all of those have settled. A device that sends and hangs up, even
 *   with a reset, is heard out: what it managed to send counts.
 */
export class InspectedConnection extends Duplex {
  readonly #source: Duplex
  readonly #limits: BrokerLimits
  #packetBytes: number
  #phase: 'awaiting_connect' | 'connecting' | 'connected' = 'awaiting_connect'
  #held: Buffer[] = []
  #heldBytes = 0
  #reading = true
  #inFlight = 0
  #stopped = false
  #fault: Violation | null = null
  #ended = false
  #sourceGone = false
  #endSent = false
  /** The packet that is passing: its type, how much of its body is to come, and its length while that is being read. */
  #type = 0
  #length = 0
  #lengthDigits = -1
  #bodyBytes = 0

  constructor(source: Duplex, limits: BrokerLimits) {
    super({ allowHalfOpen: true })
    this.#source = source
    this.#limits = limits
    this.#packetBytes = limits.connectBytes
    source.on('data', (chunk: Buffer) => this.#take(chunk))
    source.on('end', () => this.#sourceEnded())
    source.on('error', () => {
      this.#sourceGone = true
    })
    source.on('close', () => {
      this.#sourceGone = true
      this.#sourceEnded()
    })
  }

  /** CONNECT has been answered with yes: from here on packets may be this large. */
  admit(packetBytes: number): void {
    this.#packetBytes = packetBytes
    this.#phase = 'connected'
    this.#forward()
  }

  /** One PUBLISH has been dealt with and answered. */
  settled(): void {
    this.#inFlight -= 1
    if (this.#held.length > 0 || this.#ended) this.#forward()
  }

  /** Lets nothing more in, for a broker that is closing. */
  stop(): void {
    this.#stopped = true
    this.#source.pause()
  }

  #take(chunk: Buffer): void {
    if (this.#fault !== null) return
    this.#held.push(chunk)
    this.#heldBytes += chunk.length
    this.#forward()
  }

  #sourceEnded(): void {
    this.#ended = true
    this.#forward()
  }

  #forward(): void {
    while (this.#held.length > 0 && this.#reading && !this.#stopped && !this.destroyed) {
      const chunk = this.#held[0] as Buffer
      const length = this.#inspect(chunk)
      if (length === chunk.length || this.#fault !== null) this.#held.shift()
      else this.#held[0] = chunk.subarray(length)
      this.#heldBytes -= length
      if (length > 0) this.#reading = this.push(chunk.subarray(0, length))
      if (this.#fault !== null) this.#dropRest()
      else if (length < chunk.length) break
    }
    if (this.#heldBytes > this.#limits.heldBytes) this.#source.pause()
    else if (!this.#stopped && this.#fault === null && this.#source.isPaused()) this.#source.resume()
    this.#forwardEnd()
  }

  #forwardEnd(): void {
    if (!this.#ended || this.#endSent || this.destroyed) return
    // What is left of a packet that was cut off never becomes whole; but whole packets that still wait go first.
    if (this.#phase === 'connecting' || this.#held.length > 0 || this.#inFlight > 0) return
    this.#endSent = true
    // The last answer is written in this turn and leaves in the next.
    setImmediate(() => {
      if (this.#fault !== null) this.destroy(this.#fault)
      else if (!this.destroyed) this.push(null)
    })
  }

  /** What came before the faulty packet has passed and counts; after it there is nothing to be read. */
  #dropRest(): void {
    this.#held = []
    this.#heldBytes = 0
    this.#ended = true
    this.#source.pause()
  }

  /** How many bytes of the chunk may pass now; sets `#fault` when what follows them may never. */
  #inspect(chunk: Buffer): number {
    let at = 0
    let packetAt = 0
    while (at < chunk.length) {
      if (this.#bodyBytes > 0) {
        const step = Math.min(this.#bodyBytes, chunk.length - at)
        at += step
        this.#bodyBytes -= step
        if (this.#bodyBytes === 0) this.#packetPassed()
        continue
      }
      const byte = chunk[at] as number
      if (this.#lengthDigits < 0) {
        packetAt = at
        if (!this.#mayStart(byte >> 4)) return at
        this.#type = byte >> 4
        this.#length = 0
        this.#lengthDigits = 0
      } else {
        this.#lengthDigit(byte)
        if (this.#fault !== null) return packetAt
      }
      at += 1
    }
    return at
  }

  #mayStart(type: number): boolean {
    if (this.#phase === 'awaiting_connect') {
      if (type !== CONNECT) this.#fault = new Violation('not_connect')
      return type === CONNECT
    }
    if (this.#phase === 'connecting') return false
    if (type === PUBLISH) return this.#inFlight < this.#limits.inFlightPerClient
    if (type === DISCONNECT) return this.#inFlight === 0
    return true
  }

  #lengthDigit(byte: number): void {
    this.#length += (byte & 0x7f) * 128 ** this.#lengthDigits
    this.#lengthDigits += 1
    if (byte >= 0x80) {
      if (this.#lengthDigits === MAX_LENGTH_DIGITS) this.#fault = new Violation('malformed_length')
      return
    }
    if (this.#length > this.#packetBytes) {
      this.#fault = new Violation('packet_too_large')
      return
    }
    this.#lengthDigits = -1
    this.#bodyBytes = this.#length
    if (this.#bodyBytes === 0) this.#packetPassed()
  }

  #packetPassed(): void {
    if (this.#type === PUBLISH) this.#inFlight += 1
    if (this.#type === CONNECT && this.#phase === 'awaiting_connect') this.#phase = 'connecting'
  }

  override _read(): void {
    this.#reading = true
    if (this.#held.length > 0) this.#forward()
  }

  /** mqtt-packet writes a packet in many small pieces: they leave as one segment, and as one WebSocket frame. */
  override _writev(pieces: { chunk: Buffer }[], done: (error?: Error | null) => void): void {
    if (this.#sourceGone || !this.#source.writable) return done()
    const bytes =
      pieces.length === 1 ? (pieces[0] as { chunk: Buffer }).chunk : Buffer.concat(pieces.map((p) => p.chunk))
    if (this.#source.write(bytes)) return done()
    const goOn = () => {
      this.#source.off('drain', goOn)
      this.#source.off('close', goOn)
      done()
    }
    this.#source.on('drain', goOn)
    this.#source.on('close', goOn)
  }

  /**
   * Lets the last bytes out first, whoever ends the connection: a socket closed on unread input would send a reset that
   * overtakes them, and the client would never learn that it was refused, or which of its messages were kept.
   */
  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#held = []
    const source = this.#source
    if (!source.destroyed) {
      const timer = setTimeout(() => source.destroy(), LINGER_MS)
      source.once('close', () => clearTimeout(timer))
      source.removeAllListeners('data')
      source.once('end', () => source.destroy())
      source.end()
      source.resume()
      if (source.readableEnded) source.once('finish', () => source.destroy())
    }
    done(error)
  }
}
