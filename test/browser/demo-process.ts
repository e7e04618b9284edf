import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

const DEMO = fileURLToPath(new URL('../../simulators/demo.ts', import.meta.url))

export interface DemoProcess {
  link: string
  httpUrl: string
  token: string
  /** Words of the printed `mosquitto_pub` line, without the program's name. */
  publishWords: string[]
  /** Wall seconds from the start until the link was printed. */
  startedInS: number
  /** Ctrl-C; settles with the exit code. */
  stop(): Promise<number | null>
}

/** `npm run demo`, as a stranger starts it, on free ports and in a folder of its own. */
export async function startDemo(
  environment: Record<string, string>,
  ...options: string[]
): Promise<DemoProcess> {
  const began = performance.now()
  const child = spawn(process.execPath, [DEMO, ...options], {
    env: { ...process.env, MQTT_PORT: '0', HTTP_PORT: '0', LOG_LEVEL: 'warn', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let said = ''
  await new Promise<void>((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`the demo ended at its start with ${code}: ${said}`)))
    const listen = (chunk: Buffer) => {
      said += chunk
      if (said.includes('Ctrl-C stops')) resolve()
    }
    child.stdout.on('data', listen)
    child.stderr.on('data', listen)
  })
  const found = (pattern: RegExp): string => {
    const [, value] = pattern.exec(said) ?? []
    if (value === undefined) throw new Error(`the demo did not print ${pattern}: ${said}`)
    return value
  }
  return {
    link: found(/^sign in\s+(\S+)$/m),
    httpUrl: found(/^console\s+(\S+)$/m),
    token: found(/^demo token:\s+(\S+)$/m),
    publishWords: shellWords(found(/^\s+mosquitto_pub (.+)$/m)),
    startedInS: (performance.now() - began) / 1_000,
    async stop() {
      if (child.exitCode === null) {
        child.kill('SIGINT')
        await once(child, 'exit')
      }
      return child.exitCode
    },
  }
}

const shellWords = (line: string): string[] =>
  [...line.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '')
