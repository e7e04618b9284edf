import { once } from 'node:events'
import { createServer } from 'node:net'
import { Aedes } from 'aedes'
import { expect, test } from 'vitest'
import { runLoad } from '../../simulators/load.ts'

test('a load says how much was acknowledged and how soon, and stays at its rate', async () => {
  const aedes = await Aedes.createBroker()
  let heard = 0
  aedes.authorizePublish = (_client, _packet, done) => {
    heard += 1
    done(null)
  }
  const server = createServer(aedes.handle)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = address && typeof address === 'object' ? address.port : 0
  try {
    const result = await runLoad({
      url: `mqtt://127.0.0.1:${port}`,
      credentials: Array.from({ length: 10 }, (_, n) => ({ id: `load-${n}`, secret: 's' })),
      rate: 50,
      seconds: 0.5,
      inFlight: 5,
    })
    expect(result).toMatchObject({ connections: 10, failed: 0, acked: heard, sent: heard })
    expect(heard).toBeGreaterThan(50)
    expect(heard).toBeLessThanOrEqual(10 * (50 * 0.7 + 1))
    expect(result.p99Ms).toBeGreaterThanOrEqual(result.p50Ms)
    expect(result.ackedPerSecond).toBeGreaterThan(0)
  } finally {
    server.close()
    await new Promise<void>((done) => aedes.close(done))
  }
})
