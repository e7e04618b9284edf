import { setTimeout as sleep } from 'node:timers/promises'
import { pino } from 'pino'
import { realClocks } from '../../app/clock.ts'
import { readConfig } from '../../app/config.ts'
import { startService } from '../../app/service.ts'
import { influxQl, startInfluxd } from '../support/series-servers.ts'
import { registerHomes } from './community.ts'

export interface OutageResult {
  accepted: number
  counted: number
  /** Journal entries that waited when the store came back. */
  lagAtMost: number
  /** Wall seconds from the store's return until nothing waited. */
  caughtUpS: number
  rssBeforeMb: number
  rssAtMostMb: number
}

/** InfluxDB is stopped for `outageS` under `perSecond` readings a second, and started again: count in must be count out. */
export async function influxOutage(
  folder: string,
  influxd: string,
  { outageS, perSecond }: { outageS: number; perSecond: number },
): Promise<OutageResult> {
  const influx = await startInfluxd(influxd)
  const environment = { DATA_DIR: folder, INFLUX_URL: influx.url, INFLUX_DATABASE: 'shouwang' }
  const { members } = await registerHomes(environment, 50)
  const service = await startService({
    config: readConfig({ ...environment, MQTT_PORT: '0', HTTP_PORT: '0' }),
    clocks: realClocks,
    mode: 'service',
    consoleDir: null,
    log: pino({ level: 'warn' }),
  })
  let accepted = 0
  const start = Date.now() - 86_400_000
  const rssMb = () => process.memoryUsage().rss / 1e6
  const result = { rssBeforeMb: rssMb(), rssAtMostMb: 0, lagAtMost: 0 }
  const lag = () => service.journal.head() - service.journal.cursor('series')
  const load = async (seconds: number) => {
    for (let tick = 0; tick < seconds * 10; tick++) {
      const due = sleep(100)
      const batch = Array.from({ length: perSecond / 10 }, () => {
        const n = accepted++
        const { water } = members[n % members.length] as (typeof members)[number]
        const measuredAt = start + Math.floor(n / members.length)
        const payload = { ts: new Date(measuredAt).toISOString(), values: { water_total_m3: 100 + n / 1e9 } }
        return service.accept(
          { type: 'device', deviceId: water.id },
          {
            topic: `devices/${water.id}/readings`,
            payload: Buffer.from(JSON.stringify(payload)),
            receivedAt: Date.now(),
            retained: false,
          },
        )
      })
      await Promise.all(batch)
      result.rssAtMostMb = Math.max(result.rssAtMostMb, rssMb())
      result.lagAtMost = Math.max(result.lagAtMost, lag())
      await due
    }
  }
  await load(2)
  await influx.stop()
  await load(outageS)
  await influx.restart()
  const back = performance.now()
  await load(2)
  while (lag() > 0) await sleep(100)
  const caughtUpS = (performance.now() - back) / 1_000
  const answer = await influxQl(influx.url, 'SELECT count(water_total_m3) FROM shouwang.autogen.readings')
  await service.stop()
  await influx.remove()
  const counted = Number(/"values":\[\[[^,]+,(\d+)\]\]/.exec(answer)?.[1] ?? 0)
  return { accepted, counted, caughtUpS, ...result }
}
