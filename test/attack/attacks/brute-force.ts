import { type Attack, inParallel } from '../attack.ts'
import { answer, connectBytes, open } from '../wire-client.ts'

const AT_ONCE = 200

/** Tries one secret after the other for one device. */
export const attack: Attack = (port) => {
  let guess = 0
  return inParallel(AT_ONCE, async () => {
    const socket = await open(port)
    if (socket === null) return
    socket.write(connectBytes('innocent', { password: Buffer.from(`guess ${guess++}`) }))
    await answer(socket)
    socket.destroy()
  })
}
