import createClient from 'openapi-fetch'
import type { paths } from './schema.d.ts'

export const client = createClient<paths>({ credentials: 'same-origin' })

/** What the service refused, by its code; `offline` when it could not be asked at all. */
export class ApiError extends Error {
  readonly code: string
  readonly status: number
  readonly details: unknown

  constructor(code: string, message: string, status: number, details?: unknown) {
    super(message)
    this.name = 'ApiError'
    this.code = code
    this.status = status
    this.details = details
  }
}

const refusalOf = (body: unknown, status: number): ApiError => {
  const error = (body as { error?: { code?: string; message?: string; details?: unknown } } | undefined)
    ?.error
  return new ApiError(error?.code ?? 'internal', error?.message ?? `HTTP ${status}`, status, error?.details)
}

/** The answer's body, or a thrown ApiError: one way for every query and action. */
export const answer = async <Body>(
  call: Promise<{ data?: Body; error?: unknown; response: Response }>,
): Promise<Body> => {
  let result: { data?: Body; error?: unknown; response: Response }
  try {
    result = await call
  } catch {
    throw new ApiError('offline', 'the service cannot be reached', 0)
  }
  if (!result.response.ok) throw refusalOf(result.error, result.response.status)
  return result.data as Body
}

/** The same for what is sent past the document: bytes. */
export const answerOf = <Body>(call: Promise<Response>): Promise<Body> =>
  answer(
    call.then(async (response) => {
      const body: unknown = await response.json()
      return response.ok ? { data: body as Body, response } : { error: body, response }
    }),
  )
