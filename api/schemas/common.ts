import { z } from 'zod'
import type { ErrorCode } from '../../contracts/errors.ts'
import { type EpochMs, iso } from '../../contracts/time.ts'

/** The one place where times change form: ISO 8601 UTC with milliseconds in JSON, epoch milliseconds within. */
export const Time = z.codec(z.iso.datetime({ offset: true }), z.int(), {
  decode: (text): EpochMs => Date.parse(text),
  encode: iso,
})

const errorCodes = {
  bad_request: true,
  not_signed_in: true,
  forbidden: true,
  not_found: true,
  conflict: true,
  version_conflict: true,
  already_resolved: true,
  illegal_transition: true,
  outcome_missing: true,
  outcome_incomplete: true,
  roster_faulty: true,
  same_person: true,
  channel_in_use: true,
  nobody_to_send: true,
  offer_over: true,
  visit_over: true,
  consent_missing: true,
  command_unsupported: true,
  too_large: true,
  too_many_requests: true,
  range_too_long: true,
  link_used_or_expired: true,
  wrong_credentials: true,
  not_ready: true,
  internal: true,
} satisfies Record<ErrorCode, true>

export const ApiError = z
  .strictObject({
    error: z.strictObject({
      code: z.enum(Object.keys(errorCodes) as [ErrorCode, ...ErrorCode[]]),
      message: z.string(),
      details: z.unknown().optional(),
    }),
  })
  .meta({ id: 'ApiError', description: 'The one shape of every failure.' })

export const Empty = z.undefined().describe('Done; no content.')

/** What every list takes: `limit` items of those after the mark `after`. */
export const paging = (defaultLimit = 50) => ({
  limit: z.coerce.number().int().min(1).max(500).default(defaultLimit),
  after: z.string().max(200).optional(),
})

export const pageOf = <Item extends z.ZodType>(item: Item) =>
  z.strictObject({
    items: z.array(item),
    next: z.string().nullable().describe('Give it as `after` to get what follows; null at the end.'),
  })

/** A comma list in a query, such as `open,acknowledged`. */
export const commaList = <Item extends z.ZodType<unknown, string>>(item: Item) =>
  z
    .string()
    .max(2_000)
    .transform((text) => text.split(','))
    .pipe(z.array(item).min(1).max(100))

/** Yes, no, or not asked. */
export const queryChoice = z
  .enum(['true', 'false'])
  .transform((text) => text === 'true')
  .optional()

export const queryFlag = z
  .enum(['true', 'false'])
  .default('false')
  .transform((text) => text === 'true')
