import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { serverBinary } from '../support/debian.ts'
import { influxOutage } from './influx-outage.ts'
import { killNine } from './kill-nine.ts'

/** `npm run endure -- kill [--kills 20]` or `npm run endure -- influx [--seconds 600]`: the long runs of short tests. */
const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { kills: { type: 'string', default: '20' }, seconds: { type: 'string', default: '600' } },
})
const folder = mkdtempSync(join(tmpdir(), 'endure-'))
try {
  if (positionals[0] === 'kill') console.log(await killNine(folder, Number(values.kills)))
  else if (positionals[0] === 'influx') {
    const influxd = await serverBinary('influxd')
    if (influxd !== null)
      console.log(await influxOutage(folder, influxd, { outageS: Number(values.seconds), perSecond: 500 }))
  } else {
    console.error('npm run endure -- kill [--kills 20] | influx [--seconds 600]')
    process.exitCode = 2
  }
} finally {
  rmSync(folder, { recursive: true, force: true })
}
