import { createHash, randomBytes, randomInt, timingSafeEqual } from 'node:crypto'

import type { DeviceId } from '../contracts/ids.ts'
import type { Principal } from '../contracts/message.ts'
import type { StateTables } from '../store/state.ts'
import type { Directory } from './directory.ts'

/**
 * 128 random bits: nothing to guess, so one SHA-256 is enough and 10,000 devices may come back at once. In hexadecimal,
 * because it is pasted into command lines, where a leading dash would be taken for an option.
 */
export const newSecret = (): string => randomBytes(16).toString('hex')

/** 256 random bits, for what signs a person or an integration in. */
export const newSignInSecret = (): string => randomBytes(32).toString('base64url')

export const secretHash = (secret: string | Uint8Array): Buffer =>
  createHash('sha256').update(secret).digest()

// Without 0/o, 1/l/i: ids are read aloud on the telephone and typed on a stairwell.
const LETTERS = 'abcdefghjkmnpqrstuvwxyz23456789'

/** A fresh pseudonymous id such as `home-7k2mx9qd`. */
export const newId = (prefix: string): string =>
  `${prefix}-${Array.from({ length: 8 }, () => LETTERS[randomInt(LETTERS.length)]).join('')}`

/** The broker room's question, answered in the form that it asks for. */
export type Authentication =
  | { ok: true; principal: Principal }
  | { ok: false; reason: 'unknown' | 'wrong_secret' | 'disabled' | 'unavailable' }

/** The hashes of all device and gateway secrets, in memory: a district coming back after a power cut asks for them all. */
export class Credentials {
  readonly #hashes = new Map<string, Uint8Array>()
  readonly #directory: Directory

  private constructor(directory: Directory) {
    this.#directory = directory
  }

  static async load(state: StateTables, directory: Directory): Promise<Credentials> {
    const credentials = new Credentials(directory)
    for (const { principal, hash } of await state.credentials.all()) credentials.set(principal, hash)
    return credentials
  }

  set(principal: string, hash: Uint8Array): void {
    this.#hashes.set(principal, hash)
  }

  authenticate(username: string, secret: Uint8Array): Authentication {
    const device = this.#directory.device(username)
    const gateway = device ? null : this.#directory.gateway(username)
    const hash = this.#hashes.get(`${device ? 'device' : 'gateway'}:${username}`)
    if (!hash || (!device && !gateway)) return { ok: false, reason: 'unknown' }
    if (!timingSafeEqual(secretHash(secret), hash)) return { ok: false, reason: 'wrong_secret' }
    return this.identify(username)
  }

  /** Whoever has proved by a certificate that this is its id. A device behind a gateway speaks through that alone. */
  identify(id: string): Authentication {
    const device = this.#directory.device(id)
    const gateway = device ? null : this.#directory.gateway(id)
    if (device === null && gateway === null) return { ok: false, reason: 'unknown' }
    if (device !== null && device.gatewayId !== null) return { ok: false, reason: 'unknown' }
    if (!(device ?? gateway)?.enabled) return { ok: false, reason: 'disabled' }
    if (gateway)
      return { ok: true, principal: { type: 'gateway', gatewayId: gateway.id, topics: gateway.topics } }
    return { ok: true, principal: { type: 'device', deviceId: id as DeviceId } }
  }
}
