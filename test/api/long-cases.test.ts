import { describe, expect, it } from 'vitest'
import { AlertId } from '../../contracts/ids.ts'
import { MINUTE_MS } from '../../contracts/time.ts'
import { dutyPage, timelineEntry } from '../store/state-samples.ts'
import { NOW, openDistrict } from './district.ts'

interface Line {
  n: number
}
interface ToldPage {
  key: string
  recipient: string
  times: number
}

/** Nobody has taken the alert for five days: it was told of every quarter of an hour, and each time is a line. */
async function untaken() {
  const district = await openDistrict()
  await district.state.transaction(async ({ alerts, pages }) => {
    for (let n = 2; n <= 480; n++) {
      const createdAt = NOW + n * 15 * MINUTE_MS
      await alerts.append({ ...timelineEntry('alert-a1', n), event: 'paged' })
      const recipient = n === 2 ? 'person:first' : 'person:again'
      await pages.add(dutyPage(`k${n}`, { alertId: AlertId.parse('alert-a1'), recipient, createdAt }))
    }
    await pages.add(
      dutyPage('offer', { alertId: AlertId.parse('alert-a1'), purpose: 'offer', createdAt: NOW }),
    )
  })
  const read = async <T>(path: string) =>
    (await district.as('root', 'GET', `/alerts/alert-a1${path}`)).body as T
  /** Every item of a list, page by page. */
  const all = async <T>(path: string, limit: number): Promise<T[]> => {
    const found: T[] = []
    for (let after: string | null = ''; after !== null; ) {
      const mark: string = after === '' ? '' : `&after=${after}`
      const page: { items: T[]; next: string | null } = await read(`${path}?limit=${limit}${mark}`)
      expect(page.items.length).toBeLessThanOrEqual(limit)
      found.push(...page.items)
      after = page.next
    }
    return found
  }
  return { read, all }
}

describe('a case that has gone on for days', () => {
  it('shows how it began and what was last, and everything in between page by page', async () => {
    const { read, all } = await untaken()
    const detail = await read<{ beginning: Line[]; timeline: Line[] }>('')
    expect(detail.beginning.map(({ n }) => n)).toEqual(Array.from({ length: 20 }, (_, k) => k + 1))
    expect(detail.timeline.map(({ n }) => n)).toEqual(Array.from({ length: 180 }, (_, k) => k + 301))
    const lines = await all<Line>('/timeline', 100)
    expect(lines.map(({ n }) => n)).toEqual(Array.from({ length: 480 }, (_, k) => 480 - k))
  })

  it('says of everybody how often they were told, however long ago, and each time page by page', async () => {
    const { read, all } = await untaken()
    const { items, told } = await read<{ items: ToldPage[]; told: ToldPage[] }>('/pages')
    expect(items).toHaveLength(50)
    expect(items[0]).toMatchObject({ key: 'k480' })
    expect(told).toMatchObject([
      { recipient: 'person:first', key: 'k2', times: 1 },
      { recipient: 'person:again', key: 'k480', times: 478 },
    ])
    expect((await all<ToldPage>('/pages', 200)).map(({ key }) => key)).toHaveLength(480)
  })

  it('and one that was short is shown whole', async () => {
    const district = await openDistrict()
    const { body } = await district.as('root', 'GET', '/alerts/alert-a1')
    expect([body.beginning, body.timeline.map(({ n }: Line) => n)]).toEqual([[], [1]])
  })
})
