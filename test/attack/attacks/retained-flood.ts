import { type Attack, inParallel } from '../attack.ts'
import { admitted, publishBytes, write } from '../wire-client.ts'

const CONNECTIONS = 4
const AT_ONCE = 100
const KIB = Buffer.alloc(1_024)

/** Has a message retained on every topic it can think of. */
export const attack: Attack = (port) =>
  inParallel(CONNECTIONS, async (index) => {
    const socket = await admitted(port, `gateway-${index}`)
    if (socket === null) return
    socket.resume()
    for (let i = 0; ; i += AT_ONCE) {
      const topics = Array.from({ length: AT_ONCE }, (_, n) => `attack/${index}/${i + n}`)
      const packets = topics.map((topic) => publishBytes(topic, KIB, { retain: true }))
      if (!(await write(socket, Buffer.concat(packets)))) return
    }
  })
