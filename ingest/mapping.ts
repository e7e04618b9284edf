import { METRICS } from '../contracts/metric.ts'
import { type Draft, decimal } from './draft.ts'

export type Said = string | number | boolean

/** What one name of a source means. */
export interface FieldMapping {
  metric: string
  /** What the source's number is in the unit of the metric; 1 when not given. Such as 0.01 for pulses of 10 litres. */
  factor?: number
  /** For a state: what the source says when it is true, and when it is false; anything else says nothing. */
  trueWhen?: readonly Said[]
  falseWhen?: readonly Said[]
}

/** The names of one product or source, as its registration gives them. Where names are nested: `service.property`. */
export type Mapping = Readonly<Record<string, FieldMapping>>

/**
 * Puts the named properties that the mapping knows into the draft; says which names it does not know. Numbers may be
 * written as text, because a mapping states what they are.
 */
export function putMapped(
  draft: Draft,
  mapping: Mapping | null,
  properties: Iterable<readonly [name: string, said: unknown]>,
): string[] {
  const unknown: string[] = []
  for (const [name, said] of properties) {
    const field = mapping !== null && Object.hasOwn(mapping, name) ? mapping[name] : undefined
    if (field === undefined) unknown.push(name)
    else putField(draft, field, said)
  }
  return unknown
}

function putField(draft: Draft, field: FieldMapping, said: unknown): void {
  if (METRICS.get(field.metric)?.form === 'state') {
    draft.state(field.metric, stateOf(field, said))
  } else draft.number(field.metric, typeof said === 'string' ? (decimal(said) ?? said) : said, field.factor)
}

function stateOf(field: FieldMapping, said: unknown): boolean | null | undefined {
  if (said === null) return null
  if (typeof said !== 'string' && typeof said !== 'number' && typeof said !== 'boolean') return undefined
  if (field.trueWhen?.includes(said) === true) return true
  if (field.falseWhen?.includes(said) === true) return false
  const stated = field.trueWhen === undefined && field.falseWhen === undefined
  return stated && typeof said === 'boolean' ? said : undefined
}
