import { createTransport } from 'nodemailer'
import { z } from 'zod'
import { ChannelFault } from '../contracts/channel.ts'
import { SECOND_MS } from '../contracts/time.ts'
import { isLoopback } from './address.ts'
import type { Driver } from './driver.ts'
import { asText, hashOf, headline } from './wording.ts'

const Settings = z
  .strictObject({
    host: z.string().min(1).max(253),
    port: z.int().min(1).max(65_535).default(465),
    /** `tls` from the first byte (465), `starttls` and no mail without it (587), `none` only to this machine. */
    security: z.enum(['tls', 'starttls', 'none']).default('tls'),
    username: z.string().max(200).default(''),
    from: z.email(),
  })
  .refine(({ security, host }) => security !== 'none' || isLoopback(host), {
    path: ['security'],
    message: 'mail in the clear only to this machine',
  })

const MAIL_BYTES = 60_000
const WAIT_MS = 10 * SECOND_MS

/** Mail through the district's own server. `Message-ID` comes from the key: mail programs show the same one once. */
export const smtp: Driver<z.infer<typeof Settings>> = {
  kind: 'smtp',
  settings: Settings,
  secrets: [{ name: 'password', required: false }],
  address: 'mail',
  open({ host, port, security, username, from }, { password = '' }) {
    const domain = from.slice(from.indexOf('@') + 1)
    const closing = new AbortController()
    return {
      groupsUpTo: 20,
      addressesUpTo: 1,
      perMinute: null,
      async send([to = ''], notices, signal) {
        if (!z.email().safeParse(to).success) throw new ChannelFault('this is no mail address', false)
        // One connection for each mail: then ending a try is ending its connection, and none is left half open.
        const transport = createTransport({
          host,
          port,
          secure: security === 'tls',
          requireTLS: security === 'starttls',
          ignoreTLS: security === 'none',
          ...(username === '' ? {} : { auth: { user: username, pass: password } }),
          connectionTimeout: WAIT_MS,
          greetingTimeout: WAIT_MS,
          socketTimeout: WAIT_MS,
          disableFileAccess: true,
          disableUrlAccess: true,
        })
        const ended = AbortSignal.any([signal, closing.signal])
        const key = notices.map((notice) => notice.key).join('\n')
        const sending = transport.sendMail({
          from: { name: '守望 Shouwang', address: from },
          to: { name: '', address: to },
          subject: headline(notices),
          text: asText(notices, MAIL_BYTES),
          messageId: `<${hashOf(key).slice(0, 40)}@${domain}>`,
          headers: { 'auto-submitted': 'auto-generated', ...urgency(notices) },
        })
        try {
          const { response } = await untilEnded(sending, ended)
          return { outcome: 'accepted', reference: response.slice(0, 3) }
        } catch (error) {
          throw refusalOf(error)
        } finally {
          transport.close()
        }
      },
      async close() {
        closing.abort()
      },
    }
  },
}

const urgency = (notices: readonly { severity: string | null }[]): Record<string, string> =>
  notices.some(({ severity }) => severity === 'P1') ? { importance: 'high', 'x-priority': '1' } : {}

const untilEnded = <T>(sending: Promise<T>, signal: AbortSignal): Promise<T> => {
  sending.catch(() => {})
  const ended = new Promise<never>((_, reject) => {
    const end = () => reject(new ChannelFault('no answer in time', true))
    if (signal.aborted) end()
    else signal.addEventListener('abort', end, { once: true })
  })
  return Promise.race([sending, ended])
}

/** By its numbers alone: what a mail server writes beside them names the recipient. */
const refusalOf = (error: unknown): ChannelFault => {
  if (error instanceof ChannelFault) return error
  const { responseCode, code = 'unknown' } = (error ?? {}) as { responseCode?: number; code?: string }
  if (responseCode !== undefined && responseCode >= 400)
    // 421, 450: later. 535: no later try mends a wrong password.
    return new ChannelFault(`SMTP ${responseCode}`, responseCode < 500)
  if (code === 'EAUTH') return new ChannelFault('SMTP sign-in refused', false)
  return new ChannelFault(`no connection (${code})`, true)
}
