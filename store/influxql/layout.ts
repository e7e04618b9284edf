import type { KeptReading } from '../series-form.ts'

/**
 * How readings lie in every InfluxDB: one measurement, a point for each reading.
 * Tags `home`, `device`, `channel` (absent when there is none), `kind`; a field for each metric (numbers always float,
 * states boolean), and `received_at` (epoch ms), `source` (whose clock), `quality` (absent when nothing is doubted).
 */
export const MEASUREMENT = 'readings'
export const RECEIVED_AT = 'received_at'
export const QUALITY = 'quality'
const SOURCE = 'source'

const TAKEN = new Set([RECEIVED_AT, QUALITY, SOURCE, 'time', 'home', 'device', 'channel', 'kind'])

export interface InfluxPoint {
  tags: Record<string, string>
  fields: Record<string, number | boolean | string>
  /** Epoch ms. A string, because the `influx` package takes the number 0 for "now". */
  timestamp: string
}

const percent = (char: string): string => `%${char.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`

/**
 * Line protocol cannot say a line break or a closing backslash in a tag, whatever the escaping: those are written as
 * %0A. What is left is safe for the escaping of both client libraries.
 */
export const tagText = (text: string): string => text.replace(/[\p{Cc}\\%]/gu, percent)

export const tagTextRead = (text: string): string =>
  text.replace(/%([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))

/** The field of a metric: its name, unless that would be another column's. */
export function fieldOf(metric: string): string {
  const text = tagText(metric)
  return TAKEN.has(text) ? percent(text) + text.slice(1) : text
}

export function pointOf(kept: KeptReading): InfluxPoint {
  const tags: Record<string, string> = {
    home: tagText(kept.home),
    device: tagText(kept.device),
    kind: kept.kind,
  }
  if (kept.channel !== '') tags['channel'] = tagText(kept.channel)
  const fields: InfluxPoint['fields'] = { [RECEIVED_AT]: kept.receivedAt, [SOURCE]: kept.measuredAtSource }
  if (kept.flags !== '') fields[QUALITY] = kept.flags
  for (const [metric, value] of kept.values) fields[fieldOf(metric)] = value
  return { tags, fields, timestamp: String(kept.measuredAt) }
}
