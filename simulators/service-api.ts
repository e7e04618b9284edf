import { setTimeout as sleepMs } from 'node:timers/promises'
import type { NewResident } from '../contracts/command.ts'
import type { JurisdictionLevel } from '../contracts/registry.ts'

type Answer = Readonly<Record<string, unknown>>

export class ApiFailure extends Error {
  /** A code of `contracts/errors.ts`, or whatever else answered at that address. */
  readonly code: unknown
  constructor(code: unknown, message: string) {
    super(message)
    this.code = code
  }
}

/** The few routes of the service that a simulated community needs, by an integration's token. */
export class ServiceApi {
  private readonly base: string
  private readonly token: string

  constructor(base: string, token: string) {
    this.base = `${base.replace(/\/+$/, '')}/api/v1`
    this.token = token
  }

  /** The first district that the token reaches; null where there is none yet. */
  async district(): Promise<string | null> {
    const found = (await this.places()).find((place) => place['level'] === 'district')
    return found ? textOf(found, 'id') : null
  }

  /** The place of that name below that parent, made if there is none. */
  async place(parentId: string | null, level: JurisdictionLevel, name: string): Promise<string> {
    const places = await this.places()
    const found = places.find((place) => place['parentId'] === parentId && place['name'] === name)
    if (found) return textOf(found, 'id')
    return textOf(await this.ask('POST', '/jurisdictions', { parentId, level, name }), 'id')
  }

  private async places(): Promise<Answer[]> {
    const places: Answer[] = []
    let after = ''
    do {
      const query = new URLSearchParams({ limit: '500', ...(after ? { after } : {}) })
      const page = await this.ask('GET', `/jurisdictions?${query.toString()}`)
      places.push(...itemsOf(page))
      after = typeof page['next'] === 'string' ? page['next'] : ''
    } while (after)
    return places
  }

  async home(jurisdictionId: string, zone: string): Promise<string> {
    return textOf(await this.ask('POST', '/homes', { jurisdictionId, zone }), 'id')
  }

  async resident(homeId: string, resident: NewResident): Promise<void> {
    await this.ask('PUT', `/homes/${homeId}/resident`, resident)
  }

  /** Null: no such device. */
  async device(id: string): Promise<{ homeId: string | null } | null> {
    try {
      const { homeId } = await this.ask('GET', `/devices/${id}`)
      return { homeId: typeof homeId === 'string' ? homeId : null }
    } catch (error) {
      if (error instanceof ApiFailure && error.code === 'not_found') return null
      throw error
    }
  }

  async registerDevice(device: {
    id: string
    kind: string
    model: string
    cadenceS: number
    homeId: string | null
  }): Promise<string> {
    const consent = device.homeId === null ? null : { givenBy: 'resident', form: 'on_the_spot' }
    return textOf(await this.ask('POST', '/devices', { ...device, consent }), 'secret')
  }

  async renewSecret(id: string): Promise<string> {
    return textOf(await this.ask('POST', `/devices/${id}/secret`), 'secret')
  }

  private async ask(method: string, path: string, body?: unknown): Promise<Answer> {
    for (;;) {
      const response = await fetch(this.base + path, {
        method,
        headers: {
          authorization: `Bearer ${this.token}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      })
      if (response.status === 429) {
        await sleepMs(1000 * Math.min(60, Number(response.headers.get('retry-after')) || 1))
        continue
      }
      const said = answerOf(response.status === 204 ? {} : await response.json().catch(() => ({})))
      if (response.ok) return said
      const failure = answerOf(said['error'])
      const why = typeof failure['message'] === 'string' ? failure['message'] : response.statusText
      throw new ApiFailure(failure['code'], `${method} ${path}: ${response.status} ${why}`)
    }
  }
}

const answerOf = (said: unknown): Answer =>
  typeof said === 'object' && said !== null ? (said as Record<string, unknown>) : {}
const itemsOf = (page: Answer): Answer[] => (Array.isArray(page['items']) ? page['items'].map(answerOf) : [])

function textOf(answer: Answer, name: string): string {
  const value = answer[name]
  if (typeof value !== 'string') throw new Error(`the service answered without ${name}`)
  return value
}
