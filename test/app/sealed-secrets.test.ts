import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { open, SealedSecrets, seal } from '../../app/sealed-secrets.ts'
import type { SealedSecretTable } from '../../store/state/sealed-secrets.ts'
import { temporaryFolder } from '../support/folder.ts'

const table = (): SealedSecretTable & { rows: Map<string, Uint8Array> } => {
  const rows = new Map<string, Uint8Array>()
  return {
    rows,
    get: async (name) => rows.get(name) ?? null,
    put: async (name, sealed) => void rows.set(name, sealed),
    delete: async (name) => void rows.delete(name),
  }
}

describe('secrets of others', () => {
  it('are read again after a restart, with a key that nobody else on the machine can read', async () => {
    const [folder, rows] = [temporaryFolder(), table()]
    await SealedSecrets.load(folder, rows).put('source:s1:password', 'correct horse')
    expect(statSync(join(folder, 'secrets.key')).mode & 0o777).toBe(0o600)
    const again = SealedSecrets.load(folder, rows)
    expect(await again.get('source:s1:password')).toBe('correct horse')
    expect(await again.get('source:s2:password')).toBeNull()
    await again.delete('source:s1:password')
    expect(await again.get('source:s1:password')).toBeNull()
  })

  it('stand nowhere in the clear, and the same secret looks different each time', async () => {
    const rows = table()
    const secrets = SealedSecrets.load(temporaryFolder(), rows)
    await secrets.put('a', 'correct horse')
    const first = Buffer.from(rows.rows.get('a') ?? [])
    await secrets.put('a', 'correct horse')
    expect(first.includes('correct')).toBe(false)
    expect(Buffer.from(rows.rows.get('a') ?? []).equals(first)).toBe(false)
  })

  it('do not open under another name, another key or after a single flipped bit', () => {
    const key = Buffer.alloc(32, 7)
    fc.assert(
      fc.property(fc.string(), fc.nat(), fc.integer({ min: 0, max: 7 }), (secret, at, bit) => {
        const sealed = seal(key, 'a', secret)
        expect(open(key, 'a', sealed)).toBe(secret)
        expect(() => open(key, 'b', sealed)).toThrow('does not open')
        expect(() => open(Buffer.alloc(32, 8), 'a', sealed)).toThrow('does not open')
        const index = at % sealed.length
        sealed[index] = (sealed[index] ?? 0) ^ (1 << bit)
        expect(() => open(key, 'a', sealed)).toThrow('the secret a')
      }),
    )
  })

  it('a start that was cut off while it made its key is made good by the next one', async () => {
    const [folder, rows] = [temporaryFolder(), table()]
    writeFileSync(join(folder, 'secrets.key'), '')
    writeFileSync(join(folder, 'secrets.key.new'), 'half a key', { mode: 0o644 })
    await SealedSecrets.load(folder, rows).put('source:s1:password', 'correct horse')
    expect(await SealedSecrets.load(folder, rows).get('source:s1:password')).toBe('correct horse')
    expect(statSync(join(folder, 'secrets.key')).mode & 0o777).toBe(0o600)
  })

  it('a cut key file stops the start instead of sealing with half a key', () => {
    const folder = temporaryFolder()
    SealedSecrets.load(folder, table())
    writeFileSync(join(folder, 'secrets.key'), readFileSync(join(folder, 'secrets.key')).subarray(0, 9))
    expect(() => SealedSecrets.load(folder, table())).toThrow('9 bytes')
  })
})
