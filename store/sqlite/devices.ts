import { Refusal } from '../../contracts/errors.ts'
import type { DeviceId, HomeId } from '../../contracts/ids.ts'
import type { Assignment, Device, Gateway } from '../../contracts/registry.ts'
import type { EpochMs } from '../../contracts/time.ts'
import type {
  CredentialTable,
  DeviceHealth,
  DeviceHealthTable,
  DeviceTable,
  GatewayTable,
} from '../state/devices.ts'
import type { Connection } from './connection.ts'
import type { Database } from './database.ts'
import { BY_ID, idOf, LISTED, listPage, Where } from './lists.ts'

type DeviceRow = Omit<Device, 'enabled'> & { enabled: number }

const DEVICE =
  'select id, kind, model, gateway_id as "gatewayId", source_id as "sourceId", cadence_s as "cadenceS", enabled, created_at as "createdAt" from devices'
const ASSIGNMENT =
  'select device_id as "deviceId", home_id as "homeId", from_at as "from", to_at as "to" from assignments'

const deviceOf = (row: DeviceRow): Device => ({ ...row, enabled: row.enabled === 1 })

export function deviceTable(connection: Connection): DeviceTable {
  const one = (condition: string, ...params: string[]) =>
    connection.read((db) => {
      const row = db.get<DeviceRow>(`${DEVICE} where ${condition}`, ...params)
      return row === undefined ? null : deviceOf(row)
    })
  const assignments = (rest: string, ...params: string[]) =>
    connection.read((db) => db.all<Assignment>(`${ASSIGNMENT} ${rest}`, ...params).map((row) => ({ ...row })))
  return {
    get: (id) => one('id = ?', id),
    of: (ids) =>
      connection.read((db) =>
        db.all<DeviceRow>(`${DEVICE} where id in ${LISTED}`, JSON.stringify(ids)).map(deviceOf),
      ),
    behind: (gatewayId, sourceId) => one('gateway_id = ? and source_id = ?', gatewayId, sourceId),
    list: ({ scope, homeId, kind, gatewayId }, page) =>
      connection.read((db) => {
        const where = new Where().equal('kind', kind).equal('gateway_id', gatewayId)
        if (homeId !== null)
          where.and('id in (select device_id from assignments where to_at is null and home_id = ?)', homeId)
        if (scope !== null) where.and(IN_SCOPE, JSON.stringify(scope), JSON.stringify(scope))
        return listPage<DeviceRow, Device>(db, { select: DEVICE, where, order: BY_ID, page }, idOf, deviceOf)
      }),
    all: () => connection.read((db) => db.all<DeviceRow>(`${DEVICE} order by id`).map(deviceOf)),
    put: (device) => connection.write((db) => putDevice(db, device)),
    assignments: (deviceId) => assignments('where device_id = ? order by from_at', deviceId),
    assignmentsOfHome: (homeId) => assignments('where home_id = ? order by from_at, device_id', homeId),
    placesOf: (deviceIds) =>
      assignments(
        `where to_at is null and device_id in ${LISTED} order by device_id`,
        JSON.stringify(deviceIds),
      ),
    standingIn: (homeIds) =>
      assignments(
        `where to_at is null and home_id in ${LISTED} order by home_id, device_id`,
        JSON.stringify(homeIds),
      ),
    allAssignments: () => assignments('order by device_id, from_at'),
    assign: (deviceId, homeId, at) => connection.write((db) => assign(db, deviceId, homeId, at)),
  }
}

const IN_SCOPE = `
  exists (
    select 1 from assignments join homes on homes.id = home_id
    where device_id = devices.id and to_at is null and jurisdiction_id in ${LISTED}
  ) or exists (select 1 from gateways where id = devices.gateway_id and jurisdiction_id in ${LISTED})`

function putDevice(db: Database, device: Device): void {
  const { id, kind, model, gatewayId, sourceId, cadenceS, enabled, createdAt } = device
  if (
    db.get(
      'select id from devices where gateway_id = ? and source_id = ? and id <> ?',
      gatewayId,
      sourceId,
      id,
    ) !== undefined
  )
    throw new Refusal('conflict', 'another device is registered under this id behind this gateway', {
      gatewayId,
      sourceId,
    })
  db.run(
    `insert into devices values (?, ?, ?, ?, ?, ?, ?, ?)
     on conflict (id) do update set kind = excluded.kind, model = excluded.model, gateway_id = excluded.gateway_id,
       source_id = excluded.source_id, cadence_s = excluded.cadence_s, enabled = excluded.enabled,
       created_at = excluded.created_at`,
    id,
    kind,
    model,
    gatewayId,
    sourceId,
    cadenceS,
    Number(enabled),
    createdAt,
  )
}

/**
 * The history of a device never overlaps: a time before its last change counts as the time of that change. A stay that
 * would have no length was a slip and goes.
 */
function assign(db: Database, deviceId: DeviceId, homeId: HomeId | null, at: EpochMs): void {
  const last = db.get<Assignment>(`${ASSIGNMENT} where device_id = ? order by from_at desc limit 1`, deviceId)
  const from = Math.max(at, last?.to ?? last?.from ?? at)
  if (last?.to === null) {
    if (last.from === from)
      db.run('delete from assignments where device_id = ? and from_at = ?', deviceId, from)
    else db.run('update assignments set to_at = ? where device_id = ? and to_at is null', from, deviceId)
  }
  if (homeId !== null) db.run('insert into assignments values (?, ?, ?, null)', deviceId, homeId, from)
}

type GatewayRow = Omit<Gateway, 'topics' | 'enabled'> & { topics: string; enabled: number }

const GATEWAY =
  'select id, jurisdiction_id as "jurisdictionId", name, topics, enabled, created_at as "createdAt" from gateways'

const gatewayOf = (row: GatewayRow): Gateway => ({
  ...row,
  topics: JSON.parse(row.topics) as string[],
  enabled: row.enabled === 1,
})

export function gatewayTable(connection: Connection): GatewayTable {
  return {
    get: (id) =>
      connection.read((db) => {
        const row = db.get<GatewayRow>(`${GATEWAY} where id = ?`, id)
        return row === undefined ? null : gatewayOf(row)
      }),
    list: ({ scope }, page) =>
      connection.read((db) => {
        const where = new Where().oneOf('jurisdiction_id', scope)
        return listPage<GatewayRow, Gateway>(
          db,
          { select: GATEWAY, where, order: BY_ID, page },
          idOf,
          gatewayOf,
        )
      }),
    all: () => connection.read((db) => db.all<GatewayRow>(`${GATEWAY} order by id`).map(gatewayOf)),
    put: ({ id, jurisdictionId, name, topics, enabled, createdAt }) =>
      connection.write((db) => {
        db.run(
          'insert or replace into gateways values (?, ?, ?, ?, ?, ?)',
          id,
          jurisdictionId,
          name,
          JSON.stringify(topics),
          Number(enabled),
          createdAt,
        )
      }),
  }
}

export function credentialTable(connection: Connection): CredentialTable {
  return {
    get: (principal) =>
      connection.read(
        (db) =>
          db.get<{ hash: Uint8Array }>('select hash from credentials where principal = ?', principal)?.hash ??
          null,
      ),
    all: () =>
      connection.read((db) =>
        db
          .all<{ principal: string; hash: Uint8Array }>(
            'select principal, hash from credentials order by principal',
          )
          .map((row) => ({ ...row })),
      ),
    put: (principal, hash) =>
      connection.write((db) => {
        db.run('insert or replace into credentials values (?, ?)', principal, hash)
      }),
  }
}

export function deviceHealthTable(connection: Connection): DeviceHealthTable {
  return {
    of: (deviceIds) =>
      connection.read((db) =>
        db
          .all<{ body: string }>(
            `select body from device_health where device_id in ${LISTED} order by device_id`,
            JSON.stringify(deviceIds),
          )
          .map((row) => JSON.parse(row.body) as DeviceHealth),
      ),
    put: (health) =>
      connection.write((db) => {
        db.run('insert or replace into device_health values (?, ?)', health.deviceId, JSON.stringify(health))
      }),
  }
}
