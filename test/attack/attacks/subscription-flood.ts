import { type Attack, inParallel } from '../attack.ts'
import { admitted, subscribeBytes, write } from '../wire-client.ts'

const CONNECTIONS = 4
const AT_ONCE = 200

/** Subscribes to filter after filter, no two of them alike. */
export const attack: Attack = (port) =>
  inParallel(CONNECTIONS, async (index) => {
    const name = `attacker-${index}`
    const socket = await admitted(port, name)
    if (socket === null) return
    socket.resume()
    for (let i = 0; ; i += AT_ONCE) {
      const filters = Array.from({ length: AT_ONCE }, (_, n) => `devices/${name}/${i + n}/+/#`)
      if (!(await write(socket, subscribeBytes(filters, 1)))) return
    }
  })
