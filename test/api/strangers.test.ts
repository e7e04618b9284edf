import { once } from 'node:events'
import { createServer } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { describe, expect, it, onTestFinished } from 'vitest'
import { boundConnections, strangerLimits } from '../../api/strangers.ts'
import { openDistrict } from './district.ts'

const MIB = 1_024 * 1_024

async function opened(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1')
  socket.on('error', () => {})
  onTestFinished(() => {
    socket.destroy()
  })
  await once(socket, 'connect')
  return socket
}

const closed = (socket: Socket): Promise<unknown> =>
  new Promise((resolve) => socket.resume().once('close', resolve))

async function listening(): Promise<number> {
  const { api } = await openDistrict()
  await api.listen({ host: '127.0.0.1', port: 0 })
  return (api.server.address() as AddressInfo).port
}

/** The status line of what comes first. */
async function statusFrom(socket: Socket): Promise<string> {
  const [answer] = (await once(socket, 'data')) as [Buffer]
  return answer.toString().split('\r\n')[0] ?? ''
}

describe('whoever holds HTTP connections', () => {
  it.each([
    ['from one address', { connectionsPerAddress: 2 }, false],
    ['in all', { connections: 2 }, false],
    ['in all, behind a proxy', { connections: 2, connectionsPerAddress: 1 }, true],
  ])('has no more than so many %s, and gets one back for each that ends', async (_what, limits, proxied) => {
    const server = createServer((_request, response) => response.end('ok'))
    boundConnections(server, { ...strangerLimits, ...limits }, proxied)
    server.listen(0, '127.0.0.1')
    onTestFinished(() => {
      server.close()
    })
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    const first = await opened(port)
    await opened(port)
    await closed(await opened(port))
    first.destroy()
    const asks = async () => {
      const socket = await opened(port)
      socket.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n')
      return Promise.race([once(socket, 'data').then(() => true), closed(socket).then(() => false)])
    }
    while (!(await asks())) await nextTurn()
  })

  it('has its time for the headers and for the whole request', async () => {
    const { api } = await openDistrict()
    expect([api.server.headersTimeout, api.server.requestTimeout]).toEqual([10_000, 120_000])
  })
})

describe('bodies of strangers', () => {
  const HEAD = 'POST /push/x HTTP/1.1\r\nhost: x\r\n'
  const [ALMOST, CHUNK] = [2 * MIB - 1, 'content-length: 2097152\r\n\r\n']

  it('that do not become whole are held up to a bound, and what is beyond is refused', async () => {
    const port = await listening()
    const half = Buffer.alloc(ALMOST)
    const held: Socket[] = []
    for (let i = 0; i < 8; i++) {
      const socket = await opened(port)
      socket.write(HEAD + CHUNK)
      if (!socket.write(half)) await once(socket, 'drain')
      held.push(socket)
    }
    const small = async () => {
      const socket = await opened(port)
      socket.write(`${HEAD}content-length: 20\r\n\r\n${'x'.repeat(20)}`)
      return statusFrom(socket)
    }
    while ((await small()) !== 'HTTP/1.1 429 Too Many Requests') await nextTurn()
    for (const socket of held) socket.destroy()
    while ((await small()) === 'HTTP/1.1 429 Too Many Requests') await nextTurn()
  })
})
