import type { Server, Socket } from 'node:net'
import { Transform } from 'node:stream'
import { Refusal } from '../contracts/errors.ts'
import { networkOf } from '../contracts/network.ts'
import { SECOND_MS } from '../contracts/time.ts'
import type { Api } from './options.ts'

/** What those who have not signed in, or have yet to say a word, may make the service hold. */
export interface StrangerLimits {
  /** Until a request has come whole: 2 MB over a poor line. */
  requestMs: number
  headersMs: number
  connections: number
  /** Where no proxy is trusted, since behind one all have its address. */
  connectionsPerAddress: number
  /** Of bodies on their way, from those who have not signed in: only a whole one proves whose it is. */
  bodyBytes: number
  bodyBytesPerAddress: number
}

const MIB = 1_024 * 1_024

export const strangerLimits: StrangerLimits = {
  requestMs: 120 * SECOND_MS,
  headersMs: 10 * SECOND_MS,
  connections: 4_000,
  connectionsPerAddress: 1_000,
  bodyBytes: 64 * MIB,
  bodyBytesPerAddress: 16 * MIB,
}

/** Adds up by address and in all. */
class Shares {
  readonly #taken = new Map<string, number>()
  readonly #each: number
  readonly #all: number
  #total = 0

  constructor(each: number, all: number) {
    this.#each = each
    this.#all = all
  }

  /** False, and nothing is taken, when it would be too much. */
  take(key: string, amount: number): boolean {
    const after = (this.#taken.get(key) ?? 0) + amount
    if (after > this.#each || this.#total + amount > this.#all) return false
    this.#set(key, after)
    return true
  }

  give(key: string, amount: number): void {
    this.#set(key, (this.#taken.get(key) ?? 0) - amount)
  }

  #set(key: string, after: number): void {
    this.#total += after - (this.#taken.get(key) ?? 0)
    if (after === 0) this.#taken.delete(key)
    else this.#taken.set(key, after)
  }
}

/** Closes connections that are too many before a byte is read, so that nobody takes all and devices keep files to come in by. */
export function boundConnections(server: Server, limits: StrangerLimits, behindProxy: boolean): void {
  const { connections, connectionsPerAddress } = limits
  const shares = new Shares(behindProxy ? connections : connectionsPerAddress, connections)
  server.prependListener('connection', (socket: Socket) => {
    const address = networkOf(socket.remoteAddress ?? 'unknown')
    if (shares.take(address, 1)) socket.once('close', () => shares.give(address, 1))
    else socket.destroy()
  })
}

/** Counts the bodies of those who are not known while they come. What is known of the sender must stand before. */
export function boundBodies(api: Api, limits: StrangerLimits): void {
  const shares = new Shares(limits.bodyBytesPerAddress, limits.bodyBytes)
  api.addHook('preParsing', async (request, reply, payload) => {
    const { headers } = request
    const isEmpty = headers['content-length'] === undefined && headers['transfer-encoding'] === undefined
    if (request.caller !== null || isEmpty) return payload
    const address = networkOf(request.ip)
    let taken = 0
    reply.raw.once('close', () => shares.give(address, taken))
    const counted = new Transform({
      transform(chunk: Buffer, _encoding, done) {
        if (!shares.take(address, chunk.length)) {
          void reply.header('connection', 'close')
          return done(new Refusal('too_many_requests', 'Too much is on its way from there. Try again later.'))
        }
        taken += chunk.length
        done(null, chunk)
      },
    })
    payload.once('error', (error: Error) => counted.destroy(error))
    return payload.pipe(counted)
  })
}
