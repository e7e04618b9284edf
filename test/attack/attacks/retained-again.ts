import { type Attack, inParallel } from '../attack.ts'
import { admitted, publishBytes, subscribeBytes, write } from '../wire-client.ts'

const CONNECTIONS = 4
const MESSAGES = 1_000
const PAYLOAD = Buffer.alloc(2_048)
const FILTERS = ['#', '+/#', 'x/#', '+/+', 'x/+', '+/y/#'].map((rest) => `attack/${rest}`)

/** Fills what it may have retained, then asks for all of it, under filter after filter, again and again. */
export const attack: Attack = (port) =>
  inParallel(CONNECTIONS, async (index) => {
    const socket = await admitted(port, 'gateway-0', { clientId: `${index}` })
    if (socket === null) return
    socket.resume()
    for (let i = 0; i < MESSAGES; i++) {
      if (!(await write(socket, publishBytes(`attack/x/${i}`, PAYLOAD, { retain: true })))) return
    }
    const filters = subscribeBytes(FILTERS)
    while (await write(socket, filters));
  })
