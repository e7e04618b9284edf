import type { FastifyBaseLogger, FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod'
import type { z } from 'zod'
import { type ErrorCode, Refusal } from '../contracts/errors.ts'
import { SeriesUnavailable } from '../store/series.ts'
import type { ApiError } from './schemas/common.ts'

/** The one place where refusals get their HTTP status. */
export const HTTP_STATUS: Record<ErrorCode, number> = {
  bad_request: 400,
  range_too_long: 400,
  not_signed_in: 401,
  wrong_credentials: 401,
  link_used_or_expired: 401,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  version_conflict: 409,
  already_resolved: 409,
  illegal_transition: 409,
  outcome_missing: 409,
  outcome_incomplete: 400,
  roster_faulty: 400,
  same_person: 409,
  channel_in_use: 409,
  nobody_to_send: 409,
  offer_over: 409,
  visit_over: 409,
  consent_missing: 409,
  command_unsupported: 409,
  too_large: 413,
  too_many_requests: 429,
  not_ready: 503,
  internal: 500,
}

export type ErrorBody = z.output<typeof ApiError>

export const errorBody = (refusal: Refusal): ErrorBody => ({
  error: {
    code: refusal.code,
    message: refusal.message,
    ...(refusal.details === undefined ? {} : { details: refusal.details }),
  },
})

/** Turns whatever was thrown into a refusal; null when it is a fault of ours. */
const refusalOf = (error: unknown): Refusal | null => {
  if (error instanceof Refusal) return error
  if (error instanceof SeriesUnavailable) {
    return new Refusal('not_ready', 'The store of readings does not answer at the moment. Try again.')
  }
  if (hasZodFastifySchemaValidationErrors(error)) {
    const part = (error as { validationContext?: string }).validationContext ?? 'request'
    const details = error.validation.map((issue) => ({
      in: part,
      at: issue.instancePath,
      message: issue.message ?? '',
    }))
    return new Refusal('bad_request', 'The request does not have the form that is asked for.', details)
  }
  const status = (error as Partial<FastifyError> | null)?.statusCode
  if (status === undefined || status < 400 || status >= 500) return null
  if (status === 413) return new Refusal('too_large', 'The request is too large: 256 KB at most.')
  if (status === 429) return new Refusal('too_many_requests', 'Too many tries. Wait a minute.')
  if (status === 404) return new Refusal('not_found', 'No such address.')
  return new Refusal('bad_request', (error as Error).message)
}

/** What of a fault may stand in the log: no request, no values. */
const faultForLog = (error: unknown): object =>
  error instanceof Error
    ? {
        err: {
          type: error.name,
          message: error.message,
          stack: error.stack,
          cause: causeForLog(error.cause),
        },
      }
    : { err: { type: typeof error } }

const causeForLog = (cause: unknown): string | undefined =>
  cause instanceof Error ? `${cause.name}: ${cause.message}` : undefined

export const toRefusal = (error: unknown, log: FastifyBaseLogger, route: string): Refusal => {
  const refusal = refusalOf(error)
  if (refusal !== null) return refusal
  log.error({ ...faultForLog(error), route }, 'a request failed')
  return new Refusal('internal', 'Something went wrong on our side. It is in the log.')
}

export const answerError = (error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply => {
  const refusal = toRefusal(error, request.log, request.routeOptions.url ?? 'none')
  if (refusal.code === 'not_signed_in') void reply.header('www-authenticate', 'Bearer')
  return reply
    .code(HTTP_STATUS[refusal.code])
    .type('application/json; charset=utf-8')
    .serializer(JSON.stringify)
    .send(errorBody(refusal))
}
