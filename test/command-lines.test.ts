import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

const run = promisify(execFile)
const root = join(import.meta.dirname, '..')

/** What is typed to start each, and where it stands. */
const COMMAND_LINES = [
  ['npm run --silent replay', 'app/replay.ts'],
  ['npm run evaluate', 'evaluation/main.ts'],
  ['npm run simulate', 'simulators/main.ts'],
  ['npm run demo', 'simulators/demo.ts'],
  ['npm run --silent decode', 'ingest/decode.ts'],
  ['npm run bench', 'test/bench/main.ts'],
  ['npm run endure', 'test/endurance/main.ts'],
  ['node test/fuzz/broker.ts', 'test/fuzz/broker.ts'],
  ['node test/attack/main.ts', 'test/attack/main.ts'],
] as const

// With nothing on stdin: what reads messages from there must not wait for one.
const said = async (file: string, ...args: string[]) => {
  const { stdout, stderr } = await run(process.execPath, [join(root, file), ...args], { timeout: 30_000 })
  return { stdout, stderr }
}

test.each(COMMAND_LINES)(
  '%s says how it is used when it is asked, and that is no failure',
  async (typed, file) => {
    for (const asked of ['--help', '-h']) {
      const { stdout, stderr } = await said(file, asked)
      expect(stdout.split('\n')[0]).toMatch(/^usage: /i)
      expect(stdout).toContain(typed)
      expect(stderr).toBe('')
    }
  },
)

test.each(COMMAND_LINES)('%s does not begin with an option that it does not know', async (_, file) => {
  await expect(said(file, '--no-such-option')).rejects.toMatchObject({
    stderr: expect.stringContaining('--no-such-option'),
  })
})
