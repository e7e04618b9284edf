import { accessSync } from 'node:fs'
import { join } from 'node:path'
import { aptGet, isRoot, sayMissing } from './debian.ts'
import { withLock } from './lock.ts'

const INSTALLED = '/usr/bin/chromium'
const LOCK = join(import.meta.dirname, '../../.servers/chromium.lock')

/**
 * Path of a Chromium with a Chinese font: `CHROMIUM_PATH`, the installed one, or, for root, Debian's, installed now
 * (463 packages: a few minutes). Null, with one loud line, for others.
 */
export async function chromiumPath(): Promise<string | null> {
  const given = process.env['CHROMIUM_PATH']
  if (given) return given
  if (isThere()) return INSTALLED
  if (!isRoot) {
    sayMissing('Chromium', 'set CHROMIUM_PATH, or `apt-get install chromium fonts-noto-cjk` as root')
    return null
  }
  try {
    await withLock(LOCK, async () => {
      if (isThere()) return
      process.stderr.write('Installing chromium and fonts-noto-cjk for the browser tests, once…\n')
      await aptGet(['install', '-y', '--no-install-recommends', 'chromium', 'fonts-noto-cjk'], '/')
    })
    return INSTALLED
  } catch (error) {
    sayMissing('Chromium', String(error).split('\n')[0] ?? '')
    return null
  }
}

function isThere(): boolean {
  try {
    accessSync(INSTALLED)
    return true
  } catch {
    return false
  }
}
