import type { Mapping } from '../contracts/mapping.ts'
import { METRICS } from '../contracts/metric.ts'
import { isObject, type JsonObject } from './coercion.ts'
import { at, type Draft, type Drafts } from './draft.ts'
import { putMapped } from './mapping.ts'
import { excerpt } from './refusals.ts'

/** A property as a thing model reports it; names are the product's, and so are units. */
export interface Property {
  name: string
  said: unknown
  /** When it was so, as the device states it. */
  time?: unknown
}

const MAX_PROPERTIES = 1_000

/**
 * The one way from a thing model's properties to metrics: by the registration's mapping; else by the names that the platform
 * itself has fixed with their units (`standard`); else by our own metric names. Any other name is a question to whoever
 * registers the product: `needs_mapping`. Properties of one time are one sample.
 */
export function putProperties(
  drafts: Drafts,
  sourceId: string,
  properties: readonly Property[],
  standard: Mapping,
  source: 'device' | 'gateway' = 'device',
): Draft[] {
  const mapping = drafts.context.mappingOf?.(sourceId) ?? null
  const byTime = new Map<unknown, Draft>()
  const unknown: string[] = []
  for (const { name, said, time } of properties.slice(0, MAX_PROPERTIES)) {
    const draft = byTime.get(time) ?? drafts.of(sourceId).time(time, source)
    byTime.set(time, draft)
    const pair: [string, unknown][] = [[name, said]]
    if (putMapped(draft, mapping, pair).length === 0) continue
    if (putMapped(draft, standard, pair).length === 0) continue
    if (METRICS.has(name)) draft.own(name, said)
    else unknown.push(name)
  }
  if (properties.length > MAX_PROPERTIES) {
    drafts.refusals.add('too_large', `a message holds at most ${MAX_PROPERTIES} properties`)
  }
  const asked = mapping === null ? unknown : []
  if (asked.length > 0) {
    drafts.refusals.add('needs_mapping', `what ${excerpt(asked[0])} means is in the product model`)
  }
  return [...byTime.values()]
}

/** `Name: value`, `Name: {value, time}` or a list of those. */
export function propertiesOf(said: JsonObject): Property[] {
  return Object.entries(said).flatMap(([name, value]): Property[] =>
    (Array.isArray(value) ? value.slice(0, 1_000) : [value]).map((one) =>
      isObject(one) && Object.hasOwn(one, 'value')
        ? { name, said: one['value'], time: one['time'] }
        : { name, said: one },
    ),
  )
}

/**
 * An event as properties: its own name, which is true when it happened, and `event.parameter` for all that it says. What
 * happened, and whether it is over, only the product model knows.
 */
export const eventOf = (name: string, said: unknown, time?: unknown): Property[] => [
  { name, said: true, time },
  ...Object.entries(isObject(said) ? said : {}).map(([parameter, value]) => ({
    name: `${name}.${parameter}`,
    said: value,
    time,
  })),
]

/** Several events by name, each `{value, time}` or a list of those. */
export const eventsOf = (said: JsonObject): Property[] =>
  Object.entries(said).flatMap(([name, happened]) =>
    (Array.isArray(happened) ? happened.slice(0, 1_000) : [happened]).flatMap((one) =>
      eventOf(name, at(one, 'value'), at(one, 'time')),
    ),
  )
