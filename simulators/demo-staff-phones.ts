import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Service } from '../app/service.ts'
import { Refusal } from '../contracts/errors.ts'

/** A notice is a few hundred bytes. */
const NOTICE_MOST_BYTES = 64 * 1024

export interface StaffPhonesOptions {
  service: Pick<Service, 'state' | 'commands'>
  onFault(error: unknown): void
}

/**
 * The telephones of everybody in the demo, as a listener on loopback that takes whatever it is sent. Whoever gets the
 * test page at the start of a shift confirms it; what is said otherwise is let go of, unread.
 */
export class StaffPhones {
  readonly #options: StaffPhonesOptions
  readonly #server: Server
  readonly url: string

  private constructor(server: Server, options: StaffPhonesOptions) {
    this.#options = options
    this.#server = server
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  }

  static async open(options: StaffPhonesOptions): Promise<StaffPhones> {
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    // The demo ends when its service has ended, and waits for no telephone.
    server.unref()
    const phones = new StaffPhones(server, options)
    server.on('request', (request, response) => {
      bodyOf(request)
        .then(async (body) => {
          response.writeHead(200, { 'content-type': 'application/json' }).end('{"code":"OK"}')
          await phones.#take(body)
        })
        .catch(options.onFault)
    })
    return phones
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  async #take(body: string): Promise<void> {
    const { purpose, key } = noticeIn(body)
    if (purpose !== 'test' || key === null) return
    const { state, commands } = this.#options.service
    // A test that somebody sends from the console's page of channels belongs to no shift.
    const page = await state.pages.get(key)
    if (page === null) return
    await commands.answerPage(key, page.recipient).catch((error: unknown) => {
      if (!(error instanceof Refusal)) throw error
    })
  }
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length
    if (bytes > NOTICE_MOST_BYTES) throw new Error('a notice of this size was not to be expected')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

function noticeIn(body: string): { purpose: unknown; key: string | null } {
  const said: unknown = JSON.parse(body)
  const { purpose = null, key = null } = (typeof said === 'object' ? said : null) as Record<string, unknown>
  return { purpose, key: typeof key === 'string' ? key : null }
}
