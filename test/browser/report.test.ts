import { fileURLToPath } from 'node:url'
import type { Browser, Page } from 'playwright-core'
import { describe, expect, it, onTestFinished } from 'vitest'
import { HOUR_MS, MINUTE_MS } from '../../contracts/time.ts'
import { chromiumPath } from '../support/chromium.ts'
import { DutyStory } from '../support/duty-story.ts'
import { onlyRules } from '../support/story-place.ts'
import { Visitor } from '../support/visitor.ts'
import { watchedHome } from '../support/watched-home.ts'
import { DESK, faultsOf, launchBrowser, PHONE, picture } from './console.ts'

const browserPath = await chromiumPath()
const CONSOLE = fileURLToPath(new URL('../../console/dist', import.meta.url))

const OUTCOME = {
  contact: 'seen',
  cause: 'late_rising',
  need: 'none',
  action: 'none',
  verdict: 'benign',
  followUpOn: null,
  policeReference: null,
  awayUntil: null,
}

const dialog = (page: Page) => page.getByRole('dialog')

/** A home with a reviewed false alarm, somebody on duty by day and night, and two who go on friendly visits. */
async function aDistrict() {
  const { version: _, ...rules } = onlyRules({ 'inactivity.water_none': { hours: 14 } })
  const watched = await watchedHome(rules, CONSOLE)
  const { story, home, live } = watched
  await live(9 * 24)
  await live(14, false)
  const [alert] = await watched.inactive()
  if (!alert) throw new Error('fourteen hours without water ring')
  await live(10)
  // Nobody is on duty yet, so that whoever resolves it may review it.
  for (const verb of ['resolve', 'review'])
    await story.call('POST', `/alerts/${alert.id}/${verb}`, { outcome: OUTCOME })
  const duty = await DutyStory.found(story)
  const [zhang, li] = [await duty.person('张敏'), await duty.person('李强')]
  const crew = { primary: zhang, backup: li }
  await duty.publish('community', duty.roster(crew, crew))
  await duty.everybodyAnswers()
  const signIn = await story.signInLink()
  await Visitor.join(story, '丁友善', { pairedWith: [home.id] })
  await Visitor.join(story, '何邻居', { kind: 'volunteer' })
  return { ...watched, duty, alert, signIn }
}

/** A proposal is looked at with its replay and approved; only then does it hold. */
async function decides(page: Page, at: (path: string) => Promise<unknown>): Promise<void> {
  await at('/queue')
  await page.getByRole('link', { name: /调整建议/ }).click()
  await page.locator('.proposal-row', { hasText: '王秀英' }).click()
  await page.getByText('静默时限 ×1.5').waitFor()
  await page.getByText('会减少的告警').waitFor({ timeout: 60_000 })
}

async function approves(page: Page): Promise<void> {
  await page.locator('.proposal-decision').getByRole('button', { name: '批准' }).click()
  await page.locator('.ant-popover').getByRole('button', { name: '批准' }).click()
  await page.locator('.proposal-standing.is-approved').waitFor()
}

async function switchesOnRota(page: Page, at: (path: string) => Promise<unknown>): Promise<void> {
  await at('/duty/rota')
  await page.getByRole('button', { name: '开启' }).click()
  await page.getByLabel('安排时间').fill('09:30')
  await picture(page, 'rota-edit.desk.zh')
  await page.getByRole('button', { name: '保存' }).click()
  await page.getByRole('heading', { name: /每天安排走访/ }).waitFor()
}

async function beginsDrill(
  page: Page,
  at: (path: string) => Promise<unknown>,
  place: string,
): Promise<string> {
  await at(`/duty/drills?place=${place}`)
  await page.getByRole('button', { name: '开始演练' }).click()
  await picture(page, 'drill-dialog.desk.zh')
  await dialog(page).getByRole('button', { name: '现在开始' }).click()
  await page.getByRole('heading', { name: /演练报告：愚谷社区/ }).waitFor()
  return page.url().split('/').at(-1) ?? ''
}

/** What a neighbour found becomes a case, and each rule says when it would have spoken. */
async function reportsIncident(
  page: Page,
  at: (path: string) => Promise<unknown>,
  homeId: string,
): Promise<string> {
  await at(`/homes/${homeId}`)
  await page.getByRole('button', { name: '登记事件' }).click()
  await dialog(page).getByLabel('发生了什么').fill('在卫生间跌倒，意识清醒')
  await picture(page, 'incident-dialog.desk.zh')
  await dialog(page).getByRole('button', { name: '登记并通知值班' }).click()
  await page.getByRole('heading', { name: '各条规则本会在何时告警' }).waitFor()
  return page.url().split('/').at(-1) ?? ''
}

describe.skipIf(browserPath === null)('the desk learns from its cases', () => {
  it('a proposal approved, friendly visits switched on, a drill reported, an incident that others found', async () => {
    const { story, home, alert, duty, live, signIn } = await aDistrict()
    const browser: Browser = await launchBrowser(browserPath ?? '')
    onTestFinished(() => browser.close())
    const page = await browser.newPage({ viewport: DESK, locale: 'zh-CN' })
    const faults = faultsOf(page)
    const at = (path: string) => page.goto(`${story.service.httpUrl}/#${path}`)
    await page.goto(signIn)
    await page.locator('.connection.is-live').waitFor()

    await decides(page, at)
    const proposalPath = new URL(page.url()).hash.slice(1)
    await picture(page, 'proposal-ready.desk.zh')
    const before = await story.call<{ sensitivities: unknown[] }>('GET', `/homes/${home.id}/circumstances`)
    expect(before.sensitivities).toEqual([])
    await approves(page)
    expect(await story.call('GET', `/homes/${home.id}/circumstances`)).toMatchObject({
      sensitivities: [{ factor: 1.5 }],
    })

    await switchesOnRota(page, at)
    await live(24)
    const drillId = await beginsDrill(page, at, duty.places.community)
    await duty.minutes(6)
    const [told] = await duty.pages(drillId)
    await story.service.commands.answerPage(told?.key ?? '', 'system')
    await story.call('POST', `/alerts/${drillId}/acknowledge`, {})
    await story.pass(4 * MINUTE_MS)
    await page.getByText(/应答/).first().waitFor()
    await page.locator('.drill-told').getByText('张敏').waitFor()

    await story.pass(HOUR_MS)
    const incidentId = await reportsIncident(page, at, home.id)
    await story.service.settled()
    await page.locator('.missed-silent').waitFor({ timeout: 60_000 })
    await page.locator('.missed-silent').scrollIntoViewIfNeeded()
    await picture(page, 'missed.desk.zh')

    const phone = await browser.newPage({ viewport: PHONE, locale: 'zh-CN' })
    await phone.context().addCookies(await page.context().cookies())
    const PAGES = [
      ['/queue/proposals?alertId=' + alert.id, 'proposals'],
      [proposalPath, 'proposal'],
      ['/duty/rota', 'rota'],
      ['/duty/drills', 'drills'],
      [`/duty/drills/${drillId}`, 'drill'],
      [`/queue/${incidentId}`, 'incident'],
    ] as const
    for (const language of ['zh', 'en']) {
      for (const [path, name] of PAGES) {
        await at(path)
        await picture(page, `${name}.desk.${language}`)
        await phone.goto(`${story.service.httpUrl}/#${path}`)
        await picture(phone, `${name}.phone.${language}`)
        expect(await phone.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(PHONE.width)
      }
      if (language === 'zh') {
        await page.getByRole('button', { name: 'Switch to English' }).click()
        await phone.reload()
      }
    }
    // A review that is not there yet is asked for again.
    expect(faults.filter((fault) => !/404 \(Not Found\)/.test(fault))).toEqual([])
  }, 400_000)
})
