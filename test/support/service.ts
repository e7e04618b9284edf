import mqtt, { type MqttClient } from 'mqtt'
import { pino } from 'pino'
import { onTestFinished } from 'vitest'
import { readConfig } from '../../app/config.ts'
import { signInUrl, unclaimedAccount } from '../../app/first-account.ts'
import type { ServiceOptions } from '../../app/house.ts'
import { type Service, startService } from '../../app/service.ts'
import type { CheckInChannel } from '../../contracts/check-in.ts'
import type { DeviceId, HomeId } from '../../contracts/ids.ts'
import type { DeviceKind } from '../../contracts/reading.ts'
import { type EpochMs, MINUTE_MS } from '../../contracts/time.ts'
import { type ManualClock, manualClock } from './clock.ts'
import { temporaryFolder } from './folder.ts'

/** What a resident says on the spot, so that a device may stand in a home. */
export const AGREED = {
  purposes: ['safety' as const],
  givenBy: 'resident' as const,
  form: 'on_the_spot' as const,
}
export const QUARTER_MS = 15 * MINUTE_MS

/** A home as a story needs it: its ids, and the secrets of its devices. */
export interface StoryHome {
  id: HomeId
  devices: Record<'water' | 'electricity' | 'smoke', DeviceId>
  secrets: Record<string, string>
}

/** The whole service in a folder of its own, with civil time that passes only when the story says so. */
export class StoryService {
  readonly civil: ManualClock
  readonly folder: string
  readonly environment: Record<string, string>
  /** The built console, for stories told in a browser. */
  readonly consoleDir: string | null
  service!: Service
  token = ''
  /** How residents are asked, where the settings say that they are. */
  ask: CheckInChannel['ask'] = async () => {}
  /** What the service goes by; a story of clocks has its own. */
  clocks: ServiceOptions['clocks'] = () => ({
    civil: this.civil,
    wall: { now: () => Date.now() },
    factor: 1,
  })
  #clients: MqttClient[] = []

  constructor(start: EpochMs, environment: Record<string, string>, consoleDir: string | null) {
    this.consoleDir = consoleDir
    this.civil = manualClock(start)
    this.folder = temporaryFolder()
    this.environment = environment
  }

  static async start(
    start: string,
    environment: Record<string, string> = {},
    consoleDir: string | null = null,
  ): Promise<StoryService> {
    return StoryService.begin(new StoryService(Date.parse(start), environment, consoleDir))
  }

  static async begin(story: StoryService): Promise<StoryService> {
    await story.boot()
    onTestFinished(() => story.shutdown())
    const account = await unclaimedAccount(story.service, { district: '静安区', account: 'admin' })
    if (!account) throw new Error('a fresh service has no first account')
    const { grants, id: createdBy } = account
    const made = await story.service.commands.createToken({
      name: 'story',
      grants,
      createdBy,
      expiresAt: null,
    })
    story.token = made.secret
    return story
  }

  async boot(): Promise<void> {
    const config = readConfig({ MQTT_PORT: '0', HTTP_PORT: '0', DATA_DIR: this.folder, ...this.environment })
    this.service = await startService({
      config,
      mode: 'service',
      consoleDir: this.consoleDir,
      checkIn: { ask: (...question) => this.ask(...question) },
      certificatesEveryMs: 20,
      log: pino({ level: 'silent' }),
      clocks: (lastAt) => this.clocks(lastAt),
    })
  }

  async shutdown(): Promise<void> {
    await Promise.all(this.#clients.splice(0).map((client) => client.endAsync(true)))
    await this.service.stop()
  }

  /** The service is stopped, civil time goes on without it, and it comes back. */
  async away(ms: number): Promise<void> {
    await this.shutdown()
    this.civil.pass(ms)
    await this.boot()
  }

  /** Time passes and nothing is heard: what was due comes due. */
  async pass(ms: number): Promise<void> {
    this.civil.pass(ms)
    await this.service.journal.append([{ type: 'tick' }], this.civil.now())
    await this.service.pipeline.caughtUp()
  }

  async call<T>(method: string, path: string, body?: unknown): Promise<T> {
    const response = await fetch(`${this.service.httpUrl}/api/v1${path}`, {
      method,
      headers: {
        authorization: `Bearer ${this.token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const answer = response.status === 204 ? null : await response.json()
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${JSON.stringify(answer)}`)
    return answer as T
  }

  /** Registers a home with a resident and three devices through the API, as an engineer would. */
  async home(name: string): Promise<StoryHome> {
    const [root] = (await this.call<{ items: { id: string }[] }>('GET', '/jurisdictions')).items
    const { id } = await this.call<{ id: HomeId }>('POST', '/homes', { jurisdictionId: root?.id })
    await this.call('PUT', `/homes/${id}/resident`, {
      name,
      birthYear: 1944,
      phone: '100 0000 0001',
      door: '3号楼501',
      address: '延平路1号',
      living: 'alone',
      notes: '',
      contacts: [],
    })
    const devices = {} as StoryHome['devices']
    const secrets: Record<string, string> = {}
    for (const kind of ['water', 'electricity', 'smoke'] as const) {
      const made = await this.call<{ device: { id: DeviceId }; secret: string }>('POST', '/devices', {
        kind: kind satisfies DeviceKind,
        homeId: id,
        consent: AGREED,
        cadenceS: kind === 'smoke' ? 14_400 : 900,
      })
      devices[kind] = made.device.id
      secrets[made.device.id] = made.secret
    }
    return { id, devices, secrets }
  }

  /** A device with its own connection; what it publishes has been acknowledged and decided on when this settles. */
  async connect(home: StoryHome, deviceId: DeviceId): Promise<(payload: unknown) => Promise<void>> {
    const password = home.secrets[deviceId] ?? ''
    const client = await mqtt.connectAsync(this.service.mqttUrl, {
      username: deviceId,
      password,
      reconnectPeriod: 0,
    })
    this.#clients.push(client)
    return async (payload) => {
      const text = typeof payload === 'string' ? payload : JSON.stringify(payload)
      await client.publishAsync(`devices/${deviceId}/readings`, text, { qos: 1 })
      await this.service.pipeline.caughtUp()
    }
  }

  async alerts(query = 'state=open,acknowledged,recovered'): Promise<StoryAlert[]> {
    return (await this.call<{ items: StoryAlert[] }>('GET', `/alerts?${query}`)).items
  }

  async signInLink(): Promise<string> {
    const account = await unclaimedAccount(this.service, { district: '', account: '' })
    if (!account) throw new Error('the first account is taken')
    return signInUrl(this.service, account)
  }
}

export interface StoryAlert {
  id: string
  kind: string
  severity: string
  state: string
  version: number
  openedAt: string
  evidence: { sentence: { zh: string; en: string }; data: Record<string, unknown> }
  who: { name: string } | null
}
