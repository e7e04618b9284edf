import { createECDH, randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { Person } from '../../contracts/duty.ts'
import { AccountId, ChannelId, JurisdictionId, PersonId } from '../../contracts/ids.ts'
import { Gateway } from '../channels/gateway.ts'
import { type District, openDistrict } from './district.ts'

interface ChannelBody {
  id: ChannelId
  secretsSet: string[]
  enabled: boolean
}

const KEY = '693a91f6-this-is-the-key'

async function wecomIn(district: District, url: string): Promise<ChannelBody> {
  const answer = await district.as('admin', 'POST', '/channels', {
    kind: 'wecom',
    name: '值班群',
    jurisdictionId: 'community-a',
    settings: { baseUrl: `${url}/send` },
    secrets: { key: KEY },
  })
  expect(answer.status).toBe(201)
  return answer.body as ChannelBody
}

const robot = { status: 200, body: '{"errcode":0}' }
const manner = {
  accept: robot,
  refuse: { status: 200, body: '{"errcode":93000}' },
  fail: robot,
  too_many: robot,
}

describe('channels', () => {
  it('take their secrets and never give them back, nor do the logs', async () => {
    const district = await openDistrict()
    const gateway = await Gateway.open(manner)
    const channel = await wecomIn(district, gateway.url)
    expect(channel.secretsSet).toEqual(['key'])
    const list = await district.as('admin', 'GET', '/channels')
    gateway.behaviour = 'refuse'
    const test = await district.as('admin', 'POST', `/channels/${channel.id}/test`, {
      address: 'all',
    })
    expect(test.body).toEqual({ sent: false, reference: null, reason: 'refused (errcode 93000)' })
    expect(gateway.asked[0]?.path).toContain(KEY)
    expect(JSON.stringify([list.body, test.body, district.log])).not.toContain(KEY)
  })

  it('are tried with a message, changed, put out of use and taken away', async () => {
    const district = await openDistrict()
    const gateway = await Gateway.open(manner)
    const { id } = await wecomIn(district, gateway.url)
    const tested = await district.as('admin', 'POST', `/channels/${id}/test`, { address: '' })
    expect(tested.body).toMatchObject({ sent: true, reason: null })
    expect(gateway.asked[0]?.body).toContain('测试消息')
    const off = await district.as('admin', 'PATCH', `/channels/${id}`, {
      enabled: false,
      name: '夜班群',
    })
    expect(off.body).toMatchObject({ enabled: false, name: '夜班群', secretsSet: ['key'] })
    const bare = await district.as('admin', 'PATCH', `/channels/${id}`, { secrets: { key: null } })
    expect(bare.status).toBe(400)
    // Nobody is left without a way to be told, not even for a moment.
    await district.state.people.put({ ...worker, addresses: [{ channelId: id, address: 'all' }] })
    const refused = await district.as('admin', 'DELETE', `/channels/${id}`)
    expect([refused.status, refused.body]).toMatchObject([
      409,
      { error: { code: 'channel_in_use', details: { people: 1 } } },
    ])
    await district.state.people.put(worker)
    expect((await district.as('admin', 'DELETE', `/channels/${id}`)).status).toBe(204)
    expect((await district.as('admin', 'POST', `/channels/${id}/test`, {})).status).toBe(404)
    expect(await district.state.sealedSecrets.get(`channel:${id}:key`)).toBeNull()
  })

  it('say what is wrong with settings, and refuse secrets among them', async () => {
    const district = await openDistrict()
    const refused = await district.as('admin', 'POST', '/channels', {
      kind: 'smtp',
      name: '邮件',
      jurisdictionId: 'district',
      settings: { host: 'mail.example.org', from: 'desk@example.org', password: KEY },
    })
    expect([refused.status, JSON.stringify(refused.body)]).toEqual([400, expect.stringContaining('password')])
    expect(JSON.stringify([refused.body, district.log])).not.toContain(KEY)
    const lacking = { kind: 'wecom', name: 'x', jurisdictionId: 'district' }
    expect((await district.as('admin', 'POST', '/channels', lacking)).status).toBe(400)
  })

  it('are for administrators alone, who get a form for each kind', async () => {
    const district = await openDistrict()
    for (const path of ['/channels', '/channels/kinds'])
      expect((await district.as('workerOfA', 'GET', path)).status).toBe(403)
    const { body } = await district.as('admin', 'GET', '/channels/kinds')
    expect((body as { items: { kind: string }[] }).items.map(({ kind }) => kind)).toContain('http_template')
  })
})

describe('Web Push', () => {
  it('makes the browser of whoever is signed in an address of that person', async () => {
    const district = await openDistrict()
    const made = await district.as('admin', 'POST', '/channels', {
      kind: 'webpush',
      name: '网页推送',
      jurisdictionId: 'district',
      settings: { subject: 'mailto:desk@example.org' },
    })
    expect(made.body).toMatchObject({ secretsSet: ['vapidPrivateKey'] })
    const { id: channelId } = made.body as ChannelBody
    await district.state.people.put(worker)
    const { body } = await district.as('workerOfA', 'GET', '/session/push')
    expect(body).toMatchObject({ channelId, publicKey: expect.stringMatching(/^[A-Za-z0-9_-]{87}$/) })

    const browser = createECDH('prime256v1')
    browser.generateKeys()
    const keys = { p256dh: browser.getPublicKey('base64url'), auth: randomBytes(16).toString('base64url') }
    const subscribe = (n: number) =>
      district.as('workerOfA', 'PUT', '/session/push', {
        subscription: { endpoint: `https://fcm.googleapis.com/fcm/send/${n}`, expirationTime: null, keys },
      })
    for (const n of [1, 1, 2, 3, 4, 5, 6]) expect((await subscribe(n)).status).toBe(204)
    const browsers = async () =>
      (await district.state.people.get(worker.id))?.addresses
        .filter((one) => one.channelId === channelId)
        .map(({ address }) => (JSON.parse(address) as { endpoint: string }).endpoint.at(-1))
    expect(await browsers()).toEqual(['2', '3', '4', '5', '6'])
    const endpoint = 'https://fcm.googleapis.com/fcm/send/3'
    expect((await district.as('workerOfA', 'DELETE', '/session/push', { endpoint })).status).toBe(204)
    expect(await browsers()).toEqual(['2', '4', '5', '6'])
    expect(
      (await district.as('workerOfB', 'PUT', '/session/push', { subscription: { endpoint, keys } })).status,
    ).toBe(404)
  })
})

const worker: Person = {
  id: PersonId.parse('p1'),
  accountId: AccountId.parse('workerOfA'),
  jurisdictionId: JurisdictionId.parse('community-a'),
  kind: 'staff',
  name: '值守员',
  phone: '',
  language: 'zh',
  addresses: [{ channelId: ChannelId.parse('sms'), address: '13800001111' }],
  skills: [],
  pairedWith: [],
  holdsKeyOf: [],
  place: null,
  enabled: true,
  createdAt: 0,
}
