import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { TestProject } from 'vitest/node'
import { chromiumPath } from './chromium.ts'
import { type ServerName, serverBinary } from './debian.ts'

const SERVERS: readonly ServerName[] = ['influxd', 'victoria-metrics', 'mosquitto', 'mosquitto_pub']

/** Brings the real servers before the first test, so that no test's time limit pays for a download. */
export default async function setup(project: TestProject): Promise<void> {
  for (const name of SERVERS) await serverBinary(name)
  // Whoever runs one room's tests shouldn't wait for a browser to be installed.
  const filters = process.argv.slice(2).filter((word) => word !== 'run' && !word.startsWith('-'))
  const { testFiles } = await project.globTestFiles(filters)
  if (!testFiles.some((file) => file.includes('/test/browser/'))) return
  await chromiumPath()
  // The page that is tested is the one whose sources lie here.
  await promisify(execFile)('npm', ['run', '--silent', 'build'])
}
