import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { closeSync, fchmodSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import type { SealedSecretTable } from '../store/state/sealed-secrets.ts'

const FORM = 1
const KEY_BYTES = 32
const NONCE_BYTES = 12
const TAG_BYTES = 16
const HEAD_BYTES = 1 + NONCE_BYTES + TAG_BYTES

/**
 * Secrets of others that we must be able to use: passwords of outside brokers, keys of push sources and alert channels.
 * They lie in the state sealed with AES-256-GCM under a key that stands beside it in `secrets.key` (0600), so that a
 * copy of the database alone gives none of them away. Each is bound to its name, such as `source:{id}:password`: moved to
 * another row it does not open.
 */
export class SealedSecrets {
  readonly #key: Buffer
  readonly #table: SealedSecretTable

  constructor(key: Buffer, table: SealedSecretTable) {
    if (key.length !== KEY_BYTES)
      throw new Error(`secrets.key holds ${key.length} bytes instead of ${KEY_BYTES}`)
    this.#key = key
    this.#table = table
  }

  /** Takes the key from `dataDir`, where it is made on the first start. */
  static load(dataDir: string, table: SealedSecretTable): SealedSecrets {
    return new SealedSecrets(keyIn(join(dataDir, 'secrets.key')), table)
  }

  async put(name: string, secret: string): Promise<void> {
    await this.#table.put(name, seal(this.#key, name, secret))
  }

  /** Null when there is none. Throws when it is there but does not open: another key, or a damaged row. */
  async get(name: string): Promise<string | null> {
    const sealed = await this.#table.get(name)
    return sealed === null ? null : open(this.#key, name, sealed)
  }

  async has(name: string): Promise<boolean> {
    return (await this.#table.get(name)) !== null
  }

  delete(name: string): Promise<void> {
    return this.#table.delete(name)
  }
}

/** One byte for the form, the nonce, the tag, then what was sealed. */
export function seal(key: Buffer, name: string, secret: string): Uint8Array {
  const nonce = randomBytes(NONCE_BYTES)
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(name))
  const sealed = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()])
  return Buffer.concat([Buffer.of(FORM), nonce, cipher.getAuthTag(), sealed])
}

export function open(key: Buffer, name: string, sealed: Uint8Array): string {
  const bytes = Buffer.from(sealed)
  if (bytes.length < HEAD_BYTES || bytes[0] !== FORM)
    throw new Error(`the secret ${name} is in no known form`)
  const nonce = bytes.subarray(1, 1 + NONCE_BYTES)
  const tag = bytes.subarray(1 + NONCE_BYTES, HEAD_BYTES)
  const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES })
  decipher.setAAD(Buffer.from(name)).setAuthTag(tag)
  try {
    return Buffer.concat([decipher.update(bytes.subarray(HEAD_BYTES)), decipher.final()]).toString('utf8')
  } catch {
    throw new Error(`the secret ${name} does not open: secrets.key is another one, or the row is damaged`)
  }
}

function keyIn(file: string): Buffer {
  try {
    const kept = readFileSync(file)
    // An empty one is what a start left behind that was cut off: nothing was ever sealed with it.
    if (kept.length > 0) return kept
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error
  }
  const key = randomBytes(KEY_BYTES)
  const unfinished = `${file}.new`
  const descriptor = openSync(unfinished, 'w', 0o600)
  try {
    // Said again, because the mask of the process may have taken bits away but a lax one must not add any.
    fchmodSync(descriptor, 0o600)
    writeSync(descriptor, key)
    // Whatever is sealed with it is lost without it, so it is on the disk before anything is.
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
  renameSync(unfinished, file)
  return key
}
