import { type Attack, inParallel } from '../attack.ts'
import { closed, open } from '../wire-client.ts'

const CONNECTIONS = 7_000

/** Opens thousands of connections, says nothing on any of them, and opens another for each that is closed. */
export const attack: Attack = (port) =>
  inParallel(CONNECTIONS, async () => {
    const socket = await open(port)
    if (socket === null) return
    socket.resume()
    await closed(socket)
  })
