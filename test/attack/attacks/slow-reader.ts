import { type Attack, inParallel } from '../attack.ts'
import { admitted, closed, publishBytes, subscribeBytes, write } from '../wire-client.ts'

const READERS = 20
const LARGE = Buffer.alloc(200 * 1_024)

/** Subscribes to its own topic, reads nothing, and has large messages sent there by its other connections. */
export const attack: Attack = async (port) => {
  const reading = inParallel(READERS, async (index) => {
    const name = `attacker-${index}`
    const socket = await admitted(port, name, { clientId: 'reader' })
    if (socket === null) return
    socket.pause()
    await write(socket, subscribeBytes([`devices/${name}/#`], 1))
    await closed(socket)
  })
  const writing = inParallel(READERS * 2, async (index) => {
    const name = `attacker-${index % READERS}`
    const socket = await admitted(port, name, { clientId: `writer-${index}` })
    if (socket === null) return
    socket.resume()
    while (await write(socket, publishBytes(`devices/${name}/readings`, LARGE)));
  })
  await Promise.all([reading, writing])
}
