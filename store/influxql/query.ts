import type { EpochMs } from '../../contracts/time.ts'
import type { SeriesErasure, SeriesQuery } from '../series.ts'
import { LAST_MS } from '../series-form.ts'
import { fieldOf, MEASUREMENT, QUALITY, RECEIVED_AT, tagText } from './layout.ts'

/** What `tagText` leaves holds no backslash and no line break: the quote is all that could end the text early. */
const literal = (tag: string): string => `'${tagText(tag).replaceAll("'", "\\'")}'`
const identifier = (field: string): string => `"${field.replaceAll('"', '\\"')}"`

/** Clamped to what InfluxDB can say, so that "since ever" is a range like any other. */
const instant = (at: EpochMs): string => `${Math.ceil(Math.min(Math.max(at, -LAST_MS), LAST_MS))}ms`

/** Where a reader of many rows stands: rows from `from`, of which the first `skip` are known already. */
export interface Page {
  from: EpochMs
  skip: number
  rows: number
}

/** Columns: time, device, channel, received_at, quality, then the metrics in their order. */
export function selectReadings(query: SeriesQuery, metrics: readonly string[], page: Page): string {
  const columns = [
    '"device"::tag',
    '"channel"::tag',
    ...[RECEIVED_AT, QUALITY, ...metrics.map(fieldOf)].map((field) => `${identifier(field)}::field`),
  ]
  const conditions = [
    `"home"::tag = ${literal(query.homeId)}`,
    ...(query.deviceId === undefined ? [] : [`"device"::tag = ${literal(query.deviceId)}`]),
    `time >= ${instant(page.from)}`,
    `time < ${instant(query.to)}`,
  ]
  return (
    `SELECT ${columns.join(', ')} FROM "${MEASUREMENT}" WHERE ${conditions.join(' AND ')} ` +
    `ORDER BY time ASC LIMIT ${page.rows} OFFSET ${page.skip}`
  )
}

export function deleteReadings({ homeId, deviceId, before }: SeriesErasure): string {
  const conditions = [
    `"home" = ${literal(homeId)}`,
    ...(deviceId === undefined ? [] : [`"device" = ${literal(deviceId)}`]),
    ...(before === undefined ? [] : [`time < ${instant(before)}`]),
  ]
  return `DELETE FROM "${MEASUREMENT}" WHERE ${conditions.join(' AND ')}`
}

/** Asks for next to nothing, but as the reader that we are: unlike /ping it notices a wrong password. */
export const ANY_ANSWER = 'SHOW MEASUREMENTS LIMIT 1'
