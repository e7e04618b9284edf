import { type Attack, inParallel } from '../attack.ts'
import { answer, connectBytes, open, subscribeBytes } from '../wire-client.ts'

const AT_ONCE = 50
const FILTERS = Array.from({ length: 60 }, (_, i) => `devices/attacker/${i}/+/x`)

/** Takes over one and the same persistent session again and again, with all its subscriptions. */
export const attack: Attack = (port) =>
  inParallel(AT_ONCE, async () => {
    const socket = await open(port)
    if (socket === null) return
    socket.write(connectBytes('attacker', { clean: false, clientId: 'same' }))
    socket.write(subscribeBytes(FILTERS, 1))
    await answer(socket)
    socket.destroy()
  })
