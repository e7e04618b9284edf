import { describe, expect, it } from 'vitest'
import { AccountId } from '../../contracts/ids.ts'
import { HOUR_MS, MINUTE_MS } from '../../contracts/time.ts'
import { type Answer, ask, type District, openDistrict } from './district.ts'

const worker = AccountId.parse('workerOfA')
const HOST = 'watch.example'

const signIn = (district: District, payload: object, over: object = {}): Promise<Answer> =>
  ask(district.api, {
    method: 'POST',
    url: '/api/v1/session',
    headers: { host: HOST, origin: `http://${HOST}` },
    payload,
    ...over,
  })
const cookieOf = (answer: Answer): string => String(answer.headers['set-cookie']).split(';')[0] ?? ''
const withCookie = (district: District, cookie: string, over: object = {}): Promise<Answer> =>
  ask(district.api, { method: 'GET', url: '/api/v1/session', headers: { host: HOST, cookie }, ...over })
const byLink = async (district: District): Promise<string> => {
  const { secret } = await district.commands.createSignInLink(worker)
  return cookieOf(await signIn(district, { link: secret }))
}

const tell = ({ status, body }: Answer) => [status, body]

describe('a sign-in link', () => {
  it('signs in once, and never again', async () => {
    const district = await openDistrict()
    const { secret } = await district.commands.createSignInLink(worker)
    const first = await signIn(district, { link: secret })
    expect(first.status).toBe(200)
    expect(first.body).toEqual({
      account: {
        id: 'workerOfA',
        name: 'name of workerOfA',
        grants: [{ role: 'case_worker', jurisdictionId: 'community-a' }],
        language: 'zh',
      },
      civilNow: '2026-11-20T00:00:00.000Z',
      civilFactor: 60,
      zone: 'Asia/Shanghai',
      mode: 'demo',
    })
    expect((await withCookie(district, cookieOf(first))).body.account.id).toBe('workerOfA')
    const second = await signIn(district, { link: secret })
    expect([second.status, second.body.error.code]).toEqual([401, 'link_used_or_expired'])
    expect(second.headers['set-cookie']).toBeUndefined()
  })

  it('is too old after a quarter of an hour', async () => {
    const district = await openDistrict()
    const { secret } = await district.commands.createSignInLink(worker)
    district.clocks.wall.pass(15 * MINUTE_MS)
    expect((await signIn(district, { link: secret })).body.error.code).toBe('link_used_or_expired')
  })

  it('is made by an administrator, with the secret in the fragment', async () => {
    const district = await openDistrict()
    const made = await district.as('admin', 'POST', '/accounts/workerOfA/sign-in-links')
    expect(made.status).toBe(201)
    const url = new URL(made.body.url)
    expect(url.pathname + url.search).toBe('/')
    const secret = url.hash.replace('#/sign-in/', '')
    expect((await signIn(district, { link: secret })).status).toBe(200)
  })
})

describe('a session', () => {
  it('has a cookie that scripts and other sites do not get', async () => {
    const district = await openDistrict()
    const { secret } = await district.commands.createSignInLink(worker)
    const cookie = String((await signIn(district, { link: secret })).headers['set-cookie'])
    expect(cookie).toContain('HttpOnly')
    expect(cookie).toContain('SameSite=Strict')
    expect(cookie).toMatch(/^shouwang_session=[\w-]{43};/)
  })

  it('slides while it is used and ends after twelve hours of rest', async () => {
    const district = await openDistrict()
    const cookie = await byLink(district)
    district.clocks.wall.pass(11 * HOUR_MS)
    const slid = await withCookie(district, cookie)
    expect(slid.status).toBe(200)
    expect(cookieOf(slid)).toBe(cookie)
    district.clocks.wall.pass(11 * HOUR_MS)
    expect((await withCookie(district, cookie)).status).toBe(200)
    district.clocks.wall.pass(12 * HOUR_MS)
    expect((await withCookie(district, cookie)).body.error.code).toBe('not_signed_in')
  })

  it('is over after signing out, and when the account is disabled', async () => {
    const district = await openDistrict()
    const [left, disabled] = [await byLink(district), await byLink(district)]
    const headers = { host: HOST, origin: `http://${HOST}`, cookie: left }
    expect((await withCookie(district, left, { method: 'DELETE', headers })).status).toBe(204)
    expect((await withCookie(district, left)).status).toBe(401)
    expect((await withCookie(district, disabled)).status).toBe(200)
    await district.commands.updateAccount(worker, { enabled: false })
    expect((await withCookie(district, disabled)).status).toBe(401)
  })

  it('takes nobody else’s word for its secret: who put a cookie there before is not signed in by it', async () => {
    const district = await openDistrict()
    const planted = 'shouwang_session=planted-by-somebody-else'
    const { secret } = await district.commands.createSignInLink(worker)
    const headers = { host: HOST, origin: `http://${HOST}`, cookie: planted }
    const given = cookieOf(await signIn(district, { link: secret }, { headers }))
    expect(given).not.toBe(planted)
    expect((await withCookie(district, planted)).status).toBe(401)
    expect((await withCookie(district, given)).status).toBe(200)
  })

  it('acts only for pages of this service', async () => {
    const district = await openDistrict()
    const cookie = await byLink(district)
    const patch = (origin: string | undefined) =>
      withCookie(district, cookie, {
        method: 'PATCH',
        headers: { host: HOST, cookie, ...(origin === undefined ? {} : { origin }) },
        payload: { language: 'en' },
      })
    for (const origin of ['http://evil.example', 'null', undefined]) {
      const refused = await patch(origin)
      expect([refused.status, refused.body.error.code], String(origin)).toEqual([403, 'forbidden'])
    }
    expect((await patch(`http://${HOST}`)).body.account.language).toBe('en')
    expect((await district.state.accounts.get(worker))?.language).toBe('en')
  })
})

describe('a password', () => {
  it('signs in; a wrong one, an unknown name and a disabled account look the same', async () => {
    const district = await openDistrict()
    await district.commands.setPassword(worker, 'correct horse battery')
    const name = 'name of workerOfA'
    expect((await signIn(district, { name, password: 'correct horse battery' })).status).toBe(200)
    const wrong = tell(await signIn(district, { name, password: 'wrong horse battery' }))
    const unknown = tell(await signIn(district, { name: 'nobody', password: 'correct horse battery' }))
    const without = tell(await signIn(district, { name: 'name of admin', password: 'correct horse battery' }))
    await district.commands.updateAccount(worker, { enabled: false })
    const disabled = tell(await signIn(district, { name, password: 'correct horse battery' }))
    expect(wrong[0]).toBe(401)
    expect([unknown, without, disabled]).toEqual([wrong, wrong, wrong])
  })

  it('set anew signs out everywhere else', async () => {
    const district = await openDistrict()
    const [here, elsewhere] = [await byLink(district), await byLink(district)]
    const changed = await withCookie(district, here, {
      method: 'PUT',
      url: '/api/v1/session/password',
      payload: { password: 'a new long one' },
      headers: { host: HOST, origin: `http://${HOST}`, cookie: here },
    })
    expect(changed.status).toBe(204)
    expect((await withCookie(district, elsewhere)).status).toBe(401)
    expect((await withCookie(district, cookieOf(changed))).status).toBe(200)
  })

  it('cannot be guessed at: an eleventh try from one address within a minute is refused', async () => {
    const district = await openDistrict()
    const tries: Answer[] = []
    for (let n = 0; n < 11; n++) tries.push(await signIn(district, { link: 'guess' }))
    expect(tries.slice(0, 10).map((answer) => answer.status)).toEqual(Array(10).fill(401))
    expect([tries[10]?.status, tries[10]?.body.error.code]).toEqual([429, 'too_many_requests'])
    expect((await signIn(district, { link: 'guess' }, { remoteAddress: '10.1.1.1' })).status).toBe(401)
  })
})

describe('a token', () => {
  it('has the rights of its grants until it expires, and says when it was used', async () => {
    const district = await openDistrict()
    const expiresAt = new Date(district.clocks.wall.now() + HOUR_MS).toISOString()
    const grants = [{ role: 'case_worker', jurisdictionId: 'community-a' }]
    const made = await district.as('admin', 'POST', '/tokens', { name: 'bell', grants, expiresAt })
    expect(made.status).toBe(201)
    expect(made.body.token).toMatchObject({ name: 'bell', createdBy: 'admin', expiresAt, lastUsedAt: null })
    const headers = { authorization: `Bearer ${made.body.secret}` }
    const get = () => ask(district.api, { method: 'GET', url: '/api/v1/session', headers })
    expect((await get()).body.account).toMatchObject({ id: made.body.token.id, name: 'bell', language: 'en' })
    const listed = await district.as('admin', 'GET', '/tokens')
    const shown = listed.body.items.find((token: { id: string }) => token.id === made.body.token.id)
    expect(shown.lastUsedAt).toBe(new Date(district.clocks.wall.now()).toISOString())
    expect(JSON.stringify(listed.body)).not.toContain(made.body.secret)
    district.clocks.wall.pass(HOUR_MS)
    expect((await get()).status).toBe(401)
  })

  it('ends when it is deleted, and with the account that made it', async () => {
    const district = await openDistrict()
    const [token] = (await district.as('root', 'GET', '/tokens')).body.items.filter(
      (each: { createdBy: string }) => each.createdBy === 'workerOfB',
    )
    expect((await district.as('workerOfB', 'GET', '/session')).status).toBe(200)
    expect((await district.as('root', 'DELETE', `/tokens/${token.id}`)).status).toBe(204)
    expect((await district.as('workerOfB', 'GET', '/session')).status).toBe(401)
    await district.commands.updateAccount(worker, { enabled: false })
    expect((await district.as('workerOfA', 'GET', '/session')).status).toBe(401)
  })

  it('is no account: it sets no password and speaks no other language', async () => {
    const district = await openDistrict()
    expect((await district.as('root', 'PATCH', '/session', { language: 'zh' })).status).toBe(403)
    const set = await district.as('root', 'PUT', '/session/password', { password: 'a new long one' })
    expect(set.status).toBe(403)
  })
})

describe('behind a reverse proxy', () => {
  const from = (address: string) => ({
    headers: {
      host: HOST,
      origin: `http://${HOST}`,
      'x-forwarded-for': address,
      'x-forwarded-proto': 'https',
    },
  })
  const guess = (district: District, address: string) =>
    signIn(district, { name: 'admin', password: 'a wrong one' }, from(address))
  const guessUntilRefused = async (district: District, address: string) => {
    for (let tries = 0; tries < 100; tries += 1) if ((await guess(district, address)).status === 429) return
    throw new Error('nobody is slowed down')
  }

  it('each address has tries of its own, and the cookie goes under TLS alone', async () => {
    const district = await openDistrict({ trustedProxies: ['127.0.0.0/8'] })
    await guessUntilRefused(district, '203.0.113.5')
    expect((await guess(district, '203.0.113.6')).status).toBe(401)
    const { secret } = await district.commands.createSignInLink(worker)
    const made = await signIn(district, { link: secret }, from('203.0.113.7'))
    expect(String(made.headers['set-cookie'])).toContain('Secure')
  })

  it('nobody else is believed: who claims another address does not get more tries', async () => {
    const district = await openDistrict({ trustedProxies: ['10.0.0.1'] })
    await guessUntilRefused(district, '203.0.113.5')
    expect((await guess(district, '203.0.113.6')).status).toBe(429)
    const { secret } = await district.commands.createSignInLink(worker)
    const made = await signIn(
      district,
      { link: secret },
      { ...from('203.0.113.7'), remoteAddress: '192.0.2.1' },
    )
    expect(String(made.headers['set-cookie'])).not.toContain('Secure')
  })
})
