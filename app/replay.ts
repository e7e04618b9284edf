import { createReadStream, readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { parseArgs } from 'node:util'
import { createGunzip } from 'node:zlib'
import { RuleSettings } from '../contracts/settings.ts'
import { parseRow, Replay } from './recording.ts'

const USAGE = 'usage: npm run --silent replay -- [--rules FILE.json] [--zones FILE.csv] FILE.csv[.gz]...'
const HEADER = 'home,device,ts,metric,value,quality'
const DEFAULT_ZONE = 'UTC'

/** Streams recordings through the rules and prints a JSON line for each finding. Exit code 2: called wrongly. */
async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    options: { rules: { type: 'string' }, zones: { type: 'string' } },
    allowPositionals: true,
  })
  if (positionals.length === 0) throw new Error(USAGE)
  const settings = RuleSettings.parse(
    values.rules === undefined ? {} : JSON.parse(readFileSync(values.rules, 'utf8')),
  )
  const zones = values.zones === undefined ? new Map<string, string>() : readZones(values.zones)
  const replay = new Replay({
    settings,
    zoneOf: (home) => zones.get(home) ?? DEFAULT_ZONE,
    onFinding: (finding) => process.stdout.write(`${JSON.stringify(finding)}\n`),
  })
  for (const file of positionals) await replayFile(replay, file)
  replay.end()
}

async function replayFile(replay: Replay, file: string): Promise<void> {
  const source = createReadStream(file)
  const lines = createInterface({ input: file.endsWith('.gz') ? unzipped(source) : source })
  let number = 0
  let unread = 0
  for await (const line of lines) {
    if (number++ === 0) {
      if (line.trim() !== HEADER) throw new Error(`${file}: the first line is not ${HEADER}`)
      continue
    }
    const row = parseRow(line)
    if (row !== null) replay.take(row)
    else if (line !== '') unread++
  }
  if (unread > 0) console.error(`${file}: ${unread} of ${number - 1} rows could not be read`)
}

/** A file that cannot be read must fail the run, not end it early. */
function unzipped(source: Readable): Readable {
  const gunzip = createGunzip()
  source.on('error', (error) => gunzip.destroy(error))
  return source.pipe(gunzip)
}

function readZones(file: string): Map<string, string> {
  const [, ...lines] = readFileSync(file, 'utf8').trim().split(/\r?\n/)
  return new Map(lines.map((line) => line.split(',') as [string, string]))
}

try {
  await main()
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 2
}
