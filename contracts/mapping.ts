import { z } from 'zod'
import { DeviceId, GatewayId } from './ids.ts'
import { MetricName } from './metric.ts'
import { type Device, TimeZone } from './registry.ts'

/** A word, number or truth value as a source says it. */
export const Said = z.union([z.string().max(60), z.number(), z.boolean()])
export type Said = z.infer<typeof Said>

/** What one name of a source means. */
export const FieldMapping = z.strictObject({
  metric: MetricName,
  /** What the source's number is in the unit of the metric; 1 when not given. Such as 0.01 for pulses of 10 litres. */
  factor: z.number().positive().exactOptional(),
  /** For a state: what the source says when it is true, and when it is false; anything else says nothing. */
  trueWhen: z.array(Said).max(20).exactOptional(),
  falseWhen: z.array(Said).max(20).exactOptional(),
})
export type FieldMapping = z.infer<typeof FieldMapping>

/** The names of one product or source, as its registration gives them. Where names are nested: `service.property`. */
export const Mapping = z
  .record(z.string().min(1).max(200), FieldMapping)
  .refine((fields) => Object.keys(fields).length <= 200, 'at most 200 names')
export type Mapping = Readonly<Record<string, FieldMapping>>

/** All that a message does not say of its source: what its names are, and the zone of its local times. */
export const SourceMapping = z.strictObject({
  fields: Mapping,
  /** Null: the site's own. */
  zone: TimeZone.nullable(),
})
export type SourceMapping = z.infer<typeof SourceMapping>

/**
 * Whom a mapping is for: one device, or every device of a product model, behind one gateway or (null) anywhere. A device's
 * own words come before those of its model, and a gateway's before the general ones, name by name.
 */
export const MappingSubject = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('device'), deviceId: DeviceId }),
  z.strictObject({
    type: z.literal('model'),
    gatewayId: GatewayId.nullable(),
    model: z.string().min(1).max(80),
  }),
])
export type MappingSubject = z.infer<typeof MappingSubject>

/** One text for each subject, the same everywhere. */
export const mappingKey = (subject: MappingSubject): string =>
  subject.type === 'device'
    ? JSON.stringify(['device', subject.deviceId])
    : JSON.stringify(['model', subject.gatewayId, subject.model])

/** Whose words hold for a device, from the general to the particular. */
export const mappingSubjectsOf = ({
  id,
  gatewayId,
  model,
}: Pick<Device, 'id' | 'gatewayId' | 'model'>): MappingSubject[] => [
  ...(model === '' ? [] : [{ type: 'model' as const, gatewayId: null, model }]),
  ...(model === '' || gatewayId === null ? [] : [{ type: 'model' as const, gatewayId, model }]),
  { type: 'device', deviceId: id },
]

/** A name that only a mapping can explain, with what the message says under it. */
export interface AskedField {
  sourceId: string
  name: string
  said: Said | null
}
