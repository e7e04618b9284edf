import type { AwayPeriod, HomeSettings, PlannedCut, SensitivePeriod } from '../../contracts/circumstance.ts'
import type { CircumstanceTable } from '../state/circumstances.ts'
import type { Connection } from './connection.ts'
import type { Database } from './database.ts'
import { LISTED } from './lists.ts'

/** Rows are our own: what was checked when it was written is taken at its word. */
const bodiesOf =
  <T>(sql: string, ...params: (string | number)[]) =>
  (db: Database): T[] =>
    db.all<{ body: string }>(sql, ...params).map(({ body }) => JSON.parse(body) as T)

export function circumstanceTable(connection: Connection): CircumstanceTable {
  const periods = <T>(sql: string, ...params: (string | number)[]) =>
    connection.read(bodiesOf<T>(sql, ...params))
  const AWAY = 'select body from away_periods'
  const SENSITIVE = 'select body from sensitive_periods'
  const CUT = 'select body from planned_cuts'
  return {
    away: async (id) => (await periods<AwayPeriod>(`${AWAY} where id = ?`, id))[0] ?? null,
    awayOf: (homeId) =>
      periods<AwayPeriod>(`${AWAY} where home_id = ? order by from_at desc, id limit 200`, homeId),
    awaySince: (at) => periods<AwayPeriod>(`${AWAY} where to_at > ? order by from_at, id`, at),
    putAway: (away) =>
      connection.write((db) => {
        db.run(
          'insert or replace into away_periods values (?, ?, ?, ?, ?)',
          away.id,
          away.homeId,
          away.from,
          away.to,
          JSON.stringify(away),
        )
      }),
    sensitivity: async (id) => (await periods<SensitivePeriod>(`${SENSITIVE} where id = ?`, id))[0] ?? null,
    sensitivityOf: (homeId) =>
      periods<SensitivePeriod>(`${SENSITIVE} where home_id = ? order by from_at desc, id limit 200`, homeId),
    sensitivityAt: (ids) =>
      periods<SensitivePeriod>(
        `${SENSITIVE} where jurisdiction_id in ${LISTED} order by from_at desc, id limit 200`,
        JSON.stringify(ids),
      ),
    sensitivitySince: (at) =>
      periods<SensitivePeriod>(`${SENSITIVE} where to_at > ? order by from_at, id`, at),
    putSensitivity: (one) =>
      connection.write((db) => {
        db.run(
          'insert or replace into sensitive_periods values (?, ?, ?, ?, ?, ?)',
          one.id,
          one.homeId,
          one.jurisdictionId,
          one.from,
          one.to,
          JSON.stringify(one),
        )
      }),
    cut: async (id) => (await periods<PlannedCut>(`${CUT} where id = ?`, id))[0] ?? null,
    cutsAt: (ids) =>
      periods<PlannedCut>(
        `${CUT} where jurisdiction_id in ${LISTED} order by from_at desc, id limit 200`,
        JSON.stringify(ids),
      ),
    cutsSince: (at) => periods<PlannedCut>(`${CUT} where to_at > ? order by from_at, id`, at),
    putCut: (cut) =>
      connection.write((db) => {
        db.run(
          'insert or replace into planned_cuts values (?, ?, ?, ?, ?)',
          cut.id,
          cut.jurisdictionId,
          cut.from,
          cut.to,
          JSON.stringify(cut),
        )
      }),
    settingsOf: async (homeId) =>
      (
        await periods<HomeSettings>(
          'select body from home_settings where home_id = ? order by version desc limit 1',
          homeId,
        )
      )[0] ?? null,
    settingsHistory: (homeId) =>
      periods<HomeSettings>('select body from home_settings where home_id = ? order by version', homeId),
    allSettings: () =>
      periods<HomeSettings>(
        'select body from home_settings where version in (select max(version) from home_settings group by home_id) order by home_id',
      ),
    putSettings: (settings) =>
      connection.write((db) => {
        db.run(
          'insert into home_settings (home_id, body) values (?, ?)',
          settings.homeId,
          JSON.stringify(settings),
        )
      }),
  }
}
