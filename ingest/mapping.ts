import type { FieldMapping, Mapping } from '../contracts/mapping.ts'
import { METRICS } from '../contracts/metric.ts'
import { isObject, type JsonObject } from './coercion.ts'
import { type Draft, decimal } from './draft.ts'

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
    draft.asks(name, said)
    const field = mapping !== null && Object.hasOwn(mapping, name) ? mapping[name] : undefined
    if (field === undefined) unknown.push(name)
    else putField(draft, field, said)
  }
  return unknown
}

/** What a mapping leaves for the family to read by its own rules: a mapped name is the registration's alone. */
export function withoutMapped(said: JsonObject, mapping: Mapping | null, prefix = ''): JsonObject {
  if (mapping === null) return said
  const rest: JsonObject = {}
  for (const [name, value] of Object.entries(said)) {
    if (Object.hasOwn(mapping, prefix + name)) continue
    rest[name] = isObject(value) ? withoutMapped(value, mapping, `${prefix}${name}.`) : value
  }
  return rest
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
