import { createReadStream, readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { parseArgs } from 'node:util'
import { createGunzip } from 'node:zlib'
import { RuleSettings } from '../contracts/settings.ts'
import { parseRow, type RecordedRow, Replay } from './past/recording.ts'
import { compareRecorded, RecordedHistories } from './trials/recorded.ts'
import { comparisonText } from './trials/text.ts'

const DEFAULT_ZONE = 'UTC'
const USAGE = `usage: npm run --silent replay -- [--rules FILE.json] [--against FILE.json] [--zones FILE.csv] FILE.csv[.gz]...

Recordings through the rules: prints a JSON line for each finding.
  --rules    the settings of the rules (default: as they come)
  --against  prints what changes from the settings of --rules to these instead, for people to read
  --zones    lines "home,IANA zone" under a heading (default ${DEFAULT_ZONE} for every home)`
const HEADER = 'home,device,ts,metric,value,quality'

/**
 * Streams recordings through the rules and prints a JSON line for each finding; with `--against`, what changes from the
 * settings of `--rules` to those of `--against`, for people to read. Exit code 2: called wrongly.
 */
async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    options: {
      help: { type: 'boolean', short: 'h', default: false },
      rules: { type: 'string' },
      against: { type: 'string' },
      zones: { type: 'string' },
    },
    allowPositionals: true,
  })
  if (values.help) {
    process.stdout.write(`${USAGE}\n`)
    return
  }
  if (positionals.length === 0) throw new Error(USAGE)
  const settings = readSettings(values.rules)
  const zones = values.zones === undefined ? new Map<string, string>() : readZones(values.zones)
  const zoneOf = (home: string) => zones.get(home) ?? DEFAULT_ZONE
  if (values.against !== undefined) {
    const recorded = new RecordedHistories(zoneOf)
    for (const file of positionals) await eachRow(file, (row) => recorded.take(row))
    const result = compareRecorded(recorded, settings, readSettings(values.against))
    process.stdout.write(comparisonText(result))
    return
  }
  const replay = new Replay({
    settings,
    zoneOf,
    onFinding: (finding) => process.stdout.write(`${JSON.stringify(finding)}\n`),
  })
  for (const file of positionals) await eachRow(file, (row) => replay.take(row))
  replay.end()
}

const readSettings = (file: string | undefined): RuleSettings =>
  RuleSettings.parse(file === undefined ? {} : JSON.parse(readFileSync(file, 'utf8')))

async function eachRow(file: string, take: (row: RecordedRow) => void): Promise<void> {
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
    if (row !== null) take(row)
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
