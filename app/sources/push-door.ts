import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import { Refusal } from '../../contracts/errors.ts'
import { SourceId } from '../../contracts/ids.ts'
import type { PushDoor, PushRequest } from '../../contracts/push.ts'
import type { PushVia, Source } from '../../contracts/source.ts'
import type { Log } from '../../contracts/telemetry.ts'
import { type Clocks, MINUTE_MS } from '../../contracts/time.ts'
import { unwrap } from '../../ingest/push.ts'
import type { Directory } from '../directory.ts'
import type { SealedSecrets } from '../sealed-secrets.ts'
import { proofOf, type SourceDesk } from './sources.ts'

/** How far a signer's clock may stand from ours. */
const WINDOW_MS = 5 * MINUTE_MS
/** Signatures remembered within the window; beyond it the oldest may come again, under the same keys of readings. */
const MAX_REMEMBERED = 100_000

export interface PushDoorOptions {
  directory: Directory
  secrets: SealedSecrets
  sources: SourceDesk
  clocks: Clocks
  log: Log
}

/** Lets platforms push: whoever proves to be the source speaks as its gateway. */
export function openPushDoor(options: PushDoorOptions): PushDoor {
  const { directory, secrets, sources, clocks, log } = options
  const seen = new Map<string, number>()

  const known = async (id: string): Promise<{ source: Source; via: PushVia; proof: string }> => {
    const parsed = SourceId.safeParse(id)
    const source = parsed.success ? directory.source(parsed.data) : null
    const via = source?.via
    const isOn = source?.enabled === true && directory.gateway(source.gatewayId)?.enabled === true
    const proof = isOn && via?.type === 'push' ? await secrets.get(proofOf(source.id)) : null
    // One answer for what does not exist, is off or lacks its proof: nobody learns which sources there are.
    if (source === null || via?.type !== 'push' || proof === null) throw wrongProof()
    return { source, via, proof }
  }
  const refuse = (source: Source, refusal: Refusal): Refusal => {
    sources.failed(source.id, refusal.message)
    log.warn({ source: source.id, code: refusal.code }, 'a push was refused')
    return refusal
  }
  const checkReplay = (source: Source, signature: string, now: number): string => {
    const key = `${source.id} ${signature}`
    for (const [old, until] of seen) {
      if (until > now && seen.size < MAX_REMEMBERED) break
      seen.delete(old)
    }
    if (seen.has(key)) throw refuse(source, new Refusal('conflict', 'This signature was used before.'))
    return key
  }

  return {
    async verify(id, { msg, nonce, signature }) {
      const { source, via, proof } = await known(id)
      if (via.platform !== 'onenet' || msg === undefined) throw wrongProof()
      if (!same(signatureOfOneNet(proof, nonce ?? '', msg), oneNetSaid(signature)))
        throw refuse(source, wrongProof())
      return msg
    },
    async take(id, request) {
      const { source, via, proof } = await known(id)
      const now = clocks.wall.now()
      const signature = proved(via, proof, request, now)
      if (signature === null) throw refuse(source, wrongProof())
      const key = signature === '' ? null : checkReplay(source, signature, now)
      // Marked before anything is awaited: the same again at the same moment must not slip through.
      if (key !== null) seen.set(key, now + 2 * WINDOW_MS)
      try {
        const receivedAt = clocks.civil.now()
        for (const { topic, payload } of unwrap(via.platform, request.body, request.query))
          await sources.take(source, { topic, payload, receivedAt, retained: false })
      } catch (error) {
        // Not kept, so the platform may send the very same again.
        if (key !== null) seen.delete(key)
        sources.failed(source.id, 'a push could not be kept')
        throw error
      }
    },
  }
}

const wrongProof = (): Refusal => new Refusal('wrong_credentials', 'This is not signed as its source must.')

/** The signature, empty for a plain token; null when the proof does not hold. */
function proved(via: PushVia, proof: string, request: PushRequest, now: number): string | null {
  if (via.proof === 'token') {
    const said = (request.headers['authorization'] ?? '').replace(/^Bearer\s+/i, '')
    return same(proof, said) ? '' : null
  }
  if (via.proof === 'hmac') {
    const stamp = request.headers['x-timestamp'] ?? ''
    const at = /^\d{10}$/.test(stamp)
      ? Number(stamp) * 1_000
      : /^\d{13}$/.test(stamp)
        ? Number(stamp)
        : Number.NaN
    if (!(Math.abs(now - at) <= WINDOW_MS)) return null
    const signature = createHmac('sha256', proof).update(`${stamp}.`).update(request.body).digest('hex')
    const said = (request.headers['x-signature'] ?? '').replace(/^sha256=/i, '').toLowerCase()
    return same(signature, said) ? signature : null
  }
  return provedByOneNet(proof, request)
}

/** OneNET signs `token + nonce + msg` with MD5, in the body; it has no time, so only what was seen before is refused. */
function provedByOneNet(proof: string, { body }: PushRequest): string | null {
  try {
    const said = JSON.parse(Buffer.from(body).toString('utf8')) as Record<string, unknown>
    const { nonce, msg } = said
    const text = typeof msg === 'string' ? msg : JSON.stringify(msg)
    const signature = signatureOfOneNet(proof, String(nonce), text)
    const given = said['signature'] ?? said['msg_signature']
    return typeof given === 'string' && same(signature, oneNetSaid(given)) ? signature : null
  } catch {
    return null
  }
}

const signatureOfOneNet = (token: string, nonce: string, msg: string): string =>
  createHash('md5').update(token).update(nonce).update(msg).digest('base64')

/** In an address `+` may have become a space on the way. */
const oneNetSaid = (signature: string | undefined): string => (signature ?? '').replaceAll(' ', '+')

const digest = (text: string): Buffer => createHash('sha256').update(text).digest()
const same = (a: string, b: string): boolean => timingSafeEqual(digest(a), digest(b))
