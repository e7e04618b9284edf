import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

const MAIN = fileURLToPath(new URL('../../app/main.ts', import.meta.url))

/** The real service as its own process, which can be killed as a power cut would. Settles when it keeps watch. */
export async function startServiceProcess(environment: Record<string, string>): Promise<ChildProcess> {
  const child = spawn(process.execPath, [MAIN], {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await new Promise<void>((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`the service ended at its start with ${code}`)))
    let said = ''
    child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
      // A line may come in two parts.
      said = (said + chunk).slice(-10_000)
      if (said.includes('keeps watch')) resolve()
    })
  })
  return child
}

export async function endProcess(child: ChildProcess, signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
  const exited = once(child, 'exit')
  child.kill(signal)
  await exited
}
