import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { pipeline } from 'node:stream/promises'
import { onTestFinished } from 'vitest'

/** What the other side does with what it is sent. */
export type Behaviour = 'accept' | 'refuse' | 'fail' | 'too_many' | 'stall' | 'cut' | 'redirect' | 'endless'

export interface Asked {
  method: string
  path: string
  headers: IncomingMessage['headers']
  body: string
  bytes: Buffer
}

/** How one make of gateway says what became of a message. */
export interface Manner {
  accept: { status: number; body: string }
  refuse: { status: number; body: string }
  fail: { status: number; body: string }
  too_many: { status: number; body: string; retryAfter?: string }
}

export const plainManner: Manner = {
  accept: { status: 200, body: '{"code":"OK","id":"g-1"}' },
  refuse: { status: 400, body: '' },
  fail: { status: 503, body: '' },
  too_many: { status: 429, body: '', retryAfter: '7' },
}

/** A real HTTP server on loopback that behaves as a test says, and echoes what it was sent wherever it refuses. */
export class Gateway {
  behaviour: Behaviour = 'accept'
  readonly asked: Asked[] = []
  url = ''
  readonly #manner: Manner
  readonly #waiting: ((asked: Asked) => void)[] = []
  #release: () => void = () => {}

  constructor(manner: Manner) {
    this.#manner = manner
  }

  static async open(manner: Manner = plainManner): Promise<Gateway> {
    const gateway = new Gateway(manner)
    const server = createServer((request, response) => void gateway.#take(request, response))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    gateway.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    onTestFinished(async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    })
    return gateway
  }

  /** The next request, as soon as it is whole. */
  next(): Promise<Asked> {
    return new Promise((resolve) => this.#waiting.push(resolve))
  }

  /** A stalled answer is given after all. */
  answerNow(): void {
    this.#release()
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const parts: Buffer[] = []
    for await (const part of request as AsyncIterable<Buffer>) parts.push(part)
    const bytes = Buffer.concat(parts)
    const { method = '', url: path = '', headers } = request
    const asked = { method, path, headers, body: bytes.toString('utf8'), bytes }
    this.asked.push(asked)
    const echo = `${JSON.stringify(headers)} ${path} ${asked.body}`
    const answer = ({ status, body, retryAfter }: Manner['too_many']) => {
      if (retryAfter !== undefined) response.setHeader('retry-after', retryAfter)
      response.statusMessage = 'Refused'
      response
        .writeHead(status)
        .end(body === '' ? echo : body.replace('ECHO', JSON.stringify(echo).slice(1, -1)))
    }
    switch (this.behaviour) {
      case 'stall':
        this.#release = () => answer(this.#manner.accept)
        break
      case 'cut':
        request.socket.destroy()
        break
      case 'redirect':
        response.writeHead(302, { location: `${this.url}/elsewhere` }).end(echo)
        break
      case 'endless':
        response.writeHead(400)
        // Ends when the other side has had enough, which is how it should end.
        await pipeline(endless(), response).catch(() => {})
        break
      default:
        answer(this.#manner[this.behaviour])
    }
    this.#waiting.shift()?.(asked)
  }
}

function* endless(): Generator<string> {
  for (;;) yield 'x'.repeat(65_536)
}
