import type { Duplex } from 'node:stream'
import { UNACCEPTABLE_LEVEL } from './connect-packet.ts'
import { InFlight } from './in-flight.ts'
import type { BrokerLimits } from './limits.ts'
import type { HeldBytes, InFlightBytes } from './memory.ts'
import { OutgoingSide } from './outgoing.ts'
import { checkBody, checkFirstByte, type Header, headerAt, PacketType } from './packets.ts'
import { copyOf, Pieces } from './pieces.ts'
import { Violation, type ViolationReason } from './violations.ts'

/** Packets that pass before they are paid for: 64 KB may hold 16,000 of them, each with its work. */
const MAX_AT_ONCE = 256

export interface Inspection {
  limits: BrokerLimits
  held: HeldBytes
  inFlight: InFlightBytes
  /** A whole and well-formed CONNECT has come: whoever reads from now on finds it. */
  onConnect(): void
  onViolation(reason: ViolationReason): void
  /** So much was taken, in bytes or what is as much work: how long the next has to wait, 0 for not at all. */
  charge(bytes: number): number
}

/**
 * Stands between a socket and Aedes and lets through whole packets that are as the standard says, and nothing else:
 * - the first fault ends the connection; what came in front of it counts, and of what follows nothing is read;
 * - a packet above the limit of the moment is cut at its header, one that does not become whole after its time;
 * - what follows CONNECT waits until CONNECT has been answered, however much of it there is;
 * - what follows SUBSCRIBE waits until that has been answered: a few bytes may ask for thousands of retained messages;
 * - PUBLISH packets are out up to the bounds for this connection and for all together (`settled` takes one back);
 * - DISCONNECT and the end of the stream wait until all of those have settled. A device that sends and hangs up, even
 *   with a reset, is heard out: what it managed to send counts.
 */
export class InspectedConnection extends OutgoingSide {
  readonly #source: Duplex
  readonly #inspection: Inspection
  #packetBytes: number
  #phase: 'awaiting_connect' | 'connecting' | 'connected' | 'disconnecting' = 'awaiting_connect'
  #timer: NodeJS.Timeout | null = null
  /** What has come and not passed: an incomplete packet, of which `#wantedBytes` are needed, or those that must wait. */
  readonly #held = new Pieces()
  #wantedBytes = 1
  #blocked = false
  #throttle: NodeJS.Timeout | null = null
  #passedPackets = 0
  /** Reads that have not been paid for. */
  #reads = 0
  #subscribing = false
  #reading = true
  readonly #inFlight: InFlight
  #stopped = false
  #fault: Violation | null = null
  #ended = false
  #endSent = false

  constructor(source: Duplex, inspection: Inspection) {
    super(source)
    this.#source = source
    this.#inspection = inspection
    this.#packetBytes = inspection.limits.connectBytes
    this.#inFlight = new InFlight(inspection.limits, inspection.inFlight, this.#unblock)
    this.#startTimer(inspection.limits.connectMs, 'connect_timeout')
    source.on('data', (chunk: Buffer) => this.#take(chunk))
    source.on('end', () => this.#sourceEnded())
    source.on('close', () => this.#sourceEnded())
  }

  /** CONNECT has been answered with yes: from here on packets may be this large. */
  admit(packetBytes: number): void {
    this.#packetBytes = packetBytes
    this.#phase = 'connected'
    // What its sender owes from other connections is paid first.
    this.#charge(0)
    this.#unblock()
  }

  /** One PUBLISH has been dealt with and answered. */
  settled(): void {
    if (this.#inFlight.settle()) this.#unblock()
  }

  /** A SUBSCRIBE has been answered; to do so is as much work as so many bytes. */
  subscribed(bytes: number): void {
    this.#subscribing = false
    this.#charge(bytes)
    this.#unblock()
  }

  /** Lets nothing more in, for a broker that is closing. */
  stop(): void {
    this.#stopped = true
    this.#stopTimer()
    this.#source.pause()
  }

  /** Called when all together hold too much, and this connection the most of it. */
  crowdOut(): void {
    this.#fail('crowded_out')
  }

  #take(chunk: Buffer): void {
    if (this.#fault !== null || this.#phase === 'disconnecting') return
    this.#reads += 1
    if (this.#held.add(chunk)) this.#charge(0)
    this.#forward()
  }

  #sourceEnded(): void {
    this.#ended = true
    this.#forward()
  }

  readonly #unblock = (): void => {
    this.#blocked = false
    if (this.#held.bytes > 0 || this.#ended) this.#forward()
  }

  #forward(): void {
    while (this.#passSome());
    this.#regulate()
    this.#forwardEnd()
  }

  /** True when there may be more that could pass right now. */
  #passSome(): boolean {
    const mayPass = !this.#waiting && !this.#stopped && !this.destroyed
    if (!mayPass || this.#held.bytes < this.#wantedBytes || this.#fault !== null) return false
    const bytes = this.#held.whole()
    const isConnect = this.#phase === 'awaiting_connect'
    const passing = this.#inspect(bytes)
    this.#keep(bytes, passing)
    if (passing === 0) return false
    this.#stopTimer()
    const whole = bytes.subarray(0, passing)
    // A will lives as long as its connection: it must not hold on to all that came along with it.
    this.#reading = this.push(isConnect ? copyOf(whole) : whole)
    if (isConnect) this.#inspection.onConnect()
    else this.#charge(passing + this.#passedPackets * this.#inspection.limits.packetCostBytes)
    return this.#passedPackets === MAX_AT_ONCE
  }

  /** Nothing may pass for now, whatever has come. */
  get #waiting(): boolean {
    return this.#blocked || this.#throttle !== null || !this.#reading
  }

  /** Whoever sends more than its share is read no faster than that. */
  #charge(bytes: number): void {
    const reads = this.#reads
    this.#reads = 0
    const waitMs = this.#inspection.charge(bytes + reads * this.#inspection.limits.readCostBytes)
    if (waitMs === 0 || this.destroyed) return
    if (this.#throttle !== null) clearTimeout(this.#throttle)
    this.#throttle = setTimeout(() => {
      this.#throttle = null
      this.#forward()
    }, waitMs)
  }

  /** Keeps what did not pass: an incomplete packet as a copy, for it may wait long in a chunk that is far larger. */
  #keep(bytes: Buffer, passed: number): void {
    const meaningless = this.#fault !== null || this.#phase === 'disconnecting'
    const rest = bytes.subarray(meaningless ? bytes.length : passed)
    const isIncomplete = !this.#blocked && passed > 0 && this.#passedPackets < MAX_AT_ONCE
    this.#held.keep(isIncomplete ? copyOf(rest) : rest)
  }

  /** Stops and goes on reading, and counts what is held. */
  #regulate(): void {
    const { limits, held } = this.#inspection
    held.set(this, this.#held.bytes)
    if (this.#fault !== null || this.#stopped || this.destroyed) return
    const isFull = this.#waiting && this.#held.bytes > limits.heldBytes
    if (isFull || this.#throttle !== null) this.#source.pause()
    else if (this.#source.isPaused()) this.#source.resume()
    if (this.#phase === 'awaiting_connect') return
    if (this.#held.bytes === 0 || this.#waiting) this.#stopTimer()
    else if (this.#timer === null) this.#startTimer(limits.packetMs, 'packet_timeout')
  }

  #forwardEnd(): void {
    if (!this.#ended || this.#endSent || this.destroyed) return
    // What is left of a packet that was cut off never becomes whole; but whole packets that still wait go first.
    if (this.#phase === 'connecting' || this.#inFlight.count > 0) return
    if (this.#fault === null && this.#held.bytes > 0 && this.#waiting) return
    this.#endSent = true
    // The last answer is written in this turn and leaves in the next.
    setImmediate(() => {
      if (this.destroyed) return
      if (this.#fault !== null) this.destroy(this.#fault)
      else if (this.#phase === 'awaiting_connect') this.destroy()
      else this.push(null)
    })
  }

  /** How many bytes, all of them whole packets, may pass now. What follows them is incomplete, must wait, or is a fault. */
  #inspect(bytes: Buffer): number {
    let at = 0
    this.#wantedBytes = 1
    this.#passedPackets = 0
    while (at < bytes.length && this.#phase !== 'disconnecting' && this.#passedPackets < MAX_AT_ONCE) {
      if (this.#phase === 'connecting' || this.#subscribing) {
        this.#blocked = true
        break
      }
      const header = this.#headerAt(bytes, at)
      if (header === null || this.#fault !== null) break
      if (header.end > bytes.length) {
        this.#wantedBytes = header.end - at
        break
      }
      if (!this.#mayPass(header, header.end - at)) {
        this.#blocked = true
        break
      }
      const fault = checkBody(bytes, header, this.#inspection.limits)
      if (fault !== null) {
        this.#fail(fault)
        break
      }
      this.#passes(header.type, header.end - at)
      at = header.end
    }
    return at
  }

  /** Null when it is not whole yet, or a fault. */
  #headerAt(bytes: Buffer, at: number): Header | null {
    const first = bytes[at] as number
    const isConnect = first >> 4 === PacketType.connect
    if (isConnect !== (this.#phase === 'awaiting_connect')) {
      return this.#fail(isConnect ? 'second_connect' : 'not_connect')
    }
    const fault = checkFirstByte(first)
    if (fault !== null) return this.#fail(fault)
    const header = headerAt(bytes, at)
    if (header === 'malformed_length') return this.#fail(header)
    if (header === null) {
      this.#wantedBytes = bytes.length - at + 1
      return null
    }
    return header.end - header.bodyAt > this.#packetBytes ? this.#fail('packet_too_large') : header
  }

  #mayPass({ type }: Header, length: number): boolean {
    if (type === PacketType.disconnect) return this.#inFlight.count === 0
    return type !== PacketType.publish || this.#inFlight.mayPass(length)
  }

  #passes(type: number, length: number): void {
    this.#passedPackets += 1
    if (type === PacketType.publish) {
      this.#inFlight.add(length)
    } else if (type === PacketType.subscribe) {
      this.#subscribing = true
    } else if (type === PacketType.connect) {
      this.#phase = 'connecting'
      this.#stopTimer()
    } else if (type === PacketType.disconnect) {
      // Whatever follows it has no meaning (3.14.4).
      this.#phase = 'disconnecting'
    }
  }

  /** What came before counts; after it there is nothing to be read. */
  #fail(reason: ViolationReason): null {
    if (this.#fault !== null) return null
    this.#fault = new Violation(reason)
    this.#inspection.onViolation(reason)
    this.#stopTimer()
    this.#drop()
    this.#source.pause()
    if (reason === 'protocol_level') this.write(UNACCEPTABLE_LEVEL)
    this.#ended = true
    if (reason.endsWith('_timeout') || reason === 'crowded_out') this.#forwardEnd()
    return null
  }

  #drop(): void {
    this.#held.drop()
    this.#inspection.held.set(this, 0)
  }

  #startTimer(ms: number, reason: 'connect_timeout' | 'packet_timeout'): void {
    this.#timer = setTimeout(() => this.#fail(reason), ms)
  }

  #stopTimer(): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
  }

  override _read(): void {
    this.#reading = true
    if (this.#held.bytes > 0) this.#forward()
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#stopTimer()
    if (this.#throttle !== null) clearTimeout(this.#throttle)
    this.#drop()
    this.#inFlight.forget()
    super._destroy(error, done)
  }

  /** For a connection that is gone, when none of its messages waits for `accept` any more. */
  releaseInFlight(): void {
    this.#inFlight.release()
  }
}
