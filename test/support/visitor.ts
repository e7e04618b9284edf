import type { PersonKind } from '../../contracts/duty.ts'
import { JurisdictionId, PersonId } from '../../contracts/ids.ts'
import type { StoryService } from './service.ts'

/** What a visitor's phone is answered. */
export interface PhoneAnswer {
  status: number
  // The stories look into answers of every form.
  body: ReturnType<typeof JSON.parse>
}

/** Somebody with a phone, who signs in as themselves. */
export class Visitor {
  readonly id: PersonId
  readonly #story: StoryService
  readonly #token: string
  #acts = 0

  private constructor(story: StoryService, id: PersonId, token: string) {
    this.#story = story
    this.id = id
    this.#token = token
  }

  static async join(
    story: StoryService,
    name: string,
    over: { kind?: PersonKind; pairedWith?: string[]; holdsKeyOf?: string[]; place?: object } = {},
  ): Promise<Visitor> {
    const [root] = await story.service.state.jurisdictions.all()
    const jurisdictionId = JurisdictionId.parse(root?.id)
    const grants = [{ role: 'visitor' as const, jurisdictionId }]
    const account = await story.service.commands.createAccount({ name, grants, language: 'zh' })
    const person = await story.call<{ id: string }>('POST', '/people', {
      accountId: account.id,
      jurisdictionId,
      kind: 'visitor',
      name,
      addresses: [],
      ...over,
    })
    const { secret } = await story.service.commands.createToken({
      name,
      grants,
      createdBy: account.id,
      expiresAt: null,
    })
    return new Visitor(story, PersonId.parse(person.id), secret)
  }

  async call(
    method: 'GET' | 'POST',
    path: string,
    body?: unknown,
    type = 'application/json',
  ): Promise<PhoneAnswer> {
    const response = await fetch(`${this.#story.service.httpUrl}/api/v1${path}`, {
      method,
      headers: {
        authorization: `Bearer ${this.#token}`,
        ...(body === undefined ? {} : { 'content-type': type }),
      },
      ...(body === undefined
        ? {}
        : { body: body instanceof Uint8Array ? new Blob([new Uint8Array(body)]) : JSON.stringify(body) }),
    })
    const isJson = response.headers.get('content-type')?.includes('json') === true
    return {
      status: response.status,
      body: isJson ? await response.json() : new Uint8Array(await response.arrayBuffer()),
    }
  }

  /** Done now, or `doneAt`; the same `actId` is the same act. */
  does(
    visitId: string,
    act: 'accept' | 'decline' | 'en-route' | 'check-in' | 'submit',
    more: { actId?: string; doneAt?: string; [field: string]: unknown } = {},
  ): Promise<PhoneAnswer> {
    const doneAt = new Date(this.#story.civil.now()).toISOString()
    const actId = `act-${this.id}-${++this.#acts}`
    return this.call('POST', `/visits/${visitId}/${act}`, { actId, doneAt, ...more })
  }
}
