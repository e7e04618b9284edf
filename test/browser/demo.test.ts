import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { chromiumPath } from '../support/chromium.ts'
import { serverBinary } from '../support/debian.ts'
import { temporaryFolderUntil } from '../support/folder.ts'
import { mosquittoPub } from '../support/mosquitto.ts'
import { influxQl, startInfluxd } from '../support/series-servers.ts'
import { freePort, type RunningServer } from '../support/server-process.ts'
import { DESK, faultsOf, launchBrowser, PHONE, picture } from './console.ts'
import { type DemoProcess, startDemo } from './demo-process.ts'

const browserPath = await chromiumPath()
const influxd = await serverBinary('influxd')

describe.skipIf(browserPath === null || influxd === null)('the demo, from a packet to the duty desk', () => {
  const folder = temporaryFolderUntil(afterAll)
  let influx: RunningServer
  let environment: Record<string, string>
  let demo: DemoProcess
  let browser: Browser
  let page: Page
  let faults: string[]
  let civilAtEnd = 0
  let stoppedAt = 0

  beforeAll(async () => {
    influx = await startInfluxd(influxd ?? '')
    environment = {
      DATA_DIR: `${folder}/demo`,
      INFLUX_URL: influx.url,
      INFLUX_DATABASE: 'shouwang',
      HTTP_PORT: String(await freePort()),
    }
    demo = await startDemo(environment)
    browser = await launchBrowser(browserPath ?? '')
    page = await browser.newPage({ viewport: DESK })
    faults = faultsOf(page)
  }, 600_000)

  afterAll(async () => {
    await browser?.close()
    await demo?.stop()
    await influx?.remove()
  })

  const call = async <T>(path: string): Promise<T> =>
    (await (
      await fetch(`${demo.httpUrl}/api/v1${path}`, { headers: { authorization: `Bearer ${demo.token}` } })
    ).json()) as T

  it('signs in by the printed link, once', async () => {
    await page.goto(demo.link)
    await page.waitForURL(/#\/queue/)
    expect(page.url()).not.toContain('sign-in')
    await page.locator('.connection.is-live').waitFor()
    await page.getByText('时间 60 倍速').waitFor()
    const stranger = await browser.newPage()
    await stranger.goto(demo.link)
    await stranger
      .getByText(/已使用或已过期/)
      .first()
      .waitFor()
    await stranger.close()
  })

  it('shows 54 homes in three compounds with weeks of history in the charts', async () => {
    const homes = await call<{ items: { home: { id: string; jurisdictionId: string } }[] }>(
      '/homes?limit=500',
    )
    expect(homes.items).toHaveLength(54)
    expect(new Set(homes.items.map(({ home }) => home.jurisdictionId)).size).toBe(3)
    await page.goto(`${demo.httpUrl}/#/homes/${homes.items[20]?.home.id}`)
    await page.locator('.actogram canvas').waitFor()
    await picture(page, 'home.desk.zh')
    const actogram = await call<{ days: { cells: { litres: number | null }[] }[] }>(
      `/homes/${homes.items[20]?.home.id}/actogram?days=14`,
    )
    const cells = actogram.days.slice(1, -1).flatMap((day) => day.cells)
    expect(cells.filter((cell) => cell.litres !== null).length).toBeGreaterThan(cells.length * 0.9)
    expect(cells.filter((cell) => (cell.litres ?? 0) > 0).length).toBeGreaterThan(100)
  })

  it('rings for the smoke alarm of a pasted mosquitto_pub line, and is taken and closed', async ({
    skip,
  }) => {
    await page.goto(`${demo.httpUrl}/#/queue`)
    const smoke = async () =>
      (await call<{ items: unknown[] }>('/alerts?kind=smoke.alarm&limit=500')).items.length
    const before = await smoke()
    const run = await mosquittoPub(demo.publishWords)
    if (run === null) return skip()
    expect(run).toMatchObject({ code: 0, stderr: '' })
    const row = page.locator('.alert-row.severity-P1.is-open').first()
    await row.waitFor()
    await expect.poll(smoke).toBeGreaterThan(before)
    // Whoever has the page read to them hears it as well.
    expect(await page.getByRole('alert').filter({ hasText: 'P1' }).textContent()).toContain('烟雾报警')
    await page.waitForFunction('/^\\(\\d+\\)/.test(document.title)')
    await row.click()
    await page.locator('.panel .why', { hasText: '烟雾报警' }).waitFor()
    await picture(page, 'queue.desk.zh')
    // A dialog that is closed gives the focus back to where it was.
    await page.keyboard.press('v')
    await page.getByRole('dialog').waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    await page.waitForFunction(
      "document.activeElement?.closest('.alert-row')?.textContent?.includes('P1') === true",
    )
    await page.keyboard.press('a')
    await page.locator('.alert-row.severity-P1.is-acknowledged').first().waitFor()
  })

  it('within three minutes: an inactivity alert, a smoke alarm and a silent device, each with its reason', async () => {
    const wanted = ['inactivity.', 'smoke.alarm', 'device.silent']
    const missing = async () => {
      const { items } = await call<{
        items: { kind: string; evidence: { sentence: { zh: string; en: string } } }[]
      }>('/alerts?limit=500&order=newest')
      for (const { evidence } of items) expect(evidence.sentence.zh && evidence.sentence.en).not.toBe('')
      return wanted.filter((kind) => !items.some((alert) => alert.kind.startsWith(kind)))
    }
    const until = Date.now() + 150_000
    while ((await missing()).length > 0 && Date.now() < until) await page.waitForTimeout(2_000)
    expect(await missing()).toEqual([])
  }, 170_000)

  it('tells people on duty of what nobody takes, and somebody goes there', async () => {
    const events = async () => {
      const { items } = await call<{ items: { id: string }[] }>('/alerts?limit=20&order=newest')
      const alerts = await Promise.all(
        items.map(({ id }) => call<{ timeline: { event: string }[] }>(`/alerts/${id}`)),
      )
      return alerts.flatMap(({ timeline }) => timeline.map(({ event }) => event))
    }
    const wanted = ['paged', 'page_delivered', 'visit_offered', 'visit_accepted']
    const missing = async () => {
      const told = await events()
      return wanted.filter((event) => !told.includes(event))
    }
    const until = Date.now() + 150_000
    while ((await missing()).length > 0 && Date.now() < until) await page.waitForTimeout(2_000)
    expect(await missing()).toEqual([])
  }, 170_000)

  it('speaks English at a switch, and fits a phone', async () => {
    await page.getByRole('button', { name: 'Switch to English' }).click()
    await page.getByText('Queue', { exact: true }).first().waitFor()
    await picture(page, 'queue.desk.en')
    const phone = await browser.newPage({
      viewport: PHONE,
      storageState: await page.context().storageState(),
    })
    await phone.goto(`${demo.httpUrl}/#/queue`)
    await phone.locator('.alert-row').first().waitFor()
    await picture(phone, 'queue.phone')
    expect(await phone.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(PHONE.width)
    await phone.close()
  })

  it('writes its series into the real InfluxDB', async () => {
    const answer = await influxQl(influx.url, 'SELECT count(water_total_m3) FROM shouwang.autogen.readings')
    expect(Number(/"values":\[\[[^,]+,(\d+)\]\]/.exec(answer)?.[1])).toBeGreaterThan(100_000)
  })

  it('stops cleanly; the page says that its line is cut', async () => {
    stoppedAt = Date.now()
    civilAtEnd = Date.parse((await call<{ civilNow: string }>('/clock')).civilNow)
    expect(await demo.stop()).toBe(0)
    await page.locator('.connection.is-lost').waitFor()
    await picture(page, 'queue.lost.en')
  })

  it('goes on at a second start with its data, and the page is live again by itself', async () => {
    demo = await startDemo(environment)
    await page.locator('.connection.is-live').waitFor({ timeout: 60_000 })
    const { civilNow } = await call<{ civilNow: string }>('/clock')
    expect(Date.parse(civilNow)).toBeGreaterThanOrEqual(civilAtEnd)
    expect(Date.parse(civilNow)).toBeLessThanOrEqual(civilAtEnd + 60 * (Date.now() - stoppedAt))
    expect((await call<{ items: unknown[] }>('/alerts?limit=500')).items.length).toBeGreaterThan(3)
    await page.locator('.alert-row').first().waitFor()
  }, 180_000)

  it('made no fault in the page all along', () => {
    expect(faults).toEqual([])
  })
})
