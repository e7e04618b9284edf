import { fileURLToPath } from 'node:url'
import { describe, expect, it, onTestFinished } from 'vitest'
import { AlertId } from '../../contracts/ids.ts'
import { iso, MINUTE_MS } from '../../contracts/time.ts'
import { dutyPage, timelineEntry } from '../store/state-samples.ts'
import { chromiumPath } from '../support/chromium.ts'
import { StoryService } from '../support/service.ts'
import { DESK, faultsOf, launchBrowser, picture } from './console.ts'

const browserPath = await chromiumPath()
const CONSOLE = fileURLToPath(new URL('../../console/dist', import.meta.url))
const START = Date.parse('2026-11-20T02:00:00Z')

/** Smoke that nobody has taken for days: a line and a page every quarter of an hour. */
async function untaken() {
  const story = await StoryService.start(iso(START), {}, CONSOLE)
  const home = await story.home('陈秀英')
  const send = await story.connect(home, home.devices.smoke)
  await send({ ts: iso(START), values: { smoke: true } })
  const [alert] = await story.alerts('kind=smoke.alarm')
  const alertId = AlertId.parse(alert?.id)
  await story.service.state.transaction(async ({ alerts, pages }) => {
    const { length } = await alerts.timeline(alertId)
    for (let n = length + 1; n <= 900; n++) {
      const at = START + n * 15 * MINUTE_MS
      await alerts.append({ ...timelineEntry(alertId, n), at, event: 'paged' })
      await pages.add(dutyPage(`k${n}`, { alertId, createdAt: at, recipient: `resident:${home.id}` }))
    }
  })
  return { story, alertId }
}

describe.skipIf(browserPath === null)('a case that nobody takes for days', () => {
  it('is read from both ends, and what lies between when it is asked for', async () => {
    const { story, alertId } = await untaken()
    const browser = await launchBrowser(browserPath ?? '')
    onTestFinished(() => browser.close())
    const page = await browser.newPage({ viewport: DESK, locale: 'zh-CN' })
    const faults = faultsOf(page)
    await page.goto(await story.signInLink())
    await page.locator('.connection.is-live').waitFor()
    await page.goto(`${story.service.httpUrl}/#/queue/${alertId}`)
    const lines = page.locator('.timeline li')
    const between = page.getByRole('button', { name: '显示中间的记录' })
    await between.waitFor()
    expect(await lines.count()).toBe(200)
    expect(await page.locator('.told-line li').first().textContent()).toContain('899')
    await between.scrollIntoViewIfNeeded()
    await picture(page, 'long-case.desk.zh')
    await between.click()
    await expect.poll(() => lines.count()).toBe(520)
    await between.click()
    await expect.poll(() => lines.count()).toBe(900)
    await between.waitFor({ state: 'detached' })
    expect(faults).toEqual([])
  })
})
