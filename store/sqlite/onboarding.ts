import type { AwaitedConsent, Consent } from '../../contracts/consent.ts'
import type { DeviceAct } from '../../contracts/device-act.ts'
import type { HomeId } from '../../contracts/ids.ts'
import type { Installation } from '../../contracts/installation.ts'
import type {
  AwaitedConsentTable,
  ConsentTable,
  DeviceActTable,
  HomeKeyTable,
  InstallationTable,
} from '../state/onboarding.ts'
import type { Connection } from './connection.ts'
import { LISTED } from './lists.ts'

/** Rows are our own: what was checked when it was written is taken at its word. */
const bodiesOf = <T>(connection: Connection, sql: string, ...params: string[]): Promise<T[]> =>
  connection.read((db) => db.all<{ body: string }>(sql, ...params).map(({ body }) => JSON.parse(body) as T))

export const deviceActTable = (connection: Connection): DeviceActTable => ({
  of: (deviceId) =>
    bodiesOf<DeviceAct>(
      connection,
      'select body from device_acts where device_id = ? order by at, id',
      deviceId,
    ),
  ofHome: (homeId) =>
    bodiesOf<DeviceAct>(connection, 'select body from device_acts where home_id = ? order by at, id', homeId),
  put: (act) =>
    connection.write((db) => {
      db.run(
        'insert or replace into device_acts values (?, ?, ?, ?, ?)',
        act.id,
        act.deviceId,
        act.homeId,
        act.at,
        JSON.stringify(act),
      )
    }),
})

export const consentTable = (connection: Connection): ConsentTable => ({
  get: async (id) =>
    (await bodiesOf<Consent>(connection, 'select body from consents where id = ?', id))[0] ?? null,
  ofHome: (homeId) =>
    bodiesOf<Consent>(
      connection,
      'select body from consents where home_id = ? order by given_at desc, id',
      homeId,
    ),
  standingIn: (homeIds) =>
    bodiesOf<Consent>(
      connection,
      `select body from consents where home_id in ${LISTED} and json_extract(body, '$.withdrawnAt') is null
       order by given_at desc, id`,
      JSON.stringify(homeIds),
    ),
  put: (consent) =>
    connection.write((db) => {
      db.run(
        'insert or replace into consents values (?, ?, ?, ?)',
        consent.id,
        consent.homeId,
        consent.givenAt,
        JSON.stringify(consent),
      )
    }),
})

export function awaitedConsentTable(connection: Connection): AwaitedConsentTable {
  const select = 'select device_id as "deviceId", home_id as "homeId", since from awaited_consents'
  const rows = (where: string, param: string) =>
    connection.read((db) =>
      db.all<AwaitedConsent>(`${select} where ${where} order by device_id`, param).map((row) => ({ ...row })),
    )
  return {
    of: (deviceIds) => rows(`device_id in ${LISTED}`, JSON.stringify(deviceIds)),
    ofHome: (homeId) => rows('home_id = ?', homeId),
    put: ({ deviceId, homeId, since }) =>
      connection.write((db) => {
        db.run('insert or replace into awaited_consents values (?, ?, ?)', deviceId, homeId, since)
      }),
    delete: (deviceId) =>
      connection.write((db) => {
        db.run('delete from awaited_consents where device_id = ?', deviceId)
      }),
  }
}

export const installationTable = (connection: Connection): InstallationTable => ({
  get: async (id) =>
    (await bodiesOf<Installation>(connection, 'select body from installations where id = ?', id))[0] ?? null,
  ofHome: (homeId) =>
    bodiesOf<Installation>(
      connection,
      'select body from installations where home_id = ? order by started_at desc, id',
      homeId,
    ),
  put: (installation) =>
    connection.write((db) => {
      db.run(
        'insert or replace into installations values (?, ?, ?, ?)',
        installation.id,
        installation.homeId,
        installation.startedAt,
        JSON.stringify(installation),
      )
    }),
})

export const homeKeyTable = (connection: Connection): HomeKeyTable => ({
  all: () =>
    connection.read((db) =>
      db
        .all<{ key: string; homeId: HomeId }>('select key, home_id as "homeId" from home_keys order by key')
        .map((row) => ({ ...row })),
    ),
  put: (key, homeId) =>
    connection.write((db) => {
      db.run('insert or replace into home_keys values (?, ?)', key, homeId)
    }),
})
