import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'

/**
 * Takes the data folder for this process alone: two writers of one journal would each spoil what the other accepts.
 * A lock whose process is gone, as after a power cut, is taken over. Returns how to let go.
 */
export function lockFolder(folder: string): () => void {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const file = join(folder, 'lock')
  const holder = holderOf(file)
  if (holder !== null && isAlive(holder))
    throw new Error(`${folder} is in use by process ${holder}: stop it first, or choose another DATA_DIR`)
  rmSync(file, { force: true })
  const fd = openSync(file, 'wx', 0o600)
  writeSync(fd, String(process.pid))
  closeSync(fd)
  return () => rmSync(file, { force: true })
}

function holderOf(file: string): number | null {
  try {
    return Number(readFileSync(file, 'utf8')) || null
  } catch {
    return null
  }
}

/** A container starts with the same process number each time: our own number on a lock is an earlier life's. */
function isAlive(pid: number): boolean {
  if (pid === process.pid) return false
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}
