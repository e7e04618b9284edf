import { lookup as resolve } from 'node:dns'
import { type IncomingMessage, Agent as PlainAgent, request as plain, type RequestOptions } from 'node:http'
import { Agent as SecureAgent, request as secure } from 'node:https'
import { BlockList, isIP, type LookupFunction } from 'node:net'
import { ChannelFault } from '../contracts/channel.ts'
import { MINUTE_MS, SECOND_MS } from '../contracts/time.ts'

/** Answers of gateways are a line; whatever sends more is not read to its end. */
const ANSWER_BYTES = 64 * 1_024
const AFTER_MOST_MS = 10 * MINUTE_MS

/** Addresses at which clouds hand out their own keys: nobody is told anything there. See docs/adr/0006. */
const forbidden = new BlockList()
forbidden.addSubnet('169.254.0.0', 16)
forbidden.addSubnet('fe80::', 10, 'ipv6')
forbidden.addAddress('100.100.100.200')
forbidden.addAddress('fd00:ec2::254', 'ipv6')

const isForbidden = (address: string): boolean => {
  const version = isIP(address)
  return version !== 0 && forbidden.check(address, version === 6 ? 'ipv6' : 'ipv4')
}

/** Checks the very address that is then connected to, so that a name cannot resolve to another one in between. */
const guardedLookup: LookupFunction = (name, options, done) => {
  resolve(name, { ...options, all: true }, (error, found) => {
    const refused = error === null && found.some(({ address }) => isForbidden(address))
    if (error !== null) done(error, '', 0)
    else if (refused) done(Object.assign(new Error('refused'), { code: 'ADDRESS_REFUSED' }), '', 0)
    else if (options.all === true) done(null, found)
    else done(null, found[0]?.address ?? '', found[0]?.family)
  })
}

export interface Answer {
  status: number
  retryAfter: string | undefined
  /** At most 64 KB; what a server says may hold what it was sent, so it never leaves the driver. */
  text: string
}

export interface Question {
  method?: 'POST' | 'PUT' | 'GET'
  url: string
  headers?: Record<string, string>
  body?: string | Buffer
}

/** The way of every HTTP driver to the outside: bounded, without redirects, and with faults that hold no address. */
export class HttpDoor {
  readonly #plain = new PlainAgent({ keepAlive: true, maxSockets: 8 })
  readonly #secure = new SecureAgent({ keepAlive: true, maxSockets: 8 })
  readonly #closing = new AbortController()

  /** Whatever status it has; rejects with a `ChannelFault` when there is no whole answer. */
  async ask({ method = 'POST', url, headers = {}, body }: Question, signal: AbortSignal): Promise<Answer> {
    const target = new URL(url)
    const host = target.hostname.replace(/^\[|\]$/g, '')
    if (isForbidden(host)) throw new ChannelFault('the address is not allowed', false)
    const isSecure = target.protocol === 'https:'
    const options: RequestOptions = {
      method,
      headers: { 'user-agent': 'shouwang', ...headers },
      agent: isSecure ? this.#secure : this.#plain,
      lookup: guardedLookup,
      signal: AbortSignal.any([signal, this.#closing.signal]),
    }
    try {
      return await new Promise<Answer>((resolve, reject) => {
        const request = (isSecure ? secure : plain)(target, options, (message) => {
          wholeAnswer(message).then(resolve, reject)
        })
        request.on('error', reject)
        request.end(body)
      })
    } catch (error) {
      throw faultOf(error)
    }
  }

  async close(): Promise<void> {
    this.#closing.abort()
    this.#plain.destroy()
    this.#secure.destroy()
  }
}

const wholeAnswer = async (message: IncomingMessage): Promise<Answer> => {
  const parts: Buffer[] = []
  let bytes = 0
  for await (const part of message as AsyncIterable<Buffer>) {
    bytes += part.length
    if (bytes > ANSWER_BYTES) {
      message.destroy()
      break
    }
    parts.push(part)
  }
  return {
    status: message.statusCode ?? 0,
    retryAfter: message.headers['retry-after'],
    text: Buffer.concat(parts).toString('utf8'),
  }
}

/** By its code alone: messages of the network and of TLS name hosts and certificates. */
export const faultOf = (error: unknown): ChannelFault => {
  if (error instanceof ChannelFault) return error
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
  if (code === 'ABORT_ERR') return new ChannelFault('no answer in time', true)
  if (code === 'ADDRESS_REFUSED') return new ChannelFault('the address is not allowed', false)
  // A header or path that cannot be sent never will be.
  if (code.startsWith('ERR_INVALID') || code === 'ERR_UNESCAPED_CHARACTERS')
    return new ChannelFault(`cannot be sent (${code})`, false)
  return new ChannelFault(`no connection (${code})`, true)
}

/** Refuses by status: later what may pass, for good what will not. Redirects are not followed, so they are refusals. */
export const requireTaken = ({ status, retryAfter }: Answer, wall: { now(): number }): void => {
  if (status >= 200 && status < 300) return
  const retry = status === 408 || status === 425 || status === 429 || status >= 500
  throw new ChannelFault(`HTTP ${status}`, retry, retry ? afterMs(retryAfter, wall.now()) : null)
}

/** `Retry-After` in seconds or as a date. */
const afterMs = (header: string | undefined, now: number): number | null => {
  if (header === undefined) return null
  const ms = /^\d+$/.test(header) ? Number(header) * SECOND_MS : Date.parse(header) - now
  return Number.isFinite(ms) ? Math.min(AFTER_MOST_MS, Math.max(0, ms)) : null
}

export const jsonIn = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
