import { expect, test } from 'vitest'
import { runLoad } from '../../simulators/load.ts'
import { SmallBroker } from './small-broker.ts'

test('a load says how much was acknowledged and how soon, and stays at its rate', async () => {
  const broker = new SmallBroker()
  await broker.start()
  try {
    const result = await runLoad({
      url: `mqtt://127.0.0.1:${broker.port}`,
      credentials: Array.from({ length: 10 }, (_, n) => ({ id: `load-${n}`, secret: 's' })),
      rate: 50,
      seconds: 0.5,
      inFlight: 5,
    })
    const heard = broker.heard.length
    expect(result).toMatchObject({ connections: 10, failed: 0, acked: heard, sent: heard })
    expect(heard).toBeGreaterThan(50)
    expect(heard).toBeLessThanOrEqual(10 * (50 * result.seconds + 1))
    expect(result.p99Ms).toBeGreaterThanOrEqual(result.p50Ms)
    expect(result.ackedPerSecond).toBeGreaterThan(0)
  } finally {
    await broker.stop()
  }
})
