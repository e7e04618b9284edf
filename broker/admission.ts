import { randomUUID } from 'node:crypto'
import type { Principal } from '../contracts/message.ts'
import type { BrokerLimits } from './limits.ts'
import { keyOf, mayUseTopic, prefixesOf } from './permissions.ts'

export type Authentication =
  | { ok: true; principal: Principal }
  | { ok: false; reason: 'unknown' | 'wrong_secret' | 'disabled' | 'unavailable' }

/** Return codes of CONNACK in MQTT 3.1.1, table 3.1. */
export const ReturnCode = {
  unacceptableProtocol: 1,
  identifierRejected: 2,
  serverUnavailable: 3,
  badUserNameOrPassword: 4,
  notAuthorized: 5,
} as const

export interface ConnectRequest {
  clientId: string
  clean?: boolean
  username?: string
  password?: Uint8Array | string
  will?: { topic: string }
}

/** The ways to find out who somebody is. */
export interface Identification {
  authenticate(username: string, secret: Uint8Array): Promise<Authentication>
  /** For an id that a client certificate has proved. */
  identify(id: string): Promise<Authentication>
}

export type Admission =
  | { ok: true; principal: Principal; prefixes: string[]; clientId: string }
  /** `known`: the user name is the id of somebody registered. */
  | { ok: false; returnCode: 2 | 3 | 4 | 5; reason: RefusalReason; known: boolean }

export type RefusalReason =
  | 'anonymous'
  | 'unknown'
  | 'wrong_secret'
  | 'disabled'
  | 'unavailable'
  | 'client_id'
  | 'will_topic'
  | 'certificate'
  | 'admission_rate'

const returnCodes = {
  // MQTT 3.1.1 keeps 4 for what is wrong with a name or password that was given; without one, nobody is authorised.
  anonymous: ReturnCode.notAuthorized,
  // One answer for both, so that nobody learns which ids exist.
  unknown: ReturnCode.badUserNameOrPassword,
  wrong_secret: ReturnCode.badUserNameOrPassword,
  disabled: ReturnCode.notAuthorized,
  unavailable: ReturnCode.serverUnavailable,
  client_id: ReturnCode.identifierRejected,
  will_topic: ReturnCode.notAuthorized,
  // The name that was given is not the one on the certificate.
  certificate: ReturnCode.notAuthorized,
  // It will be let in again in a while.
  admission_rate: ReturnCode.serverUnavailable,
} as const

export const refuse = (reason: RefusalReason): Admission => ({
  ok: false,
  returnCode: returnCodes[reason],
  reason,
  known: knownReasons.has(reason),
})

/** Refusals that come after the name was found to be somebody's. */
const knownReasons = new Set<RefusalReason>(['wrong_secret', 'disabled', 'will_topic', 'admission_rate'])

/** Refusals that a guesser of secrets or names would meet. */
export const isGuess = (reason: RefusalReason): boolean =>
  reason === 'unknown' || reason === 'wrong_secret' || reason === 'anonymous' || reason === 'certificate'

/**
 * Decides about a CONNECT. Never rejects: an `authenticate` that fails or takes too long makes the server unavailable.
 * A client certificate says who somebody is; then no secret is needed, and another name is refused.
 */
export async function admit(
  request: ConnectRequest,
  certifiedId: string | null,
  identification: Identification,
  limits: BrokerLimits,
): Promise<Admission> {
  const { clientId, username, password, will } = request
  if (clientId.length > limits.clientIdCharacters) return refuse('client_id')
  // A session that is to be kept needs a name to be found by.
  if (clientId === '' && request.clean !== true) return refuse('client_id')
  if (certifiedId !== null && username !== undefined && username !== certifiedId) return refuse('certificate')
  if (certifiedId === null && username === undefined) return refuse('anonymous')
  if (certifiedId === null && password === undefined) return refuse('unknown')

  const asked =
    certifiedId === null
      ? identification.authenticate(username ?? '', Buffer.from(password ?? ''))
      : identification.identify(certifiedId)
  const answer = await inTime(asked, limits.authenticateMs)
  if (!answer.ok) return refuse(answer.reason)
  const prefixes = prefixesOf(answer.principal)
  if (will !== undefined && !mayUseTopic(prefixes, will.topic)) return refuse('will_topic')
  return {
    ok: true,
    principal: answer.principal,
    prefixes,
    clientId: `${sessionPrefix(keyOf(answer.principal))}${clientId === '' ? randomUUID() : clientId}`,
  }
}

/**
 * A client id is its sender's choice, so each principal has a name space of its own: nobody takes over another's
 * session. Principals have no slash in their ids.
 */
export const sessionPrefix = (key: string): string => `${key}/`

export const principalOfSession = (clientId: string): string => clientId.slice(0, clientId.indexOf('/'))

async function inTime(answer: Promise<Authentication>, timeoutMs: number): Promise<Authentication> {
  let timer: NodeJS.Timeout | undefined
  const timeout = new Promise<Authentication>((resolve) => {
    timer = setTimeout(() => resolve({ ok: false, reason: 'unavailable' }), timeoutMs)
  })
  try {
    return await Promise.race([answer, timeout])
  } catch {
    return { ok: false, reason: 'unavailable' }
  } finally {
    clearTimeout(timer)
  }
}
