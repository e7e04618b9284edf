import { connect as openSocket, type Socket } from 'node:net'
import { generate, type IConnectPacket } from 'mqtt-packet'
import { SECRET } from './target.ts'

/** Attackers come from another address than the innocent, as they would. */
const localAddress = process.env['LOCAL_ADDRESS'] ?? '127.0.0.1'

/** A socket to the broker under attack. It never throws for being cut: that is what it is for. */
export async function open(port: number): Promise<Socket | null> {
  const socket = openSocket({ port, host: '127.0.0.1', noDelay: true, localAddress })
  socket.on('error', () => {})
  await new Promise((resolve) => socket.once('connect', resolve).once('close', resolve))
  return socket.destroyed ? null : socket
}

export const connectBytes = (username: string, options: Partial<IConnectPacket> = {}): Buffer =>
  generate({
    cmd: 'connect',
    protocolId: 'MQTT',
    protocolVersion: 4,
    clean: true,
    clientId: `${username}-client`,
    keepalive: 0,
    username,
    password: Buffer.from(SECRET),
    ...options,
  })

export const publishBytes = (
  topic: string,
  payload: string | Buffer,
  { qos = 0, messageId = 1, retain = false }: { qos?: 0 | 1; messageId?: number; retain?: boolean } = {},
): Buffer =>
  generate({ cmd: 'publish', topic, payload, qos, retain, dup: false, ...(qos > 0 && { messageId }) })

export const subscribeBytes = (topics: readonly string[], qos: 0 | 1 = 0): Buffer =>
  generate({
    cmd: 'subscribe',
    messageId: 1,
    subscriptions: topics.map((topic) => ({ topic, qos })),
  })

/** A connection that was let in; null when it was not. */
export async function admitted(
  port: number,
  username: string,
  options: Partial<IConnectPacket> = {},
): Promise<Socket | null> {
  const socket = await open(port)
  if (socket === null) return null
  socket.write(connectBytes(username, options))
  const connack = await answer(socket)
  if (connack?.[3] === 0) return socket
  socket.destroy()
  return null
}

/** What comes next; null when the connection is closed instead, or when it takes too long. */
export function answer(socket: Socket, patienceMs?: number): Promise<Buffer | null> {
  return new Promise((resolve) => {
    const settle = (bytes: Buffer | null) => {
      socket.off('data', settle)
      socket.off('close', giveUp)
      clearTimeout(timer)
      resolve(bytes)
    }
    const giveUp = () => settle(null)
    const timer = patienceMs === undefined ? undefined : setTimeout(giveUp, patienceMs)
    if (socket.destroyed) giveUp()
    socket.on('data', settle)
    socket.on('close', giveUp)
  })
}

export const closed = (socket: Socket): Promise<void> =>
  new Promise((resolve) => {
    if (socket.destroyed) resolve()
    else socket.once('close', () => resolve())
  })

/** Writes as fast as the other side takes it; false when the connection was cut. */
export async function write(socket: Socket, bytes: Buffer): Promise<boolean> {
  if (socket.destroyed || !socket.writable) return false
  if (!socket.write(bytes)) {
    await new Promise<void>((resolve) => {
      const goOn = () => {
        socket.off('drain', goOn)
        socket.off('close', goOn)
        resolve()
      }
      socket.on('drain', goOn)
      socket.on('close', goOn)
    })
  }
  return !socket.destroyed
}
