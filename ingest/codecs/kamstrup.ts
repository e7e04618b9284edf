import { HOUR_MS } from '../../contracts/time.ts'
import { isObject, type JsonObject } from '../coercion.ts'
import { type Draft, textAt } from '../draft.ts'
import type { Codec, Uplink } from './uplink.ts'

const MAX_VALUES = 100
const STATES: ReadonlyMap<string | null, string> = new Map([
  ['Leak', 'leak'],
  ['Burst', 'burst'],
  ['Reverse', 'backflow'],
  ['Dry', 'empty_pipe'],
  ['Tamper', 'tamper'],
  ['Low Battery', 'battery_low'],
])
/** A log of last midnight says what was then. */
const PAST_AFTER_MS = 2 * HOUR_MS

/**
 * Kamstrup flowIQ and others, by its M-Bus parser (lorawan-devices, vendor/kamstrup): `values` of `Type`, `Value`, `Unit`, and
 * `Timestamp` in the meter's time without a zone. A message holds hours, or the log of a midnight. Without the site's zone
 * only the newest register can be placed, at the network's time. Meters that also say an energy are those of heat.
 */
export const kamstrup: Codec = {
  name: 'kamstrup',
  claims: ({ object }) =>
    valuesOf(object).some((said) => 'Type' in said && 'Unit' in said && 'Timestamp' in said),
  put(uplink) {
    const values = valuesOf(uplink.object)
    if (values.some((said) => /energy|heat/i.test(textAt(said, 'Type') ?? ''))) {
      uplink.drafts.refusals.add('needs_mapping', 'volume and energy of one meter are those of heating')
      return
    }
    const newest = values
      .map(timeOf)
      .filter((at) => at !== null)
      .sort()
      .at(-1)
    const byTime = Map.groupBy(values, timeOf)
    for (const [at, said] of byTime) if (at !== null) putMoment(uplink, at, said, at === newest)
  },
}

const valuesOf = ({ values }: JsonObject): JsonObject[] =>
  Array.isArray(values) ? values.slice(0, MAX_VALUES).filter(isObject) : []

const timeOf = (said: JsonObject): string | null => textAt(said, 'Timestamp')

function putMoment(uplink: Uplink, at: string, said: readonly JsonObject[], isNewest: boolean): void {
  const draft = uplink.draft()
  const networkAt = draft.measuredAt
  draft.time(at, 'device')
  const isPlaced = draft.measuredAt !== networkAt
  if (!isPlaced && !isNewest) return
  if (networkAt - draft.measuredAt > PAST_AFTER_MS) draft.quality('historical')
  for (const value of said) putValue(draft, value, isPlaced)
}

/** States are of their own moment alone: where that is not known, they say nothing of now. */
function putValue(draft: Draft, said: JsonObject, isPlaced: boolean): void {
  draft.kind = 'water'
  const type = textAt(said, 'Type')
  if (type === 'Volume' && said['Unit'] === 'm3') draft.number('water_total_m3', said['Value'])
  const metric = STATES.get(type)
  if (isPlaced && metric !== undefined && typeof said['Value'] === 'boolean') {
    draft.state(metric, said['Value'])
  }
}
