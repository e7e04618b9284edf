import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { describe, expect, it, onTestFinished } from 'vitest'
import { temporaryFolder } from '../support/folder.ts'

const MAIN = fileURLToPath(new URL('../../app/main.ts', import.meta.url))

/** `npm start` in a folder of its own; `until` settles with what it has said as soon as that matches. */
function start(environment: Record<string, string>) {
  const child = spawn(process.execPath, [MAIN], {
    env: {
      PATH: process.env['PATH'],
      MQTT_PORT: '0',
      HTTP_PORT: '0',
      DATA_DIR: temporaryFolder(),
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (said += chunk))
  const exited = once(child, 'exit') as Promise<[number | null]>
  onTestFinished(async () => {
    child.kill('SIGKILL')
    await exited
  })
  return {
    child,
    exited: exited.then(([code]) => ({ code, said })),
    async until(pattern: RegExp): Promise<RegExpExecArray> {
      for (;;) {
        const found = pattern.exec(said)
        if (found) return found
        if (child.exitCode !== null) throw new Error(`it ended: ${said}`)
        await once(child.stdout, 'data')
      }
    },
  }
}

describe('the first start', () => {
  it('prints one link that makes its opener the owner, and names the ports that it picked', async () => {
    const { until, child, exited } = start({})
    const [, url = ''] = await until(/"http":"([^"]+)"/)
    await until(/"mqtt":"mqtt:\/\/127\.0\.0\.1:[1-9]\d*"/)
    const [, secret] = await until(/#\/sign-in\/(\S+)/)
    const signIn = () =>
      fetch(`${url}/api/v1/session`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ link: secret }),
      })
    const first = await signIn()
    expect(first.status).toBe(200)
    expect(await first.json()).toMatchObject({
      mode: 'service',
      account: { grants: [{ role: 'administrator' }, { role: 'case_worker' }] },
    })
    expect(first.headers.get('set-cookie')).toMatch(/HttpOnly.*SameSite=Strict/i)
    expect((await signIn()).status).toBe(401)
    child.kill('SIGTERM')
    expect((await exited).code).toBe(0)
  })

  it('names every fault of the configuration at once, and does not start', async () => {
    const { exited } = start({
      MQTT_PORT: 'many',
      HTTP_HOST: '0.0.0.0',
      TZ_DEFAULT: 'Mars/Base',
      INFLUX_ORG: 'x',
    })
    const { code, said } = await exited
    expect(code).toBe(1)
    expect(said).toContain('4 fault(s)')
    for (const name of ['MQTT_PORT', 'HTTP_HOST', 'TZ_DEFAULT', 'INFLUX_URL']) expect(said).toContain(name)
  })

  it('refuses the folder of another running service, and that of the demo', async () => {
    const folder = temporaryFolder()
    const first = start({ DATA_DIR: folder })
    await first.until(/keeps watch/)
    const second = start({ DATA_DIR: folder })
    const { code, said } = await second.exited
    expect(code).toBe(1)
    expect(said).toContain('is in use by process')
  })
})
