import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { serverBinary, serverEnvironment } from './debian.ts'
import { type RunningServer, startServer } from './server-process.ts'

/** mosquitto, open to everybody on 127.0.0.1, keeping nothing; `config` adds lines to its configuration. */
export const startMosquitto = (binary: string, config: readonly string[] = []): Promise<RunningServer> =>
  startServer({
    name: 'mosquitto',
    binary,
    scheme: 'mqtt',
    launch: (port, folder) => {
      const file = join(folder, 'mosquitto.conf')
      const lines = [`listener ${port} 127.0.0.1`, 'allow_anonymous true', 'persistence false', ...config]
      // As root it would look for a user of its own, whom only an installation makes.
      if (process.getuid?.() === 0) lines.push('user root')
      writeFileSync(file, `${lines.join('\n')}\n`)
      return { args: ['-c', file] }
    },
    ready: accepts,
  })

async function accepts(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1')
  try {
    await once(socket, 'connect')
    return true
  } catch {
    return false
  } finally {
    socket.destroy()
  }
}

export interface ClientRun {
  code: number
  stdout: string
  stderr: string
}

/** Runs the real `mosquitto_pub` with these arguments; null, said loudly, where it cannot be had. */
export const mosquittoPub = (args: readonly string[]): Promise<ClientRun | null> =>
  client('mosquitto_pub', args)
/** Runs the real `mosquitto_sub`; give it `-C` or `-W`, so that it ends. */
export const mosquittoSub = (args: readonly string[]): Promise<ClientRun | null> =>
  client('mosquitto_sub', args)

async function client(
  name: 'mosquitto_pub' | 'mosquitto_sub',
  args: readonly string[],
): Promise<ClientRun | null> {
  const binary = await serverBinary(name)
  if (binary === null) return null
  return new Promise((resolve) => {
    const options = { env: { ...process.env, ...serverEnvironment() }, timeout: 30_000 }
    execFile(binary, [...args], options, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : -1
      resolve({ code, stdout, stderr })
    })
  })
}
