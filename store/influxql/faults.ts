import { SeriesUnavailable } from '../series.ts'

/** How a request to InfluxDB failed: the HTTP status (null: no answer) and the server's words. */
export interface Fault {
  status: number | null
  message: string
}

/** Statuses by which a server says that it understood a write and will not have it. */
const REFUSED = new Set([400, 413, 422])

/**
 * A server that is full or set up wrongly also says 400; people mend that and the data waits. Only the beginning is
 * looked at: what follows may quote the readings themselves.
 */
const MENDABLE =
  /^(database is required|retention policy|org|bucket|partial write: max-(series-per-database|values-per-tag) limit exceeded)/

/** True when the server will never take what was sent; false when it may later. */
export const isRefusal = (fault: Fault): boolean =>
  fault.status !== null && REFUSED.has(fault.status) && !MENDABLE.test(fault.message)

/** `dropped=N` at the end of a partial write: how many of the points were refused, the others being kept. */
export function droppedOf(fault: Fault): number | null {
  const dropped = /dropped=(\d+)$/.exec(fault.message)?.[1]
  return dropped === undefined ? null : Number(dropped)
}

/** The server's own words out of its JSON, or the body itself. */
export function serverWords(body: string): string {
  try {
    const { error, message } = JSON.parse(body) as { error?: unknown; message?: unknown }
    const words = [error, message].find((part) => typeof part === 'string')
    return words === undefined ? body : words.trim()
  } catch {
    // Not JSON, or not an object: a proxy speaks.
    return body.slice(0, 500).trim()
  }
}

export function unavailable(store: string, fault: Fault): SeriesUnavailable {
  const status = fault.status === null ? 'no answer' : `status ${fault.status}`
  return new SeriesUnavailable(`${store} is not to be had (${status}): ${fault.message.slice(0, 300)}`)
}

/** Client libraries time out a silent socket, but not an answer that starts and never ends. */
export async function within<T>(timeoutMs: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer in ${timeoutMs} ms`)), timeoutMs)
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}
