import { readFile } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { HOUR_MS, iso } from '../contracts/time.ts'
import { type Command, readCommand, UsageError } from './command-line.ts'
import { districtSecrets, loadSecrets } from './credentials.ts'
import { type District, makeDistrict } from './district.ts'
import { HELP } from './help.ts'
import { type SimulatedHome, simulateHome } from './home.ts'
import { runLoad } from './load.ts'
import { Publisher } from './publisher.ts'
import { writeIncidents, writeRecording } from './recording.ts'
import { encode, merge, type SimMessage } from './report.ts'

const say = (line: string) => process.stderr.write(`${line}\n`)

async function main(argv: string[]): Promise<void> {
  const command = readCommand(argv, Date.now(), process.env)
  if (command === null) {
    process.stdout.write(HELP)
    return
  }
  if (command.name === 'load') return load(command)
  const district = makeDistrict(
    command.seed,
    { homes: command.homes, compounds: command.compounds },
    command.prefix,
  )
  const homes = simulate(command, district)
  const { output } = command
  if (output.to === 'broker') return publish(command, district, homes)
  const toMs = command.startMs + (command.lengthMs ?? 0)
  if (output.to === 'lines') return printLines(messagesOf(command, homes))
  await writeRecording(output.file, homes, command.startMs - command.historyMs, toMs)
  await writeIncidents(output.incidentsFile, homes)
  say(`${homes.length} homes recorded in ${output.file}, what befell them in ${output.incidentsFile}`)
}

function simulate(command: Command, district: District): SimulatedHome[] {
  return district.homes.map(({ id, seed, devices }, n) =>
    simulateHome({
      homeId: id,
      seed,
      zone: command.zone,
      originMs: command.startMs - command.historyMs,
      devices,
      reporting: command.reporting,
      incidents: command.incidentsOf(n),
      faults: command.faultsOf(n),
    }),
  )
}

/** All messages in time order, made an hour at a time. */
function* messagesOf(command: Command, homes: readonly SimulatedHome[]): Generator<SimMessage> {
  const source = merge(homes.map((home) => home.source))
  const endMs = command.lengthMs === null ? Number.POSITIVE_INFINITY : command.startMs + command.lengthMs
  for (let from = command.startMs - command.historyMs; from < endMs; from += HOUR_MS) {
    yield* source(from, Math.min(endMs, from + HOUR_MS)).map(encode)
  }
}

async function printLines(messages: Iterable<SimMessage>): Promise<void> {
  await pipeline(Readable.from(linesOf(messages)), process.stdout)
}

function* linesOf(messages: Iterable<SimMessage>): Generator<string> {
  for (const { topic, payload, at } of messages)
    yield `${JSON.stringify({ topic, payload, at: iso(at) })}
`
}

async function mqttOptions(command: Command) {
  return command.caFile === null ? {} : { ca: await readFile(command.caFile) }
}

async function publish(command: Command, district: District, homes: readonly SimulatedHome[]): Promise<void> {
  const { access, zone, reporting, factor, startMs } = command
  const secrets = await districtSecrets(access, district, zone, reporting)
  const credential = (id: string) => {
    const password = secrets.get(id)
    return password === undefined ? null : { username: id, password }
  }
  const gateway = access.gateway === null ? null : credential(access.gateway)
  if (access.gateway !== null && gateway === null) throw new UsageError(`no secret for ${access.gateway}`)
  const wallStartMs = Date.now()
  const clock = { now: () => startMs + (Date.now() - wallStartMs) * factor }
  const publisher = new Publisher({
    url: command.url,
    credentials: gateway === null ? { device: credential } : { gateway },
    clock,
    factor,
    mqtt: await mqttOptions(command),
    ...(command.connections === null ? {} : { maxConnections: command.connections }),
    ...(command.inFlight === null ? {} : { maxInFlight: command.inFlight }),
  })
  const stop = new AbortController()
  process.once('SIGINT', () => stop.abort())
  process.once('SIGTERM', () => stop.abort())
  const report = () => say(`${iso(clock.now())} ${counted(publisher)}`)
  const reporter = setInterval(report, 5_000)
  say(`${homes.length} homes to ${command.url}, ${factor} x real time; Ctrl-C stops`)
  await publisher.run(messagesOf(command, homes), stop.signal)
  clearInterval(reporter)
  await publisher.close(stop.signal.aborted)
  report()
}

const counted = ({ counts }: Publisher) =>
  `sent ${counts.sent}, acknowledged ${counts.acked}, refused ${counts.refused}, disconnects ${counts.disconnects}`

async function load(command: Command): Promise<void> {
  if (command.output.to !== 'broker') throw new UsageError('load needs a broker')
  const connections = command.connections ?? 100
  const secrets = await loadSecrets(command.access, command.prefix, connections)
  const credentials = [...secrets].slice(0, connections).map(([id, secret]) => ({ id, secret }))
  if (credentials.length < connections) say(`secrets for ${credentials.length} connections only`)
  const { url, rate, seconds } = command
  const inFlight = command.inFlight ?? 10
  const mqtt = await mqttOptions(command)
  const result = await runLoad({ url, credentials, rate, seconds, inFlight, mqtt })
  process.stdout.write(
    `${result.connections} connections, ${result.seconds.toFixed(1)} s: sent ${result.sent}, acknowledged ` +
      `${result.acked} (${result.ackedPerSecond.toFixed(0)}/s), failed ${result.failed}; ` +
      `PUBACK p50 ${result.p50Ms.toFixed(1)} ms, p99 ${result.p99Ms.toFixed(1)} ms\n`,
  )
}

// A reader that has seen enough (`| head`) is no fault.
const isClosedPipe = (error: unknown) => error instanceof Error && 'code' in error && error.code === 'EPIPE'

try {
  await main(process.argv.slice(2))
} catch (error) {
  if (!isClosedPipe(error)) {
    say(
      error instanceof UsageError ? `${error.message}\nnpm run simulate -- --help says more` : String(error),
    )
    process.exitCode = error instanceof UsageError ? 2 : 1
  }
}
