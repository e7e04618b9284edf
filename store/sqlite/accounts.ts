import type { AccessEntry } from '../../contracts/access.ts'
import { Refusal } from '../../contracts/errors.ts'
import type { AccountId } from '../../contracts/ids.ts'
import { type Account, type ApiToken, Grant } from '../../contracts/registry.ts'
import type { AccessTable, AccountTable, Session } from '../state/accounts.ts'
import type { Connection } from './connection.ts'
import type { Database } from './database.ts'
import { BY_ID, idOf, listPage, NEWEST_FIRST, Where } from './lists.ts'

type AccountRow = Omit<Account, 'grants' | 'enabled'> & { grants: string; enabled: number }
type TokenRow = Omit<ApiToken, 'grants'> & { grants: string }

const ACCOUNT = 'select id, name, grants, language, enabled, created_at as "createdAt" from accounts'
const SESSION =
  'select hash, account_id as "accountId", created_at as "createdAt", expires_at as "expiresAt" from sessions'
const TOKEN =
  'select id, name, grants, created_by as "createdBy", created_at as "createdAt", expires_at as "expiresAt", last_used_at as "lastUsedAt" from tokens'

const grantsOf = (text: string): Grant[] => Grant.array().parse(JSON.parse(text))
const accountOf = (row: AccountRow): Account => ({
  ...row,
  grants: grantsOf(row.grants),
  enabled: row.enabled === 1,
})
const tokenOf = (row: TokenRow): ApiToken => ({ ...row, grants: grantsOf(row.grants) })

type People = Pick<
  AccountTable,
  'get' | 'byName' | 'list' | 'put' | 'count' | 'passwordHash' | 'setPasswordHash'
>
type SignIns = Pick<
  AccountTable,
  'putLink' | 'takeLink' | 'session' | 'putSession' | 'deleteSession' | 'deleteSessionsOf'
>
type Tokens = Pick<AccountTable, 'token' | 'tokens' | 'putToken' | 'touchToken' | 'deleteToken'>

export const accountTable = (connection: Connection): AccountTable => ({
  ...people(connection),
  ...signIns(connection),
  ...tokens(connection),
})

function people(connection: Connection): People {
  const one = (condition: string, value: string) =>
    connection.read((db) => {
      const row = db.get<AccountRow>(`${ACCOUNT} where ${condition}`, value)
      return row === undefined ? null : accountOf(row)
    })
  return {
    get: (id) => one('id = ?', id),
    byName: (name) => one('name = ?', name),
    list: (page) =>
      connection.read((db) =>
        listPage<AccountRow, Account>(
          db,
          { select: ACCOUNT, where: new Where(), order: BY_ID, page },
          idOf,
          accountOf,
        ),
      ),
    put: (account) => connection.write((db) => putAccount(db, account)),
    count: () => connection.read((db) => db.get<{ n: number }>('select count(*) as n from accounts')?.n ?? 0),
    passwordHash: (id) =>
      connection.read(
        (db) =>
          db.get<{ hash: string | null }>('select password_hash as hash from accounts where id = ?', id)
            ?.hash ?? null,
      ),
    setPasswordHash: (id, hash) =>
      connection.write((db) => {
        if (db.run('update accounts set password_hash = ? where id = ?', hash, id) === 0)
          throw new Refusal('not_found', 'there is no such account', { id })
      }),
  }
}

function putAccount(db: Database, { id, name, grants, language, enabled, createdAt }: Account): void {
  if (db.get('select id from accounts where name = ? and id <> ?', name, id) !== undefined)
    throw new Refusal('conflict', 'another account has this name')
  db.run(
    `insert into accounts (id, name, grants, language, enabled, created_at) values (?, ?, ?, ?, ?, ?)
     on conflict (id) do update set name = excluded.name, grants = excluded.grants, language = excluded.language,
       enabled = excluded.enabled, created_at = excluded.created_at`,
    id,
    name,
    JSON.stringify(grants),
    language,
    Number(enabled),
    createdAt,
  )
}

function signIns(connection: Connection): SignIns {
  return {
    putLink: (hash, accountId, expiresAt) =>
      connection.write((db) => {
        db.run('insert or replace into links values (?, ?, ?)', hash, accountId, expiresAt)
      }),
    takeLink: (hash, now) =>
      connection.write((db) => {
        db.run('delete from links where expires_at <= ?', now)
        const taken = db.get<{ accountId: AccountId }>(
          'delete from links where hash = ? returning account_id as "accountId"',
          hash,
        )
        return taken?.accountId ?? null
      }),
    session: (hash) =>
      connection.read((db) => {
        const row = db.get<Session>(`${SESSION} where hash = ?`, hash)
        return row === undefined ? null : { ...row }
      }),
    putSession: ({ hash, accountId, createdAt, expiresAt }) =>
      connection.write((db) => {
        // A new one says what time it is: nobody comes back with those that have ended by then.
        db.run('delete from sessions where expires_at <= ?', createdAt)
        db.run('insert or replace into sessions values (?, ?, ?, ?)', hash, accountId, createdAt, expiresAt)
      }),
    deleteSession: (hash) =>
      connection.write((db) => {
        db.run('delete from sessions where hash = ?', hash)
      }),
    deleteSessionsOf: (id) =>
      connection.write((db) => {
        db.run('delete from sessions where account_id = ?', id)
      }),
  }
}

function tokens(connection: Connection): Tokens {
  return {
    token: (hash) =>
      connection.read((db) => {
        const row = db.get<TokenRow>(`${TOKEN} where hash = ?`, hash)
        return row === undefined ? null : tokenOf(row)
      }),
    tokens: (page) =>
      connection.read((db) =>
        listPage<TokenRow, ApiToken>(
          db,
          { select: TOKEN, where: new Where(), order: BY_ID, page },
          idOf,
          tokenOf,
        ),
      ),
    putToken: (hash, { id, name, grants, createdBy, createdAt, expiresAt, lastUsedAt }) =>
      connection.write((db) => {
        db.run(
          'insert or replace into tokens values (?, ?, ?, ?, ?, ?, ?, ?)',
          id,
          hash,
          name,
          JSON.stringify(grants),
          createdBy,
          createdAt,
          expiresAt,
          lastUsedAt,
        )
      }),
    touchToken: (id, at) =>
      connection.write((db) => {
        db.run('update tokens set last_used_at = ? where id = ?', at, id)
      }),
    deleteToken: (id) =>
      connection.write((db) => {
        db.run('delete from tokens where id = ?', id)
      }),
  }
}

export function accessTable(connection: Connection): AccessTable {
  return {
    append: (entries) =>
      connection.write((db) => {
        for (const { at, actor, what, homeId, route } of entries)
          db.run(
            'insert into access_log (at, actor, what, home_id, route) values (?, ?, ?, ?, ?)',
            at,
            actor,
            what,
            homeId,
            route,
          )
      }),
    list: ({ scope, homeId, actor }, page) =>
      connection.read((db) =>
        listPage<AccessEntry, AccessEntry>(
          db,
          {
            select: 'select id, at, actor, what, home_id as "homeId", route from access_log',
            where: new Where().equal('home_id', homeId).equal('actor', actor).homeInScope('home_id', scope),
            order: NEWEST_FIRST,
            page,
          },
          idOf,
          (row) => ({ ...row }),
        ),
      ),
  }
}
