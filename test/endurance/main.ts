import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { serverBinary } from '../support/debian.ts'
import { influxOutage } from './influx-outage.ts'
import { killNine } from './kill-nine.ts'

const USAGE = `usage: npm run endure -- kill [--kills 20]
       npm run endure -- influx [--seconds 600]

  kill    kill -9 again and again while messages come in: none that was acknowledged may be lost
  influx  InfluxDB goes away for so long, and nothing that was measured meanwhile may be missing
`

/** The long runs of short tests. */
const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    help: { type: 'boolean', short: 'h', default: false },
    kills: { type: 'string', default: '20' },
    seconds: { type: 'string', default: '600' },
  },
})
const folder = mkdtempSync(join(tmpdir(), 'endure-'))
try {
  if (values.help) process.stdout.write(USAGE)
  else if (positionals[0] === 'kill') console.log(await killNine(folder, Number(values.kills)))
  else if (positionals[0] === 'influx') {
    const influxd = await serverBinary('influxd')
    if (influxd !== null)
      console.log(await influxOutage(folder, influxd, { outageS: Number(values.seconds), perSecond: 500 }))
  } else {
    process.stderr.write(USAGE)
    process.exitCode = 2
  }
} finally {
  rmSync(folder, { recursive: true, force: true })
}
