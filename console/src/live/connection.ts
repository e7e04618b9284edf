/** What the frame says of the live connection, as a small state machine over wall-clock (monotonic) ms. */
export type Connection =
  | { state: 'connecting' }
  | { state: 'live' }
  | { state: 'lost'; sinceMs: number; attempts: number }

export type ConnectionEvent = { type: 'opened' } | { type: 'failed'; atMs: number }

export const nextConnection = (connection: Connection, event: ConnectionEvent): Connection => {
  if (event.type === 'opened') return { state: 'live' }
  return connection.state === 'lost'
    ? { ...connection, attempts: connection.attempts + 1 }
    : { state: 'lost', sinceMs: event.atMs, attempts: 1 }
}

/** Wait before the next try: 1, 2, 4, 8, then every 10 s, so that a desk is back at once and a server is not stormed. */
export const retryDelayMs = (attempts: number): number =>
  Math.min(10_000, 1_000 * 2 ** Math.max(0, attempts - 1))
