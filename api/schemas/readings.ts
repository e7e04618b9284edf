import { z } from 'zod'
import { DeviceId } from '../../contracts/ids.ts'
import { MetricName } from '../../contracts/metric.ts'
import { Quality } from '../../contracts/reading.ts'
import { commaList, Time } from './common.ts'

export const ReadingsQuery = z.strictObject({
  metrics: commaList(MetricName).describe('Comma list, such as `water_total_m3,power_w`.'),
  from: Time.optional().describe('Default: 24 h before `to`.'),
  to: Time.optional().describe('Default: civil now.'),
  resolution: z
    .union([z.literal('raw'), z.coerce.number().int().min(1).max(31_536_000)])
    .optional()
    .describe('Seconds in a bucket, or `raw`; default: the finest with at most 1,500 buckets.'),
  deviceId: DeviceId.optional(),
})

export const ReadingPoint = z
  .strictObject({
    at: Time,
    value: z.union([z.number(), z.boolean(), z.null()]),
    quality: z.array(Quality),
  })
  .meta({ id: 'ReadingPoint' })

export const ReadingBucket = z
  .strictObject({
    start: Time,
    count: z.int(),
    first: z.number(),
    last: z.number(),
    min: z.number(),
    max: z.number(),
    mean: z.number(),
    use: z
      .number()
      .nullable()
      .describe('What flowed, for registers, in the unit of the series; null when it cannot be said.'),
  })
  .meta({ id: 'ReadingBucket', description: 'A bucket in which nothing was heard is absent.' })

export const ReadingSeries = z
  .strictObject({
    deviceId: DeviceId,
    channel: z.string().nullable(),
    metric: z.string(),
    unit: z.string(),
    form: z.enum(['register', 'gauge', 'state']),
    points: z.array(ReadingPoint).optional().describe('With `resolution=raw`.'),
    buckets: z.array(ReadingBucket).optional().describe('Otherwise.'),
  })
  .meta({ id: 'ReadingSeries' })

export const Readings = z
  .strictObject({
    from: Time,
    to: Time,
    resolutionS: z.int().nullable().describe('Null for raw points.'),
    series: z.array(ReadingSeries),
  })
  .meta({ id: 'Readings' })

export const ActogramQuery = z.strictObject({
  days: z.coerce.number().int().min(1).max(120).default(28),
  resolution: z
    .enum(['15', '30', '60'])
    .default('15')
    .transform((minutes) => Number(minutes) as 15 | 30 | 60)
    .describe('Minutes in a cell.'),
})

export const ActogramCell = z
  .strictObject({ litres: z.number().nullable(), wattHours: z.number().nullable() })
  .meta({ id: 'ActogramCell', description: 'Null: not heard. 0: heard, and nothing used.' })

export const Actogram = z
  .strictObject({
    zone: z.string(),
    resolutionMinutes: z.union([z.literal(15), z.literal(30), z.literal(60)]),
    days: z
      .array(z.strictObject({ date: z.string(), cells: z.array(ActogramCell) }))
      .describe('Local days, oldest first; a day on which clocks change is shorter or longer.'),
  })
  .meta({ id: 'Actogram' })
