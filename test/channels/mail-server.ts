import type { AddressInfo } from 'node:net'
import { SMTPServer } from 'smtp-server'
import { onTestFinished } from 'vitest'
import type { Behaviour } from './gateway.ts'

const REFUSALS: Partial<Record<Behaviour, number>> = { refuse: 550, fail: 451, too_many: 421 }

/** A real mail server on loopback that behaves as a test says, and names the recipient wherever it refuses. */
export class MailServer {
  behaviour: Behaviour = 'accept'
  readonly mails: string[] = []
  port = 0
  readonly #waiting: (() => void)[] = []
  #release: () => void = () => {}

  static async open(password: string): Promise<MailServer> {
    const mail = new MailServer()
    const sockets = new Set<{ destroy(): void }>()
    const server = new SMTPServer({
      authOptional: true,
      disabledCommands: ['STARTTLS'],
      allowInsecureAuth: true,
      disableReverseLookup: true,
      closeTimeout: 0,
      onAuth: ({ password: given }, _, done) =>
        given === password ? done(null, { user: 'desk' }) : done(new Error(`wrong password ${given}`)),
      onData(stream, _, done) {
        let text = ''
        stream.on('data', (part: Buffer) => {
          text += part.toString('utf8')
        })
        stream.on('end', () => {
          mail.mails.push(text)
          const code = REFUSALS[mail.behaviour]
          const finish = () => done(null, 'queued')
          if (mail.behaviour === 'stall') mail.#release = finish
          else if (mail.behaviour === 'cut') for (const socket of sockets) socket.destroy()
          else if (code === undefined) finish()
          else done(Object.assign(new Error(`no ${text.replaceAll(/\s/g, ' ')}`), { responseCode: code }))
          mail.#waiting.shift()?.()
        })
      },
    })
    server.server.on('connection', (socket) => sockets.add(socket))
    server.on('error', () => {})
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    mail.port = (server.server.address() as AddressInfo).port
    onTestFinished(async () => {
      for (const socket of sockets) socket.destroy()
      await new Promise<void>((resolve) => server.close(() => resolve()))
    })
    return mail
  }

  next(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve))
  }

  answerNow(): void {
    this.#release()
  }
}
