import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { JournalBody, JournalEntry } from '../../contracts/journal.ts'
import type { Journal } from '../../store/journal.ts'

/** Opens the journal kept at `place`: a folder of its own for each test, the same one for the same log. */
export type OpenJournal = (place: string, options?: { maxGroup?: number }) => Promise<Journal>

const started = (n: number): JournalBody => ({ type: 'started', lastAliveAt: n })
const numberOf = (entry: JournalEntry): number | null => (entry.type === 'started' ? entry.lastAliveAt : null)
const upTo = (n: number): number[] => Array.from({ length: n }, (_, i) => i + 1)

/** What every driver of the journal holds. */
export function journalConformance(name: string, open: OpenJournal): void {
  describe(`journal: ${name}`, () => {
    let place: string
    let journal: Journal

    beforeEach(async () => {
      place = mkdtempSync(join(tmpdir(), 'journal-'))
      journal = await open(place)
    })
    afterEach(async () => {
      await journal.close()
      rmSync(place, { recursive: true, force: true })
    })

    const fill = (count: number) => journal.append(upTo(count).map(started), 1_000)

    describe('appending', () => {
      it('starts empty', async () => {
        expect([journal.head(), journal.tail(), journal.lastAt()]).toEqual([0, 1, null])
        expect(await journal.read(0, 10)).toEqual([])
      })

      it('numbers entries from one, without a gap, and gives them back as they were', async () => {
        expect(await journal.append([started(7), { type: 'tick' }], 5_000)).toEqual({
          firstSeq: 1,
          lastSeq: 2,
        })
        expect(await journal.append([{ type: 'tick' }], 6_000)).toEqual({ firstSeq: 3, lastSeq: 3 })
        expect(await journal.read(0, 10)).toEqual([
          { seq: 1, at: 5_000, type: 'started', lastAliveAt: 7 },
          { seq: 2, at: 5_000, type: 'tick' },
          { seq: 3, at: 6_000, type: 'tick' },
        ])
        expect([journal.head(), journal.lastAt()]).toEqual([3, 6_000])
      })

      it('keeps the order of calls made at once, and settles them in it', async () => {
        const settled: number[] = []
        await Promise.all(
          upTo(500).map(async (n) => {
            const { firstSeq } = await journal.append([started(n)], 1_000)
            settled.push(firstSeq)
          }),
        )
        expect(settled).toEqual(upTo(500))
        expect((await journal.read(0, 1_000)).map(numberOf)).toEqual(upTo(500))
      })

      it('keeps order and groups whatever is appended together, also where groups exceed a commit', async () => {
        await journal.close()
        await fc.assert(
          fc.asyncProperty(
            fc.array(fc.nat(7), { maxLength: 30 }),
            fc.integer({ min: 1, max: 9 }),
            async (sizes, maxGroup) => {
              const own = mkdtempSync(join(tmpdir(), 'journal-'))
              const small = await open(own, { maxGroup })
              const heads: number[] = []
              small.onCommit((head) => heads.push(head))
              const ranges = await Promise.all(
                sizes.map((size, i) =>
                  small.append(
                    upTo(size).map(() => started(i)),
                    i,
                  ),
                ),
              )
              const expected = sizes.flatMap((size, i) => upTo(size).map(() => i))
              expect((await small.read(0, 1_000)).map(numberOf)).toEqual(expected)
              expect(ranges.map((range) => range.lastSeq - range.firstSeq + 1)).toEqual(sizes)
              // A commit only ever ends where an append ends.
              for (const head of heads) expect(ranges.map((range) => range.lastSeq)).toContain(head)
              await small.close()
              rmSync(own, { recursive: true, force: true })
            },
          ),
          { numRuns: 20 },
        )
        journal = await open(place)
      })

      it('raises the time of entries whose clock ran backwards', async () => {
        await journal.append([{ type: 'tick' }], 9_000)
        await Promise.all([
          journal.append([{ type: 'tick' }], 4_000),
          journal.append([{ type: 'tick' }], 9_500),
        ])
        await journal.close()
        journal = await open(place)
        await journal.append([{ type: 'tick' }], 100)
        expect((await journal.read(0, 10)).map((entry) => entry.at)).toEqual([9_000, 9_000, 9_500, 9_500])
      })

      it('has it on disk when it says so: a second handle sees it at once', async () => {
        await journal.append([started(1)], 1_000)
        const second = await open(place)
        expect((await second.read(0, 10)).map(numberOf)).toEqual([1])
        await second.close()
      })

      it('refuses a time that is none without harm to those who append at the same moment', async () => {
        const good = journal.append([started(1)], 1_000)
        await expect(journal.append([started(2)], Number.NaN)).rejects.toThrow('whole milliseconds')
        await good
        expect((await journal.read(0, 10)).map(numberOf)).toEqual([1])
      })

      it('says once after each commit how far it is, whatever a listener does', async () => {
        const heads: number[] = []
        journal.onCommit(() => {
          throw new Error('a listener in trouble')
        })
        const stop = journal.onCommit((head) => heads.push(head))
        await Promise.all([journal.append([started(1)], 1), journal.append([started(2)], 1)])
        await journal.append([started(3)], 1)
        stop()
        await journal.append([started(4)], 1)
        expect(heads).toEqual([2, 3])
      })

      it('keeps what was appended just before closing, and nothing after', async () => {
        const pending = journal.append([started(1)], 1)
        await journal.close()
        await pending
        await expect(journal.append([started(2)], 1)).rejects.toThrow('closed')
        journal = await open(place)
        expect((await journal.read(0, 10)).map(numberOf)).toEqual([1])
      })
    })

    describe('reading', () => {
      it('hands out pages that join up', async () => {
        await fill(25)
        const seen: number[] = []
        for (;;) {
          const page = await journal.read(seen.length, 10)
          if (page.length === 0) break
          seen.push(...page.map((entry) => entry.seq))
        }
        expect(seen).toEqual(upTo(25))
      })

      it('hands out what fits into memory where entries are large, and always one', async () => {
        const large = { ...started(1), padding: 'x'.repeat(3 * 1024 * 1024) }
        const huge = { ...started(1), padding: 'x'.repeat(30 * 1024 * 1024) }
        await journal.append([large, large, large, huge], 1)
        const first = await journal.read(0, 10)
        expect(first.length).toBeGreaterThan(0)
        expect(first.length).toBeLessThan(3)
        expect((await journal.read(3, 10)).length).toBe(1)
      })

      it('throws past the head: whoever waits there would miss what comes', async () => {
        await fill(3)
        await expect(journal.read(4, 10)).rejects.toThrow('only reaches 3')
      })
    })

    describe('cursors', () => {
      it('begin at zero and survive a restart', async () => {
        await fill(5)
        expect(journal.cursor('rules')).toBe(0)
        await journal.setCursor('rules', 4)
        await journal.setCursor('series', 2)
        await journal.close()
        journal = await open(place)
        expect([journal.cursor('rules'), journal.cursor('series')]).toEqual([4, 2])
      })

      it('of readers that are no longer retained are forgotten', async () => {
        await fill(5)
        await journal.setCursor('rules', 4)
        await journal.setCursor('old', 2)
        await journal.retainFor(['rules', 'series'])
        expect([journal.cursor('rules'), journal.cursor('series'), journal.cursor('old')]).toEqual([4, 0, 0])
      })
    })

    describe('trimming', () => {
      it('drops nothing before anybody is registered, nor before a registered reader has begun', async () => {
        await fill(10)
        await journal.setCursor('rules', 10)
        expect(await journal.trim(0)).toBe(0)
        await journal.retainFor(['rules', 'series'])
        expect(await journal.trim(0)).toBe(0)
        expect(journal.tail()).toBe(1)
      })

      it('waits for the slowest reader', async () => {
        await fill(10)
        await journal.retainFor(['rules', 'series'])
        await journal.setCursor('rules', 10)
        await journal.setCursor('series', 3)
        expect(await journal.trim(0)).toBe(3)
        expect(journal.tail()).toBe(4)
        expect((await journal.read(3, 10)).map(numberOf)).toEqual([4, 5, 6, 7, 8, 9, 10])
        await expect(journal.read(2, 10)).rejects.toThrow('kept from 4 on')
      })

      it('leaves the reserve, and drops long stretches whole', async () => {
        await fill(3_500)
        await journal.retainFor(['rules'])
        await journal.setCursor('rules', 3_500)
        const trimming = journal.trim(100)
        // Appends go on meanwhile.
        await journal.append([started(3_501)], 2_000)
        expect(await trimming).toBeGreaterThanOrEqual(3_400)
        expect((await journal.read(journal.tail() - 1, 1_000)).length).toBe(
          journal.head() - journal.tail() + 1,
        )
        expect(journal.tail()).toBeGreaterThanOrEqual(3_401)
        expect(journal.tail()).toBeLessThanOrEqual(3_402)
      })

      it('remembers number and time when nothing is left, across a restart', async () => {
        await fill(10)
        await journal.retainFor(['rules'])
        await journal.setCursor('rules', 10)
        expect(await journal.trim(0)).toBe(10)
        await journal.close()
        journal = await open(place)
        expect([journal.head(), journal.tail(), journal.lastAt()]).toEqual([10, 11, 1_000])
        expect(await journal.read(10, 10)).toEqual([])
        expect(await journal.append([{ type: 'tick' }], 1)).toEqual({ firstSeq: 11, lastSeq: 11 })
        expect(await journal.read(10, 10)).toEqual([{ seq: 11, at: 1_000, type: 'tick' }])
      })
    })
  })
}
