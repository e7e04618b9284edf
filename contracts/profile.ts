import { z } from 'zod'
import { Sentence } from './finding.ts'
import { SourceMapping } from './mapping.ts'
import { METRICS, MetricName } from './metric.ts'
import { DeviceKind } from './reading.ts'
import { Device } from './registry.ts'

/** What a product can be told: set its reporting interval, be hushed, test itself, close its valve, switch its load. */
export const DeviceAbility = z.enum(['interval', 'hush', 'self_test', 'valve', 'switch'])
export type DeviceAbility = z.infer<typeof DeviceAbility>

/** What is known of a product before one of it is mounted. `model` names it everywhere: in a registration, in a mapping. */
export const DeviceProfile = z.strictObject({
  /** `{family}.{model}` in small letters: as it stands in files and codes. */
  id: z.string().regex(/^[a-z0-9][a-z0-9._-]{2,79}$/),
  /** The decoder that reads it, by name. */
  family: z.string().min(1).max(40),
  maker: z.string().min(1).max(60),
  model: Device.shape.model.min(1),
  kind: DeviceKind,
  measures: z.array(MetricName).min(1).max(20),
  /** Expected seconds between messages as delivered; null: it speaks only when something happens, and is learned. */
  cadenceS: Device.shape.cadenceS,
  /** The unit in which it counts itself. */
  unit: z.string().min(1).max(20),
  /** What one pulse or count is; null: it sends a finished register. */
  litresPerPulse: z.number().positive().nullable(),
  /** Where its register begins again at zero, in `unit`; null: not stated by the maker. */
  wrap: z.number().positive().nullable(),
  /** How to make it speak at once: its test button, a magnet, a tap to open. */
  test: Sentence,
  abilities: z.array(DeviceAbility).max(10),
  /** It has a connection of its own; otherwise it stands behind a gateway or a platform. */
  direct: z.boolean(),
  /** Put as the model's mapping when none is there yet; null: its messages say all, or only the contract with the platform does. */
  mapping: SourceMapping.nullable(),
})
export type DeviceProfile = z.infer<typeof DeviceProfile>

/** Where the register of a product begins again at zero, in the unit of our metric; null: not stated, or in a unit that only a mapping of the site explains. */
export function registerWrap({ measures, unit, wrap, mapping }: DeviceProfile): number | null {
  const metric = measures.find((name) => METRICS.get(name)?.form === 'register')
  if (metric === undefined || wrap === null) return null
  if (METRICS.get(metric)?.unit === unit) return wrap
  const field = Object.values(mapping?.fields ?? {}).find((one) => one.metric === metric)
  return field?.factor === undefined ? null : wrap * field.factor
}
