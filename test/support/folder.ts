import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'

/** An empty folder that is gone when the test is over. */
export const temporaryFolder = (): string => temporaryFolderUntil(onTestFinished)

/** The same, until a moment of the caller's choice, such as `afterAll`. */
export function temporaryFolderUntil(end: (work: () => void) => void): string {
  const folder = mkdtempSync(join(tmpdir(), 'shouwang-'))
  end(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}
