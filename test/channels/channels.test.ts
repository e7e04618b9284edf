import { createECDH, createHash, randomBytes } from 'node:crypto'
import webPush from 'web-push'
import { openChannel } from '../../channels/drivers.ts'
import { referenceOf } from '../../channels/wording.ts'
import type { ChannelConfig, ChannelKind } from '../../contracts/channel.ts'
import { manualClock } from '../support/clock.ts'
import { channelConformance, httpConformance, type Stage } from './channel.conformance.ts'
import { type Asked, Gateway, type Manner, plainManner } from './gateway.ts'
import { MailServer } from './mail-server.ts'

const wall = manualClock(Date.parse('2026-03-05T03:05:00Z'))

interface Make {
  kind: ChannelKind
  manner?: Manner
  settings(url: string): ChannelConfig['settings']
  secrets?: Record<string, string>
  address?: string | ((url: string) => string)
  mark(key: string): string
  text?(asked: Asked): string
}

const robotManner = (code: string, tooMany: number, refused: number): Manner => ({
  accept: { status: 200, body: `{"${code}":0,"errmsg":"ok","msg":"success"}` },
  refuse: { status: 200, body: `{"${code}":${refused},"errmsg":"ECHO"}` },
  fail: { status: 502, body: '' },
  too_many: { status: 200, body: `{"${code}":${tooMany},"errmsg":"ECHO"}` },
})
const reference = (key: string) => `#${referenceOf(key)}`

const browser = createECDH('prime256v1')
browser.generateKeys()
const subscription = (url: string): string =>
  JSON.stringify({
    endpoint: `${url}/wpush/v2/private-endpoint`,
    keys: { p256dh: browser.getPublicKey('base64url'), auth: randomBytes(16).toString('base64url') },
  })

const MAKES: Make[] = [
  {
    kind: 'webhook',
    settings: (url) => ({ url: `${url}/hook` }),
    secrets: { signingKey: 'sign-me-with-this', bearer: 'let-me-in' },
    address: 'desk-label',
    mark: (key) => `"idempotency-key":"${key}"`,
  },
  {
    kind: 'alertmanager',
    settings: (url) => ({ url: `${url}/api/v2/alerts`, username: 'shouwang' }),
    secrets: { password: 'pass-word-am' },
    address: 'team-label',
    mark: (key) => `"key":"${key}"`,
  },
  {
    kind: 'wecom',
    manner: robotManner('errcode', 45_009, 93_000),
    settings: (url) => ({ baseUrl: `${url}/cgi-bin/webhook/send` }),
    secrets: { key: '693a91f6-robot-key' },
    address: '13800001111',
    mark: reference,
  },
  {
    kind: 'dingtalk',
    manner: robotManner('errcode', 130_101, 310_000),
    settings: (url) => ({ baseUrl: `${url}/robot/send` }),
    secrets: { accessToken: 'token-of-the-robot', signSecret: 'SECabcdef' },
    address: '13800001111',
    mark: reference,
  },
  {
    kind: 'feishu',
    manner: {
      ...robotManner('code', 11_232, 19_021),
      too_many: { status: 400, body: '{"code":9499,"msg":"ECHO"}' },
    },
    settings: (url) => ({ baseUrl: `${url}/open-apis/bot/v2/hook` }),
    secrets: { hookId: 'hook-id-of-the-robot', signSecret: 'feishu-secret' },
    address: 'ou_84aad35d084aa403a838cf73ee18467',
    mark: reference,
  },
  {
    kind: 'webpush',
    settings: () => ({ subject: 'mailto:desk@example.org', services: ['127.0.0.1'] }),
    secrets: { vapidPrivateKey: webPush.generateVAPIDKeys().privateKey },
    address: subscription,
    mark: (key) => createHash('sha256').update(key).digest('base64url').slice(0, 32),
  },
  {
    kind: 'http_template',
    manner: { ...plainManner, fail: { status: 200, body: '{"code":"BUSY"}' } },
    settings: (url) => ({
      url: `${url}/sms?key={{apiKey}}`,
      headers: { 'X-Secret': '{{apiSecret}}' },
      body: '{"to":"{{address}}","content":"{{text}}","id":"{{key}}"}',
      success: { statuses: [200], path: 'code', equals: 'OK' },
      referencePath: 'id',
    }),
    secrets: { apiKey: 'api-key-1234', apiSecret: 'api-secret-5678' },
    address: '13800001111',
    mark: (key) => `"id":"${key}"`,
  },
]

const stageOf = (make: Make) => async (): Promise<Stage> => {
  const gateway = await Gateway.open(make.manner ?? plainManner)
  const secrets = make.secrets ?? {}
  const settings = make.settings(gateway.url)
  return {
    channel: openChannel({ kind: make.kind, settings }, secrets, wall),
    address: typeof make.address === 'function' ? make.address(gateway.url) : (make.address ?? ''),
    secrets: Object.values(secrets),
    behave: (how) => {
      gateway.behaviour = how
    },
    next: () => gateway.next(),
    answerNow: () => gateway.answerNow(),
    arrived: () =>
      gateway.asked.map(({ path, headers, body }) => `${path} ${JSON.stringify(headers)} ${body}`),
    mark: make.mark,
  }
}

for (const make of MAKES) {
  channelConformance(make.kind, stageOf(make))
  httpConformance(make.kind, stageOf(make))
}

const PASSWORD = 'mail-pass-word'

channelConformance('smtp', async () => {
  const server = await MailServer.open(PASSWORD)
  const settings = {
    host: '127.0.0.1',
    port: server.port,
    security: 'none',
    username: 'desk',
    from: 'desk@example.org',
  }
  return {
    channel: openChannel({ kind: 'smtp', settings }, { password: PASSWORD }, wall),
    address: 'worker@example.org',
    secrets: [PASSWORD],
    behave: (how) => {
      server.behaviour = how
    },
    next: () => server.next(),
    answerNow: () => server.answerNow(),
    // A mail shows the numbers of a group in its text, which travels as base64; of one alone also in its Message-ID.
    arrived: () => server.mails.map((mail) => `${mail}\n${textOf(mail)}`),
    mark: reference,
  }
})

const textOf = (mail: string): string => {
  const body = mail.slice(mail.indexOf('\r\n\r\n')).replaceAll(/\s/g, '')
  return /content-transfer-encoding: base64/i.test(mail) ? Buffer.from(body, 'base64').toString('utf8') : mail
}
