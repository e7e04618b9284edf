import { type Attack, inParallel } from '../attack.ts'
import { admitted, answer, publishBytes, subscribeBytes, write } from '../wire-client.ts'

const PRINCIPALS = 4
const SESSIONS = 8
const AT_ONCE = 50
const LARGE = Buffer.alloc(8 * 1_024)

/** Leaves sessions behind that have subscribed, and fills their queues. */
export const attack: Attack = (port) =>
  inParallel(PRINCIPALS, async (index) => {
    const name = `attacker-${index}`
    for (let n = 0; n < SESSIONS; n++) {
      const socket = await admitted(port, name, { clean: false, clientId: `left-${n}` })
      socket?.write(subscribeBytes([`devices/${name}/#`], 1))
      if (socket !== null) await answer(socket)
      socket?.destroy()
    }
    const socket = await admitted(port, name, { clientId: 'writer' })
    if (socket === null) return
    socket.resume()
    const packets = Array.from({ length: AT_ONCE }, (_, i) =>
      publishBytes(`devices/${name}/readings`, LARGE, { qos: 1, messageId: i + 1 }),
    )
    while (await write(socket, Buffer.concat(packets)));
  })
