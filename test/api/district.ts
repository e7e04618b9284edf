import { join } from 'node:path'
import type { FastifyInstance, InjectOptions } from 'fastify'
import pino from 'pino'
import { onTestFinished } from 'vitest'
import { type ApiOptions, buildApi } from '../../api/server.ts'
import { Duty } from '../../app/duty/duty.ts'
import { dutyDeskOf } from '../../app/duty/duty-desk.ts'
import { SealedSecrets } from '../../app/sealed-secrets.ts'
import { newId } from '../../app/secrets.ts'
import { ChannelDesk } from '../../app/telling/channel-desk.ts'
import { PushBook } from '../../app/telling/push-book.ts'
import type { AccessEntry } from '../../contracts/access.ts'
import type { DeviceCommands } from '../../contracts/device-command.ts'
import { Refusal } from '../../contracts/errors.ts'
import { AccountId, DeviceCommandId, DeviceId, HomeId, JurisdictionId } from '../../contracts/ids.ts'
import type { HeardEvent, KeptLiveEvent, LiveEvent, LiveFeed } from '../../contracts/live.ts'
import type { HomeReading } from '../../contracts/reading.ts'
import type { Grant, Role } from '../../contracts/registry.ts'
import { type Clocks, HOUR_MS, MINUTE_MS } from '../../contracts/time.ts'
import { PROFILES } from '../../ingest/profiles/index.ts'
import { openEmbeddedSeries } from '../../store/embedded/series.ts'
import type { SeriesStore } from '../../store/series.ts'
import { openState } from '../../store/sqlite/state.ts'
import type { StateStore } from '../../store/state.ts'
import * as sample from '../store/state-samples.ts'
import { type ManualClock, manualClock } from '../support/clock.ts'
import { temporaryFolder } from '../support/folder.ts'
import { directCommands } from './commands.ts'

/** 20 November 2026, 08:00 in Shanghai. */
export const NOW = Date.parse('2026-11-20T00:00:00Z')
/** The wall clock stands elsewhere, so that no route can take one for the other unseen. */
const WALL = Date.parse('2030-01-01T00:00:00Z')

export const homeId = (id: string) => HomeId.parse(id)
const placeId = (id: string) => JurisdictionId.parse(id)
const grant = (role: Role, place: string): Grant => ({ role, jurisdictionId: placeId(place) })

export type Person = keyof typeof PEOPLE
/** Who works in the district, and with which rights. */
const PEOPLE = {
  root: [grant('administrator', 'district'), grant('case_worker', 'district')],
  admin: [grant('administrator', 'district')],
  adminOfA: [grant('administrator', 'community-a')],
  workerOfA: [grant('case_worker', 'community-a')],
  workerOfB: [grant('case_worker', 'community-b')],
} satisfies Record<string, Grant[]>

class Feed implements LiveFeed {
  readonly #listeners = new Set<Parameters<LiveFeed['listen']>[0]>()
  listen(listener: Parameters<LiveFeed['listen']>[0]): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }
  kept(event: KeptLiveEvent): void {
    for (const listener of this.#listeners) listener.kept(event)
  }
  heard(event: HeardEvent): void {
    for (const listener of this.#listeners) listener.heard(event)
  }
}

/** A small district on real drivers, and the API in front of it. */
export interface District {
  api: FastifyInstance
  state: StateStore
  series: SeriesStore
  clocks: Clocks & { civil: ManualClock; wall: ManualClock }
  feed: Feed
  /** What stood in the log, line by line. */
  log: string[]
  commands: ApiOptions['commands']
  /** A token with the rights of that person. */
  tokenOf(person: Person): string
  as(
    person: Person,
    method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
    path: string,
    body?: object,
  ): Promise<Answer>
  /** Keeps an event and tells everybody, as the service does after a commit. */
  publish(event: LiveEvent): Promise<KeptLiveEvent>
  looks(): Promise<AccessEntry[]>
}
export interface Answer {
  status: number
  // The tests look into answers of every form.
  body: ReturnType<typeof JSON.parse>
  headers: Record<string, unknown>
}

/** For tests that ask nothing of the rules. */
const nothingAhead = { rules: [], atBest: null, learning: null }

/** For tests that try no settings. */
const noTrials: ApiOptions['trials'] = {
  start: () => Promise.reject(new Refusal('not_ready', 'no trials here')),
  get: () => null,
}

/** For tests that keep no messages to decode. */
const noKeptMessages: ApiOptions['keptMessages'] = { preview: () => null, decode: async () => 0 }

const noSources: ApiOptions['sourceWatch'] = {
  status: () => ({
    state: 'off',
    since: NOW,
    messages: 0,
    errors: 0,
    lastMessageAt: null,
    lagMs: null,
    lastError: null,
  }),
  has: async () => ({ password: false, key: false }),
}
const noPush: ApiOptions['push'] = {
  take: () => Promise.reject(new Refusal('wrong_credentials', 'nobody pushes here')),
  verify: () => Promise.reject(new Refusal('wrong_credentials', 'nobody pushes here')),
}

/** Devices that do whatever they are asked. */
const askedDevices: DeviceCommands = {
  request: async (deviceId, act, livesMs, by) => ({
    id: DeviceCommandId.parse('command-1'),
    deviceId,
    homeId: null,
    act,
    by,
    requestedAt: NOW,
    expiresAt: NOW + (livesMs ?? MINUTE_MS),
    state: 'sent',
    changedAt: NOW,
    sentAt: NOW,
    tries: 1,
    reason: null,
  }),
  of: async () => [],
  obstacles: () => ({ set_interval: null, hush: null, self_test: null, valve: null }),
}

export async function openDistrict(over: Partial<ApiOptions> = {}): Promise<District> {
  const folder = temporaryFolder()
  const state = openState({ file: join(folder, 'state.db') })
  const series = openEmbeddedSeries({ file: join(folder, 'series.db') })
  const clocks = { civil: manualClock(NOW), wall: manualClock(WALL), factor: 60 }
  const commands = directCommands(state, clocks)
  const feed = new Feed()
  const log: string[] = []
  await settle(state)
  const tokens = new Map<Person, string>()
  for (const [person, grants] of Object.entries(PEOPLE) as [Person, Grant[]][]) {
    await state.accounts.put(sample.account(person, { grants }))
    const token = { name: `token of ${person}`, grants, createdBy: AccountId.parse(person), expiresAt: null }
    tokens.set(person, (await commands.createToken(token)).secret)
  }
  const desk = new ChannelDesk({
    state,
    secrets: SealedSecrets.load(folder, state.sealedSecrets),
    clocks,
    newId: () => newId('channel'),
    onChange() {},
  })
  const api = await buildApi({
    state,
    series,
    commands,
    duty: dutyDeskOf(state, await Duty.load(state, NOW, 'Asia/Shanghai')),
    trials: noTrials,
    keptMessages: noKeptMessages,
    foresight: { outlook: async (_, at) => ({ ...nothingAhead, at: at ?? NOW, replayed: at !== null }) },
    relearning: { ask: () => 0 },
    sourceWatch: noSources,
    profiles: PROFILES,
    imports: { run: () => Promise.reject(new Refusal('not_ready', 'nothing is brought in here')) },
    deviceCommands: askedDevices,
    push: noPush,
    channels: desk,
    subscriptions: new PushBook(state, desk),
    checkIns: { answer: async () => {} },
    live: feed,
    clocks,
    zoneDefault: 'Asia/Shanghai',
    mqtt: { port: 1883, tlsPort: 8883 },
    mode: 'demo',
    consoleDir: null,
    tls: null,
    trustedProxies: [],
    ready: async () => ({ ready: true }),
    metricsText: async () => 'shouwang_up 1\n',
    seriesLag: () => 7,
    log: pino({ level: 'debug' }, { write: (line: string) => log.push(line) }),
    ...over,
  })
  onTestFinished(async () => {
    await api.close()
    await series.close()
    await state.close()
  })
  const tokenOf = (person: Person): string => tokens.get(person) ?? ''
  return {
    api,
    state,
    series,
    clocks,
    feed,
    log,
    commands,
    tokenOf,
    as: (person, method, path, body) =>
      ask(api, {
        method,
        url: `/api/v1${path}`,
        headers: { authorization: `Bearer ${tokenOf(person)}` },
        ...(body === undefined ? {} : { payload: body }),
      }),
    async publish(event) {
      const kept = await state.live.append(event, clocks.civil.now())
      feed.kept(kept)
      return kept
    },
    looks: async () =>
      (await state.access.list({ scope: null, homeId: null, actor: null }, { limit: 500, after: null }))
        .items,
  }
}

export async function ask(api: FastifyInstance, request: InjectOptions): Promise<Answer> {
  const { statusCode, body, headers } = await api.inject(request)
  return { status: statusCode, body: body === '' ? null : JSON.parse(body), headers }
}

/** Two communities with a compound each; two homes in A, one in B; a resident, a water meter and an alert in each. */
async function settle(state: StateStore): Promise<void> {
  const places = [
    ['district', null, 'district', '长宁区'],
    ['community-a', 'district', 'community', '甲社区'],
    ['community-b', 'district', 'community', '乙社区'],
    ['compound-a', 'community-a', 'compound', '安远小区'],
    ['compound-b', 'community-b', 'compound', '静安小区'],
  ] as const
  for (const [id, parent, level, name] of places) {
    const parentId = parent === null ? null : placeId(parent)
    await state.jurisdictions.put(sample.jurisdiction(id, { parentId, level, name }))
  }
  for (const name of ['a1', 'a2', 'b1']) await settleHome(state, name, placeId(`compound-${name[0]}`))
}

async function settleHome(state: StateStore, name: string, jurisdictionId: JurisdictionId): Promise<void> {
  const home = sample.home(name, { jurisdictionId })
  await state.homes.put(home)
  await state.residents.put(
    sample.resident(`r-${name}`, { homeId: home.id, name: `老人 ${name}`, birthYear: 1940 }),
  )
  const deviceId = DeviceId.parse(`water-${name}`)
  await state.devices.put(sample.device(deviceId, { cadenceS: 900 }))
  await state.devices.assign(deviceId, home.id, NOW - 100 * 24 * HOUR_MS)
  await state.health.put({
    deviceId,
    lastReceivedAt: NOW - 5 * MINUTE_MS,
    lastMeasuredAt: NOW - 5 * MINUTE_MS,
    batteryPct: 80,
    batteryLow: false,
    signalDbm: -70,
    values: { water_total_m3: 12.5 },
    cadenceS: 900,
  })
  const alert = sample.alert(`alert-${name}`, { homeId: home.id, jurisdictionId, openedAt: NOW - HOUR_MS })
  await state.alerts.put(alert)
  await state.alerts.append(sample.timelineEntry(alert.id, 1))
  await state.visits.put(
    sample.visit(`visit-${name}`, { alertId: alert.id, homeId: home.id, jurisdictionId }),
  )
}

/** A reading of a home's water meter. */
export const waterReading = (home: string, at: number, water_total_m3: number): HomeReading => ({
  deviceId: DeviceId.parse(`water-${home}`),
  homeId: homeId(home),
  kind: 'water',
  measuredAt: at,
  measuredAtSource: 'device',
  receivedAt: at,
  values: { water_total_m3 },
  quality: [],
})
