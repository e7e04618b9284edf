import type { AccessEntry } from '../../contracts/access.ts'
import type { AccountId, HomeId, TokenId } from '../../contracts/ids.ts'
import type { Account, ApiToken } from '../../contracts/registry.ts'
import type { EpochMs } from '../../contracts/time.ts'
import type { Page, PageRequest, Scope } from './lists.ts'

export interface Session {
  /** SHA-256 of the cookie, hex. */
  hash: string
  accountId: AccountId
  createdAt: EpochMs
  expiresAt: EpochMs
}

export interface AccountTable {
  get(id: AccountId): Promise<Account | null>
  byName(name: string): Promise<Account | null>
  list(page: PageRequest): Promise<Page<Account>>
  put(account: Account): Promise<void>
  count(): Promise<number>
  /** scrypt string; null when none was set. */
  passwordHash(id: AccountId): Promise<string | null>
  setPasswordHash(id: AccountId, hash: string): Promise<void>
  putLink(hash: string, accountId: AccountId, expiresAt: EpochMs): Promise<void>
  /** Uses the link up: the account it was for, or null when unknown, used or expired at wall time `now`. */
  takeLink(hash: string, now: EpochMs): Promise<AccountId | null>
  session(hash: string): Promise<Session | null>
  putSession(session: Session): Promise<void>
  deleteSession(hash: string): Promise<void>
  deleteSessionsOf(id: AccountId): Promise<void>
  token(hash: string): Promise<ApiToken | null>
  tokens(page: PageRequest): Promise<Page<ApiToken>>
  putToken(hash: string, token: ApiToken): Promise<void>
  touchToken(id: TokenId, at: EpochMs): Promise<void>
  deleteToken(id: TokenId): Promise<void>
}

export interface AccessTable {
  append(entries: readonly Omit<AccessEntry, 'id'>[]): Promise<void>
  /** Newest first. */
  list(
    filter: { scope: Scope; homeId: HomeId | null; actor: string | null },
    page: PageRequest,
  ): Promise<Page<AccessEntry>>
}
