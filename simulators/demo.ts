import { rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { Temporal } from 'temporal-polyfill'
import { type AcceleratedClock, acceleratedClock, wallClock } from '../app/clock.ts'
import { type Config, ConfigFaults, readConfig } from '../app/config.ts'
import { createLogger } from '../app/logger.ts'
import { type Service, startService } from '../app/service.ts'
import { stopOnSignal } from '../app/shutdown.ts'
import type { AccountId } from '../contracts/ids.ts'
import { DAY_MS, type EpochMs, HOUR_MS, MINUTE_MS } from '../contracts/time.ts'
import { demoPeople, demoSecrets, registerCommunity } from './demo-community.ts'
import { colleagueSends, colleagueWorks } from './demo-desk.ts'
import { type DemoDuty, openDuty, PLAYED_VISITOR } from './demo-duty.ts'
import { ResidentPhone } from './demo-resident-phone.ts'
import { StaffPhones } from './demo-staff-phones.ts'
import { DEMO_HISTORY_DAYS, type DemoStory, demoHistory, demoLive, makeDemoStory } from './demo-story.ts'
import { visitorsWork } from './demo-visits.ts'
import { Publisher } from './publisher.ts'

const FACTOR = 60
/** Messages sent shortly before the last end may not have been acknowledged: they are sent again, which harms nothing. */
const OVERLAP_MS = 20 * MINUTE_MS
const SLOT_MS = 6 * HOUR_MS
/** In it a civil minute passes. */
const LOOK_EVERY_MS = 1_000

const HELP = `usage: npm run demo -- [--fresh] [--factor N]

A simulated community of 54 homes, live in one process: broker, rules, API, console. Nothing else needs to be installed.
  --fresh      forget the data of earlier demos
  --factor N   civil time runs N times as fast as the clock on the wall (default ${FACTOR})
Ports and folders by the same environment variables as npm start; DATA_DIR is ./data-demo unless set.
`

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      fresh: { type: 'boolean' },
      factor: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
  })
  if (values.help) {
    process.stdout.write(HELP)
    return
  }
  const factor = Number(values.factor ?? FACTOR)
  if (!(factor >= 1 && factor <= 3_600)) throw new Error('--factor takes a number from 1 to 3600')
  const config = await demoConfig()
  if (values.fresh) rmSync(config.dataDir, { recursive: true, force: true })
  const log = createLogger(config.logLevel)
  const began = wallClock.now()
  const firstT0 = lastMorning(began, config.zone)
  const residentPhone = new ResidentPhone()
  let civil: AcceleratedClock | null = null
  const service = await startService({
    config,
    mode: 'demo',
    checkIn: residentPhone,
    log,
    consoleDir: fileURLToPath(new URL('../console/dist', import.meta.url)),
    clocks(lastAt) {
      civil = acceleratedClock(lastAt ?? firstT0 - DEMO_HISTORY_DAYS * DAY_MS, factor)
      return { civil, wall: wallClock, factor }
    },
  })
  if (!civil) throw new Error('the service started without asking for its clock')
  const clock: AcceleratedClock = civil
  stopOnSignal(service, log)
  const { story, people } = await openStory(service, clock, firstT0, config.zone)
  residentPhone.connect({
    service,
    story,
    factor,
    onFault: (error) => log.warn({ err: error }, 'a simulated answer was not taken'),
  })
  const staffPhones = await StaffPhones.open({
    service,
    onFault: (error) => log.warn({ err: error }, 'a simulated telephone failed'),
  })
  const duty = await openDuty(service, story, people.colleague, staffPhones.url, clock.now())
  const secrets = await demoSecrets(service, story, people, duty.played)
  const from = clock.now() - OVERLAP_MS
  clock.run()
  log.info({ seconds: (wallClock.now() - began) / 1_000 }, 'the community lives')
  introduce(service, story, factor, secrets)
  const publisher = new Publisher({
    url: service.mqttUrl,
    credentials: {
      device: (id) => {
        const password = secrets.devices.get(id)
        return password === undefined ? null : { username: id, password }
      },
    },
    clock,
    factor,
  })
  let atWork = false
  setInterval(() => {
    // Nobody does twice what takes longer than until the next look.
    if (atWork) return
    atWork = true
    peopleWork(service, story, people.colleague, duty, clock.now())
      .catch((error: unknown) => log.warn({ err: error }, 'the simulated people could not work'))
      .finally(() => {
        atWork = false
      })
  }, LOOK_EVERY_MS).unref()
  publisher
    .run(demoLive(story, from))
    .catch((error: unknown) => log.error({ err: error }, 'the simulated homes stopped'))
}

/** The desk's colleague and whoever was sent, at this moment. */
async function peopleWork(
  service: Service,
  story: DemoStory,
  colleague: AccountId,
  { simulated }: DemoDuty,
  now: EpochMs,
): Promise<void> {
  await colleagueWorks(service, colleague, now, 'live')
  await colleagueSends(service, colleague, now)
  await visitorsWork(service, story, simulated, now)
}

/** The service's own configuration, in a folder of its own; a port that is taken and was not asked for is left alone. */
async function demoConfig(): Promise<Config> {
  const config = readConfig({
    ...process.env,
    DATA_DIR: process.env['DATA_DIR'] || './data-demo',
    // Every request of a page would push the link and the line to paste out of sight.
    LOG_LEVEL: process.env['LOG_LEVEL'] || 'warn',
  })
  const free = async (name: string, host: string, port: number) =>
    process.env[name] || (await isFree(host, port)) ? port : 0
  config.mqtt.port = await free('MQTT_PORT', config.mqtt.host, config.mqtt.port)
  config.http.port = await free('HTTP_PORT', config.http.host, config.http.port)
  return config
}

const isFree = (host: string, port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const probe = createServer()
    probe.once('error', () => resolve(false))
    probe.listen(port, host, () => probe.close(() => resolve(true)))
  })

/** Eight in the morning, when a community is awake: the latest that has been. */
function lastMorning(now: EpochMs, zone: string): EpochMs {
  const local = Temporal.Instant.fromEpochMilliseconds(now).toZonedDateTimeISO(zone)
  const today = local.with({ hour: 8, minute: 0, second: 0, millisecond: 0 })
  return (Temporal.ZonedDateTime.compare(today, local) <= 0 ? today : today.subtract({ days: 1 }))
    .epochMilliseconds
}

/** The story of this folder: begun with its history on the first start, gone on with afterwards. */
async function openStory(service: Service, clock: AcceleratedClock, firstT0: EpochMs, zone: string) {
  const told = await service.state.facts.get('demo_story')
  if (told !== null) {
    const { t0, zone: toldZone } = JSON.parse(told) as { t0: EpochMs; zone: string }
    const story = makeDemoStory(t0, toldZone)
    return { story, people: await demoPeople(service, story) }
  }
  const story = makeDemoStory(firstT0, zone)
  await registerCommunity(service, story, clock.now())
  const people = await demoPeople(service, story)
  await liveThroughHistory(service, story, clock, people.colleague)
  // In the history nobody was asked: its days pass in seconds.
  const settings = { ...service.pipeline.settings, checkIn: { enabled: true, waitMinutes: 30 } }
  await service.commands.putRuleSettings(settings, 'system')
  await service.state.facts.put('demo_story', JSON.stringify({ t0: firstT0, zone }))
  return { story, people }
}

/** Three weeks in a few seconds: every message takes the way of a packet, in event time, while the clock is put on. */
async function liveThroughHistory(
  service: Service,
  story: DemoStory,
  clock: AcceleratedClock,
  colleague: AccountId,
): Promise<void> {
  let slotEnd = clock.now() + SLOT_MS
  let kept: Promise<void>[] = []
  for (const message of demoHistory(story, clock.now(), story.t0)) {
    while (message.at >= slotEnd) {
      await Promise.all(kept)
      kept = []
      clock.set(slotEnd)
      await service.pipeline.caughtUp()
      await colleagueWorks(service, colleague, slotEnd, 'history')
      slotEnd += SLOT_MS
    }
    const { topic, payload, at, deviceId } = message
    const packet = { topic, payload: Buffer.from(payload), receivedAt: at, retained: false }
    kept.push(service.accept({ type: 'device', deviceId }, packet))
  }
  await Promise.all(kept)
  clock.set(story.t0)
  await service.settled()
}

function introduce(
  { httpUrl, mqttUrl }: Service,
  story: DemoStory,
  factor: number,
  { link, playedLink, token, devices }: Awaited<ReturnType<typeof demoSecrets>>,
): void {
  const smoke = story.district.homes[5]?.devices.smoke
  if (!smoke) throw new Error('the demo has too few homes')
  const { hostname, port } = new URL(mqttUrl)
  process.stdout.write(`
守望 Shouwang — demo: ${story.homes.length} simulated homes, civil time runs ${factor} times faster
             演示:${story.homes.length} 户模拟家庭,时间以 ${factor} 倍速运行

console      ${httpUrl}
sign in      ${link}
as visitor   ${playedLink}
             ${PLAYED_VISITOR}: in a private window as narrow as a phone; send him somewhere from the desk
API          ${httpUrl}/api/v1/docs
demo token:  ${token}

Set off a smoke alarm (mosquitto-clients):
  mosquitto_pub -h ${hostname} -p ${port} -u ${smoke} -P ${devices.get(smoke)} -t devices/${smoke}/readings -q 1 -m '{"smoke": true}'

Ctrl-C stops; the next start goes on where this one ended; npm run demo -- --fresh forgets it.
`)
}

main().catch((error: unknown) => {
  const text =
    error instanceof ConfigFaults ? error.message : error instanceof Error ? error.stack : String(error)
  process.stderr.write(`${text}\n`)
  process.exit(1)
})
