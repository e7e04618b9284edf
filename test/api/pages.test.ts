import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import type { IncomingMessage } from 'node:http'
import { request } from 'node:https'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { OPENAPI_FILE, openapiText } from '../../api/openapi-file.ts'
import { hashPassword, verifyPassword } from '../../api/passwords.ts'
import { AccountId } from '../../contracts/ids.ts'
import { temporaryFolder } from '../support/folder.ts'
import { openDistrict } from './district.ts'

describe('the OpenAPI document', () => {
  it('on disk is the one that is served: if not, `npm run openapi` makes it so', async () => {
    const { api } = await openDistrict()
    expect(readFileSync(OPENAPI_FILE, 'utf8')).toBe(openapiText(api.swagger()))
  })

  it('is read by whoever is signed in', async () => {
    const district = await openDistrict()
    const { status, body } = await district.as('workerOfA', 'GET', '/openapi.json')
    expect([status, body.openapi]).toEqual([200, '3.1.0'])
    expect(body.components.schemas.AlertView.properties.openedAt).toEqual({
      type: 'string',
      format: 'date-time',
    })
  })
})

describe('the page to read it', () => {
  it('brings all it needs, and lets only its own script run', async () => {
    const district = await openDistrict()
    const headers = { authorization: `Bearer ${district.tokenOf('workerOfA')}` }
    const get = (url: string) => district.api.inject({ method: 'GET', url, headers })
    const page = await get('/api/v1/docs/')
    expect(page.statusCode).toBe(200)
    const policy = String(page.headers['content-security-policy'])
    expect(policy).toMatch(/script-src 'self' 'sha256-[\w+/=]+'/)
    expect(policy).not.toContain("script-src 'self' 'unsafe-inline'")
    expect(page.body).not.toMatch(/(?:src|href)="https?:/)
    const script = await get('/api/v1/docs/js/scalar.js')
    expect([script.statusCode, script.body.length > 100_000]).toEqual([200, true])
  })
})

const built = () => {
  const dir = temporaryFolder()
  mkdirSync(join(dir, 'assets'))
  writeFileSync(join(dir, 'index.html'), '<title>守望</title>')
  writeFileSync(join(dir, 'assets', 'index-8f3a.js'), 'console.log(1)')
  return openDistrict({ consoleDir: dir })
}

describe('the console', () => {
  it('is served to anybody, at each of its own addresses', async () => {
    const { api } = await built()
    const page = (url: string) => api.inject({ method: 'GET', url, headers: { accept: 'text/html' } })
    for (const url of ['/', '/index.html', '/homes/a1']) {
      const answer = await page(url)
      expect([answer.statusCode, answer.body], url).toEqual([200, '<title>守望</title>'])
      expect(answer.headers['cache-control'], url).toBe('no-cache')
      expect(answer.headers['content-security-policy'], url).toContain("script-src 'self';")
    }
    expect((await page('/api/v1/nothing')).json().error.code).toBe('not_found')
    expect((await page('/../package.json')).body).not.toContain('shouwang')
  })

  it('lets browsers keep what never changes, and nothing of the API', async () => {
    const district = await built()
    const asset = await district.api.inject({ method: 'GET', url: '/assets/index-8f3a.js' })
    expect(asset.headers['cache-control']).toBe('public, max-age=31536000, immutable')
    expect((await district.api.inject({ method: 'GET', url: '/assets/gone.js' })).statusCode).toBe(404)
    expect((await district.as('root', 'GET', '/session')).headers['cache-control']).toBe('no-store')
  })
})

describe('the probes', () => {
  it('say no more than they must', async () => {
    const { api } = await openDistrict({ ready: async () => ({ ready: false }) })
    expect((await api.inject('/healthz')).json()).toEqual({ status: 'ok' })
    const ready = await api.inject('/readyz')
    expect([ready.statusCode, ready.json()]).toEqual([503, { ready: false }])
  })

  it('give metrics to a token', async () => {
    const district = await openDistrict()
    const headers = { authorization: `Bearer ${district.tokenOf('admin')}` }
    const metrics = await district.api.inject({ method: 'GET', url: '/metrics', headers })
    expect([metrics.statusCode, metrics.body]).toEqual([200, 'shouwang_up 1\n'])
    expect(metrics.headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8')
  })
})

describe('a password hash', () => {
  it('fits its password alone, differs each time, and nobody has none', async () => {
    const [one, other] = [await hashPassword('守望相助 2026'), await hashPassword('守望相助 2026')]
    expect(one).not.toBe(other)
    expect(await verifyPassword('守望相助 2026', one)).toBe(true)
    expect(await verifyPassword('守望相助 2027', one)).toBe(false)
    expect(await verifyPassword('', null)).toBe(false)
    await expect(verifyPassword('x', 'md5$x')).rejects.toThrow('not of the form')
  })
})

describe('under TLS', () => {
  it('the same is served by HTTPS, and cookies and browsers are told to stay there', async () => {
    const folder = temporaryFolder()
    const [keyFile, certFile] = [join(folder, 'key.pem'), join(folder, 'cert.pem')]
    const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', keyFile]
    const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost']
    execFileSync('openssl', ['req', '-x509', ...newKey, '-out', certFile, '-days', '2', ...subject], {
      stdio: 'ignore',
    })
    const [key, cert] = [readFileSync(keyFile), readFileSync(certFile)]
    const district = await openDistrict({ tls: { key, cert } })
    const { port } = new URL(await district.api.listen({ host: '127.0.0.1', port: 0 }))
    const { secret } = await district.commands.createSignInLink(AccountId.parse('root'))
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      const url = `https://localhost:${port}/api/v1/session`
      const headers = { 'content-type': 'application/json', origin: `https://localhost:${port}` }
      const asked = request(url, { method: 'POST', ca: cert, headers, family: 4 }, resolve)
      asked.on('error', reject)
      asked.end(JSON.stringify({ link: secret }))
    })
    answer.resume()
    expect(answer.statusCode).toBe(200)
    expect(String(answer.headers['set-cookie'])).toContain('Secure')
    expect(answer.headers['strict-transport-security']).toMatch(/^max-age=\d+/)
  })
})
