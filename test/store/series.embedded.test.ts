import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { HomeId } from '../../contracts/ids.ts'
import { openEmbeddedSeries } from '../../store/embedded/series.ts'
import { SeriesUnavailable } from '../../store/series.ts'
import { temporaryFolder } from '../support/folder.ts'
import { seriesConformance } from './series.conformance.ts'
import { seriesReading } from './series-model.ts'

seriesConformance('embedded', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'series-'))
  const store = openEmbeddedSeries({ file: join(folder, 'series.db') })
  return {
    store,
    close: async () => {
      await store.close()
      rmSync(folder, { recursive: true })
    },
  }
})

describe('the embedded series file', () => {
  const homeId = HomeId.parse('home-to-forget')
  const query = { homeId, metrics: ['smoke', 'water_total_m3'], from: 0, to: 10 }

  it('takes its data and the forms of its metrics over a restart', async () => {
    const file = join(temporaryFolder(), 'series.db')
    const before = openEmbeddedSeries({ file })
    await before.write([
      seriesReading(homeId, 1, { smoke: true, water_total_m3: 1.5 }, { quality: ['retained'] }),
    ])
    const points = await before.points(query)
    await before.close()
    const after = openEmbeddedSeries({ file })
    expect(points).toHaveLength(2)
    expect(await after.points(query)).toEqual(points)
    await expect(after.write([seriesReading(homeId, 2, { smoke: 1 })])).rejects.toMatchObject({ rejected: 1 })
    await after.close()
  })

  it('holds no byte of a home that was erased', async () => {
    const file = join(temporaryFolder(), 'series.db')
    const store = openEmbeddedSeries({ file })
    await store.write([seriesReading(homeId, 1, { smoke: true })])
    await store.erase({ homeId })
    const bytes = Buffer.concat([readFileSync(file), readFileSync(`${file}-wal`)])
    expect(bytes.includes(homeId)).toBe(false)
    await store.close()
  })

  it('is away once it is closed', async () => {
    const store = openEmbeddedSeries({ file: join(temporaryFolder(), 'series.db') })
    await store.close()
    await store.close()
    await expect(store.ping()).rejects.toBeInstanceOf(SeriesUnavailable)
    await expect(store.write([seriesReading(homeId, 1, { smoke: true })])).rejects.toBeInstanceOf(
      SeriesUnavailable,
    )
  })
})
