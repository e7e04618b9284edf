import { createHash, randomBytes } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { Refusal } from '../contracts/errors.ts'
import type { AccountId, TokenId } from '../contracts/ids.ts'
import type { Account, Grant } from '../contracts/registry.ts'
import { type Clock, HOUR_MS, MINUTE_MS } from '../contracts/time.ts'
import type { StateStore } from '../store/state.ts'
import { verifyPassword } from './passwords.ts'
import { type Ability, holds, JurisdictionTree, type Reach, reachOf } from './permissions.ts'

export const COOKIE = 'shouwang_session'
const SESSION_MS = 12 * HOUR_MS
/** A session slides, and a token is touched, at most this often: a write for each request would be dear. */
const TOUCH_MS = MINUTE_MS

/** SHA-256 in hex: how sessions, tokens and links are looked up. The secrets have 256 bits, so no salt is needed. */
export const signInHash = (secret: string): string => createHash('sha256').update(secret).digest('hex')

/** Who asks, and how it was shown. */
export type Credential = { type: 'session'; hash: string } | { type: 'token'; hash: string }

export interface Caller {
  credential: Credential
  /** `account:{id}` or `token:{id}` */
  actor: string
  /** The account itself, or the one that made the token. */
  accountId: AccountId
  tokenId: TokenId | null
  name: string
  grants: readonly Grant[]
  language: 'zh' | 'en'
  tree: JurisdictionTree
  can: (ability: Ability) => boolean
  reach: (ability: Ability) => Reach
}

export const callerOf = (request: FastifyRequest): Caller => {
  if (request.caller === null) throw new Refusal('not_signed_in', 'Sign in first.')
  return request.caller
}

export class Sessions {
  readonly #state: StateStore
  readonly #wall: Clock

  constructor(state: StateStore, wall: Clock) {
    this.#state = state
    this.#wall = wall
  }

  /** The caller by bearer token or cookie; null when neither is there or good. Slides a session that is used. */
  async authenticate(request: FastifyRequest, reply: FastifyReply): Promise<Caller | null> {
    const { authorization } = request.headers
    if (authorization !== undefined) {
      const secret = /^Bearer ([\x21-\x7e]{1,200})$/i.exec(authorization)?.[1]
      return secret === undefined ? null : this.resolve({ type: 'token', hash: signInHash(secret) })
    }
    const cookie = request.cookies[COOKIE]
    if (cookie === undefined) return null
    const hash = signInHash(cookie)
    const caller = await this.resolve({ type: 'session', hash })
    if (caller !== null && (await this.#slide(hash))) this.#setCookie(reply, cookie)
    return caller
  }

  /** Looks the credential up anew: for each request, and for a stream that has been open for a while. */
  async resolve(credential: Credential): Promise<Caller | null> {
    const known =
      credential.type === 'session'
        ? await this.#bySession(credential.hash)
        : await this.#byToken(credential.hash)
    if (known === null) return null
    const tree = new JurisdictionTree(await this.#state.jurisdictions.all())
    const reaches = new Map<Ability, Reach>()
    const reach = (ability: Ability): Reach => {
      const kept = reaches.get(ability) ?? reachOf(known.grants, ability, tree)
      reaches.set(ability, kept)
      return kept
    }
    return { ...known, credential, tree, reach, can: (ability) => holds(known.grants, ability) }
  }

  async #bySession(hash: string) {
    const { accounts } = this.#state
    const session = await accounts.session(hash)
    if (session === null || session.expiresAt <= this.#wall.now()) return null
    const account = await accounts.get(session.accountId)
    if (account === null || !account.enabled) return null
    const { id, name, grants, language } = account
    return { actor: `account:${id}`, accountId: id, tokenId: null, name, grants, language }
  }

  async #byToken(hash: string) {
    const { accounts } = this.#state
    const now = this.#wall.now()
    const token = await accounts.token(hash)
    if (token === null || (token.expiresAt !== null && token.expiresAt <= now)) return null
    const maker = await accounts.get(token.createdBy)
    if (maker !== null && !maker.enabled) return null
    if (token.lastUsedAt === null || now - token.lastUsedAt >= TOUCH_MS)
      await accounts.touchToken(token.id, now)
    const { id, name, grants, createdBy } = token
    return {
      actor: `token:${id}`,
      accountId: createdBy,
      tokenId: id,
      name,
      grants,
      language: 'en' as const,
    }
  }

  /** By the single-use secret of a link. */
  async byLink(secret: string): Promise<Account> {
    const id = await this.#state.accounts.takeLink(signInHash(secret), this.#wall.now())
    const account = id === null ? null : await this.#state.accounts.get(id)
    if (account === null || !account.enabled) {
      throw new Refusal(
        'link_used_or_expired',
        'This link was used already or is too old. Ask for a new one.',
      )
    }
    return account
  }

  /** A wrong password, an unknown name and a disabled account look the same and take the same time. */
  async byPassword(name: string, password: string): Promise<Account> {
    const { accounts } = this.#state
    const account = await accounts.byName(name)
    const hash = account === null ? null : await accounts.passwordHash(account.id)
    const right = await verifyPassword(password, hash)
    if (!right || account === null || !account.enabled) {
      throw new Refusal('wrong_credentials', 'Name and password do not fit.')
    }
    return account
  }

  /** Opens a session and sets its cookie. */
  async open(accountId: AccountId, reply: FastifyReply): Promise<Caller> {
    const secret = randomBytes(32).toString('base64url')
    const hash = signInHash(secret)
    const now = this.#wall.now()
    await this.#state.accounts.putSession({ hash, accountId, createdAt: now, expiresAt: now + SESSION_MS })
    this.#setCookie(reply, secret)
    const caller = await this.resolve({ type: 'session', hash })
    if (caller === null) throw new Error('a session that was just opened is not there')
    return caller
  }

  async close(caller: Caller, reply: FastifyReply): Promise<void> {
    if (caller.credential.type === 'session') await this.#state.accounts.deleteSession(caller.credential.hash)
    void reply.clearCookie(COOKIE, { path: '/' })
  }

  async #slide(hash: string): Promise<boolean> {
    const session = await this.#state.accounts.session(hash)
    const expiresAt = this.#wall.now() + SESSION_MS
    if (session === null || expiresAt - session.expiresAt < TOUCH_MS) return false
    await this.#state.accounts.putSession({ ...session, expiresAt })
    return true
  }

  #setCookie(reply: FastifyReply, secret: string): void {
    void reply.setCookie(COOKIE, secret, {
      path: '/',
      httpOnly: true,
      sameSite: 'strict',
      // Under TLS of our own, or of a proxy whose word is believed.
      secure: reply.request.protocol === 'https',
      maxAge: SESSION_MS / 1_000,
    })
  }
}

/** A browser says where a request comes from: a page elsewhere must not act with our cookie. */
export const originFits = (origin: string | undefined, host: string | undefined): boolean => {
  if (origin === undefined || host === undefined) return false
  return URL.canParse(origin) && new URL(origin).host === host.toLowerCase()
}
