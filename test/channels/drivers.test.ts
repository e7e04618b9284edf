import { createECDH, createHmac, createPublicKey, randomBytes, verify } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import webPush from 'web-push'
import { channelForms, checkSettings, openChannel } from '../../channels/drivers.ts'
import { HttpDoor } from '../../channels/http.ts'
import { publicKeyOf } from '../../channels/webpush.ts'
import { asText } from '../../channels/wording.ts'
import type { ChannelConfig, ChannelKind, Notice } from '../../contracts/channel.ts'
import { manualClock } from '../support/clock.ts'
import { notice } from './channel.conformance.ts'
import { Gateway } from './gateway.ts'

const NOW = Date.parse('2026-03-05T03:05:00Z')
const never = () => new AbortController().signal

async function sent(
  kind: ChannelKind,
  settings: (url: string) => ChannelConfig['settings'],
  secrets: Record<string, string>,
  addresses: string[],
  notices: Notice[],
  answer = '{"errcode":0,"code":0}',
) {
  const taken = { status: 200, body: answer }
  const gateway = await Gateway.open({ accept: taken, refuse: taken, fail: taken, too_many: taken })
  const channel = openChannel({ kind, settings: settings(gateway.url) }, secrets, manualClock(NOW))
  const receipt = await channel.send(addresses, notices, never())
  const [asked] = gateway.asked
  if (!asked) throw new Error('nothing was sent')
  return { ...asked, receipt, url: new URL(asked.path, gateway.url), gateway }
}

describe('what robots are sent', () => {
  it('WeCom calls people by mobile in plain text, and writes markdown when nobody is called', async () => {
    const settings = (url: string) => ({ baseUrl: `${url}/send` })
    const called = await sent('wecom', settings, { key: 'k-1' }, ['13800001111', 'all'], [notice('a')])
    expect(called.url.searchParams.get('key')).toBe('k-1')
    expect(JSON.parse(called.body)).toMatchObject({
      msgtype: 'text',
      text: { mentioned_mobile_list: ['13800001111', '@all'] },
    })
    const plain = await sent('wecom', settings, { key: 'k-1' }, [''], [notice('a')])
    expect(JSON.parse(plain.body)).toMatchObject({ msgtype: 'markdown' })
  })

  it('DingTalk is signed over timestamp and secret, and names whom it calls in the text', async () => {
    const { url, body } = await sent(
      'dingtalk',
      (base) => ({ baseUrl: `${base}/robot/send` }),
      { accessToken: 'token', signSecret: 'SECxyz' },
      ['13800001111'],
      [notice('a')],
    )
    const expected = createHmac('sha256', 'SECxyz').update(`${NOW}\nSECxyz`).digest('base64')
    expect(Object.fromEntries(url.searchParams)).toEqual({
      access_token: 'token',
      timestamp: String(NOW),
      sign: expected,
    })
    const { at, markdown } = JSON.parse(body) as { at: unknown; markdown: { text: string } }
    expect(at).toEqual({ atMobiles: ['13800001111'], isAtAll: false })
    expect(markdown.text).toContain('@13800001111')
  })

  it('Feishu is signed with the text as the key, in seconds, and lets nobody write tags', async () => {
    const { body, path } = await sent(
      'feishu',
      (base) => ({ baseUrl: `${base}/hook` }),
      { hookId: 'h/1', signSecret: 's' },
      ['ou_1', '"><at user_id="all">'],
      [notice('a')],
    )
    const said = JSON.parse(body) as { timestamp: string; sign: string; content: { text: string } }
    expect(path).toBe('/hook/h%2F1')
    expect(said.timestamp).toBe(String(NOW / 1_000))
    expect(said.sign).toBe(createHmac('sha256', `${said.timestamp}\ns`).update('').digest('base64'))
    expect(said.content.text.match(/<at/g)).toHaveLength(1)
  })

  it('a group keeps the first words and the number of every notice within the bytes that a robot takes', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 400 }), {
          minLength: 1,
          maxLength: 20,
        }),
        (texts) => {
          const notices = texts.map((text, n) => notice(`k${n}`, { text: { zh: text, en: text } }))
          const said = asText(notices, 2_048)
          expect(Buffer.byteLength(said)).toBeLessThanOrEqual(2_048)
          expect(said.match(/#[0-9a-f]{6}(?=\n|$)/g)?.length).toBeGreaterThanOrEqual(texts.length)
        },
      ),
    )
  })
})

describe('what programs are sent', () => {
  it('a webhook can be checked by timestamp and body', async () => {
    const { headers, body } = await sent(
      'webhook',
      (url) => ({ url }),
      { signingKey: 'key' },
      ['desk'],
      [notice('alert:1.0:person:p1', { drill: true })],
    )
    const timestamp = String(headers['x-shouwang-timestamp'])
    const expected = createHmac('sha256', 'key').update(`${timestamp}.${body}`).digest('hex')
    expect(headers['x-shouwang-signature']).toBe(`v1=${expected}`)
    expect(timestamp).toBe(String(NOW / 1_000))
    expect(JSON.parse(body)).toMatchObject({ drill: true, recipient: 'desk', at: '2026-03-05T03:05:00.000Z' })
    expect(JSON.parse(body)).toHaveProperty('title', expect.stringContaining('演练'))
  })

  it('an Alertmanager gets alerts, and whatever listens to one gets what it would send', async () => {
    const api = await sent(
      'alertmanager',
      (url) => ({ url }),
      { bearer: 'b' },
      ['team'],
      [notice('a'), notice('b')],
    )
    expect(api.headers.authorization).toBe('Bearer b')
    expect(JSON.parse(api.body)).toMatchObject([{ labels: { key: 'a' } }, { labels: { key: 'b' } }])
    const hook = await sent(
      'alertmanager',
      (url) => ({ url, form: 'webhook' }),
      {},
      ['team'],
      [notice('a'), notice('b')],
    )
    expect(JSON.parse(hook.body)).toMatchObject({
      version: '4',
      status: 'firing',
      receiver: 'team',
      alerts: [{ fingerprint: 'a' }, { fingerprint: 'b' }],
    })
  })
})

describe('Web Push', () => {
  it('is signed for the push service, and only services of the district are called', async () => {
    const browser = createECDH('prime256v1')
    browser.generateKeys()
    const { privateKey } = webPush.generateVAPIDKeys()
    const keys = { p256dh: browser.getPublicKey('base64url'), auth: randomBytes(16).toString('base64url') }
    const settings = { subject: 'mailto:a@example.org', services: ['127.0.0.1'] }
    const gateway = await Gateway.open()
    const channel = openChannel(
      { kind: 'webpush', settings },
      { vapidPrivateKey: privateKey },
      manualClock(NOW),
    )
    await channel.send([JSON.stringify({ endpoint: `${gateway.url}/p`, keys })], [notice('a')], never())
    const [asked] = gateway.asked
    expect(asked?.headers).toMatchObject({ 'content-encoding': 'aes128gcm', urgency: 'high' })
    // RFC 8292: `vapid t=<JWT>, k=<public key>`; the token is signed by the half that stays here.
    const [, token = '', k = ''] =
      /^vapid t=([^,]+), k=(.+)$/.exec(String(asked?.headers.authorization)) ?? []
    expect(k).toBe(publicKeyOf(privateKey))
    const [head, claims = '', signature = ''] = token.split('.')
    const point = Buffer.from(k, 'base64url')
    const jwk = {
      kty: 'EC',
      crv: 'P-256',
      x: point.subarray(1, 33).toString('base64url'),
      y: point.subarray(33).toString('base64url'),
    }
    const key = createPublicKey({ key: jwk, format: 'jwk' })
    const signed = Buffer.from(`${head}.${claims}`)
    const isGood = verify(
      'sha256',
      signed,
      { key, dsaEncoding: 'ieee-p1363' },
      Buffer.from(signature, 'base64url'),
    )
    expect(isGood).toBe(true)
    expect(JSON.parse(Buffer.from(claims, 'base64url').toString())).toMatchObject({ aud: gateway.url })
    expect(asked?.bytes.toString('latin1')).not.toContain('Anyuan')

    const elsewhere = JSON.stringify({ endpoint: 'https://push.evil.example/x', keys })
    await expect(channel.send([elsewhere], [notice('a')], never())).rejects.toThrow('not one of those')
  })

  it('says that a subscription is gone, so that it can be forgotten', async () => {
    const gone = { status: 410, body: '' }
    const gateway = await Gateway.open({ accept: gone, refuse: gone, fail: gone, too_many: gone })
    const browser = createECDH('prime256v1')
    browser.generateKeys()
    const keys = { p256dh: browser.getPublicKey('base64url'), auth: randomBytes(16).toString('base64url') }
    const channel = openChannel(
      { kind: 'webpush', settings: { subject: 'mailto:a@example.org', services: ['127.0.0.1'] } },
      { vapidPrivateKey: webPush.generateVAPIDKeys().privateKey },
      manualClock(NOW),
    )
    const address = JSON.stringify({ endpoint: gateway.url, keys })
    await expect(channel.send([address], [notice('a')], never())).rejects.toMatchObject({
      gone: true,
      retry: false,
    })
  })
})

describe('templates for gateways', () => {
  const nasty = fc.string({ unit: 'binary', maxLength: 60 })

  it('whatever stands in a notice, the body stays the JSON that was written', async () => {
    const gateway = await Gateway.open()
    const settings = {
      url: `${gateway.url}/sms/{{address}}`,
      body: '{"to":"{{address}}","text":"{{text}}","fixed":1}',
    }
    const channel = openChannel({ kind: 'http_template', settings }, {}, manualClock(NOW))
    await fc.assert(
      fc.asyncProperty(nasty, nasty, async (address, text) => {
        await channel.send(
          [address],
          [notice('a', { title: { zh: '', en: '' }, text: { zh: text, en: '' } })],
          never(),
        )
        const asked = gateway.asked.at(-1)
        expect(JSON.parse(asked?.body ?? '')).toEqual({
          to: address.toWellFormed(),
          text: text.toWellFormed().trim(),
          fixed: 1,
        })
        expect(asked?.path.split('/')).toHaveLength(3)
      }),
      { numRuns: 60 },
    )
    await channel.close()
  })

  it('form bodies and headers hold what they are given and nothing more', async () => {
    const { body, headers } = await sent(
      'http_template',
      (url) => ({
        url,
        encoding: 'form',
        body: 'to={{address}}&text={{text}}',
        headers: { Authorization: 'Basic {{apiKey}}' },
      }),
      { apiKey: 'k\r\nX-Evil: 1' },
      ['138&admin=1'],
      [notice('a', { text: { zh: 'a&b=c', en: '' } })],
    )
    const form = new URLSearchParams(body)
    expect([...form.keys()]).toEqual(['to', 'text'])
    expect(form.get('to')).toBe('138&admin=1')
    expect(headers.authorization).toBe('Basic kX-Evil: 1')
    expect(headers['x-evil']).toBeUndefined()
  })

  it('an answer that says no is a failure, and the reference of one that says yes is kept', async () => {
    const settings = (url: string) => ({
      url,
      success: { statuses: [], path: 'data.0.code', equals: 'OK' },
      referencePath: 'data.0.id',
    })
    const ok = await sent(
      'http_template',
      settings,
      {},
      ['1'],
      [notice('a')],
      '{"data":[{"code":"OK","id":7}]}',
    )
    expect(ok.receipt.reference).toBe('7')
    const no = sent('http_template', settings, {}, ['1'], [notice('a')], '{"data":[{"code":"QUOTA 138"}]}')
    await expect(no).rejects.toMatchObject({ message: 'the gateway did not take it', retry: true })
  })
})

describe('settings', () => {
  it.each<[ChannelKind, object, string]>([
    ['webhook', { url: 'http://10.0.0.7/hook' }, 'https'],
    ['webhook', { url: 'https://user:pass@example.org/' }, 'without a name or password'],
    ['webhook', { url: 'ftp://example.org/' }, 'url'],
    ['wecom', { baseUrl: 'https://example.org', key: 'secret' }, 'key'],
    ['smtp', { host: 'mail.example.org', from: 'a@example.org', security: 'none' }, 'only to this machine'],
    ['smtp', { host: 'mail.example.org', from: 'nobody' }, 'from'],
    ['http_template', { url: 'https://{{address}}/' }, 'url'],
    ['http_template', { url: 'https://a{{key}}.example.org/x' }, 'the host is fixed'],
    ['http_template', { url: 'https://example.org/', body: '{"a": {{text}}}' }, 'no JSON'],
    ['http_template', { url: 'https://example.org/{{name}}' }, 'only {{address}}'],
    ['webpush', { subject: 'desk' }, 'subject'],
  ])('%s refuses %j', (kind, settings, fault) => {
    const checked = checkSettings(kind, settings)
    expect('faults' in checked && checked.faults.join('\n')).toContain(fault)
  })

  it.each(['http://169.254.169.254/latest', 'http://[fe80::1]/', 'https://100.100.100.200/x'])(
    'never calls %s',
    async (url) => {
      const door = new HttpDoor()
      await expect(door.ask({ url }, never())).rejects.toMatchObject({
        message: 'the address is not allowed',
        retry: false,
      })
      await door.close()
    },
  )

  it('every kind has a form: what it takes, which secrets, what an address is', () => {
    expect(channelForms().map(({ kind }) => kind)).toHaveLength(8)
    for (const { settings, secrets } of channelForms()) {
      expect(settings).toHaveProperty('properties')
      for (const { name } of secrets) expect(settings.properties).not.toHaveProperty(name)
    }
  })
})
