import { z } from 'zod'
import { MappingSubject, Said, SourceMapping as SourceMappingContract } from '../../contracts/mapping.ts'
import { MetricName } from '../../contracts/metric.ts'
import { DeviceKind, MeasuredAtSource, Quality } from '../../contracts/reading.ts'
import { Time } from './common.ts'

export const SourceMapping = z.strictObject(SourceMappingContract.shape).meta({
  id: 'SourceMapping',
  description:
    'What a message does not say of its source: what its names are, and the zone of its local times.',
})
export const MappingList = z.strictObject({
  items: z.array(
    z
      .strictObject({
        subject: MappingSubject,
        mapping: SourceMapping.nullable().describe('Null: messages wait for one that nobody has said yet.'),
        devices: z.int().describe('How many it is for now.'),
        heard7Days: z.int().describe('Messages of these devices in seven days.'),
        waiting: z.int().describe('Kept messages that still ask for what it does not say.'),
        decoded: z
          .int()
          .describe('Kept messages that it has explained since, as far as they are still kept.'),
      })
      .meta({ id: 'StoredMapping' }),
  ),
})
export const MetricList = z.strictObject({
  items: z.array(
    z
      .strictObject({ name: MetricName, form: z.enum(['register', 'gauge', 'state']), unit: z.string() })
      .meta({ id: 'Metric' }),
  ),
})
export const MappingChange = z.strictObject({
  subject: MappingSubject,
  mapping: SourceMapping.nullable().describe('Null takes it away.'),
})
export const MappingChanged = z.strictObject({
  decoded: z.int().describe('Kept messages that it explained, and that are decoded now.'),
})
export const DeviceMapping = z
  .strictObject({
    device: SourceMapping.nullable().describe('What was said of this device alone.'),
    ofGateway: SourceMapping.nullable().describe('What was said of its model behind its gateway.'),
    ofModel: SourceMapping.nullable().describe('What was said of its model anywhere.'),
  })
  .meta({ id: 'DeviceMapping' })

export const PreviewRequest = z.strictObject({
  proposed: z
    .strictObject({ sourceId: z.string().max(200), mapping: SourceMapping })
    .nullable()
    .default(null)
    .describe('Null: as the registry stands.'),
})
export const Preview = z
  .strictObject({
    fields: z
      .array(z.strictObject({ sourceId: z.string(), name: z.string(), said: Said.nullable() }))
      .describe('The names that a mapping may explain, with what the message says under them.'),
    samples: z.array(
      z.strictObject({
        sourceId: z.string(),
        channel: z.string().nullable(),
        seq: z.int().nullable(),
        kind: DeviceKind,
        measuredAt: Time,
        measuredAtSource: MeasuredAtSource,
        values: z.record(z.string(), z.union([z.number(), z.boolean(), z.null()])),
        quality: z.array(Quality),
      }),
    ),
    refused: z.strictObject({ code: z.string(), message: z.string() }).nullable(),
  })
  .meta({ id: 'DecodingPreview' })
