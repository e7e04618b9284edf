import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto'

/** OWASP's scrypt setting of 32 MB: N = 2^15, r = 8, p = 3. About a quarter of a second of one core. */
const COST = { log2N: 15, r: 8, p: 3 } as const
const KEY_BYTES = 32

const derive = (password: string, salt: Buffer, cost: { log2N: number; r: number; p: number }) =>
  new Promise<Buffer>((resolve, reject) => {
    const N = 2 ** cost.log2N
    const options: ScryptOptions = { N, r: cost.r, p: cost.p, maxmem: 256 * N * cost.r }
    scrypt(password.normalize('NFKC'), salt, KEY_BYTES, options, (error, key) => {
      if (error === null) resolve(key)
      else reject(error)
    })
  })

const format = (salt: Buffer, key: Buffer): string =>
  `scrypt$${COST.log2N}$${COST.r}$${COST.p}$${salt.toString('base64url')}$${key.toString('base64url')}`

/** A string of the form `scrypt$log2N$r$p$salt$key`, with a fresh salt each time. */
export const hashPassword = async (password: string): Promise<string> => {
  const salt = randomBytes(16)
  return format(salt, await derive(password, salt, COST))
}

/** No password gives this key: it stands in where there is no account, so that looking takes as long. */
const NOBODY = format(Buffer.alloc(16), Buffer.alloc(KEY_BYTES))

/** Takes the same time whether or not there is a hash. A hash that is not of our form throws. */
export const verifyPassword = async (password: string, hash: string | null): Promise<boolean> => {
  const [scheme, log2N, r, p, salt, key] = (hash ?? NOBODY).split('$')
  if (scheme !== 'scrypt' || salt === undefined || key === undefined) {
    throw new Error('a stored password hash is not of the form scrypt$log2N$r$p$salt$key')
  }
  const cost = { log2N: Number(log2N), r: Number(r), p: Number(p) }
  const derived = await derive(password, Buffer.from(salt, 'base64url'), cost)
  const same = timingSafeEqual(derived, Buffer.from(key, 'base64url'))
  return same && hash !== null
}
