import { describe, expect, it } from 'vitest'
import { serverBinary } from '../support/debian.ts'
import { temporaryFolder } from '../support/folder.ts'
import { influxOutage } from './influx-outage.ts'
import { killNine } from './kill-nine.ts'

describe('the service under hard luck', () => {
  it('killed with signal 9 under load, keeps what it acknowledged and doubles no alert', {
    timeout: 300_000,
  }, async () => {
    const result = await killNine(temporaryFolder(), 3, 15)
    expect(result).toMatchObject({ missing: 0, doubled: 0, smokeAcknowledged: 15, smokeAlerts: 15 })
    expect(result.acknowledged).toBeGreaterThan(100)
  })

  it('InfluxDB stopped and started again: count in equals count out', { timeout: 300_000 }, async ({
    skip,
  }) => {
    const influxd = await serverBinary('influxd')
    if (influxd === null) return skip()
    const result = await influxOutage(temporaryFolder(), influxd, { outageS: 5, perSecond: 500 })
    expect(result.counted).toBe(result.accepted)
    expect(result.lagAtMost).toBeGreaterThan(1_000)
  })
})
