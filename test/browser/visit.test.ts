import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { iso, MINUTE_MS } from '../../contracts/time.ts'
import { chromiumPath } from '../support/chromium.ts'
import { DutyStory } from '../support/duty-story.ts'
import { temporaryFolderUntil } from '../support/folder.ts'
import { QUARTER_MS, type StoryAlert, type StoryHome, StoryService } from '../support/service.ts'
import { onlyRules } from '../support/story-place.ts'
import { DESK, faultsOf, launchBrowser, PHONE, picture } from './console.ts'

const browserPath = await chromiumPath()
/** A red dot, as a camera might send it. */
const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAoAAAAKCAYAAACNMs+9AAAAFUlEQVR42mP8z8BQz0AEYBxVSF+FABJADveWkH6oAAAAAElFTkSuQmCC',
  'base64',
)

describe.skipIf(browserPath === null)('a visit, from the desk to the stairwell and back', () => {
  const folder = temporaryFolderUntil(afterAll)
  let browser: Browser

  beforeAll(async () => {
    const vite = ['node_modules/vite/bin/vite.js', 'build', 'console', '--logLevel', 'error']
    await promisify(execFile)(process.execPath, [...vite, '--outDir', `${folder}/console`, '--emptyOutDir'])
    browser = await launchBrowser(browserPath ?? '')
  }, 600_000)
  afterAll(() => browser?.close())

  it('the visitor accepts on a phone, loses reception, reports, and the desk sees it once', async () => {
    const { story, alert, link, visitorLink } = await aQuietMorning(`${folder}/console`)
    const desk = await browser.newPage({ viewport: DESK })
    const faults = faultsOf(desk)
    await desk.goto(link)
    await desk.waitForURL(/#\/queue/)
    await desk.goto(`${story.service.httpUrl}/#/queue/${alert.id}`)
    await desk.locator('.panel .told-line').getByText('王刚').waitFor()
    expect(await desk.locator('.told-line .is-next').textContent()).toContain('李梅')
    await picture(desk, 'case.desk.zh')

    // The desk takes it, calls, and sends somebody.
    await desk.keyboard.press('a')
    await desk.locator('.panel .state-word').getByText('已受理').waitFor()
    await desk.locator('.told').getByText('前须有进展').waitFor()
    await desk.keyboard.press('v')
    await desk.locator('.phone-numbers').getByText('陈小明').waitFor()
    await picture(desk, 'verify.desk.zh')
    await desk.locator('.ant-modal-footer .ant-btn-primary').click()
    await desk.locator('.panel .state-word').getByText('核实中').waitFor()
    await desk.keyboard.press('d')
    await desk.locator('.candidates li').first().waitFor()
    expect(await desk.locator('.candidates li').first().textContent()).toContain('丁友善')
    expect(await desk.locator('.candidates li').first().textContent()).toContain('结对')
    await picture(desk, 'dispatch.desk.zh')
    await desk.locator('.ant-modal-footer .ant-btn-primary').click()
    await desk.locator('.visit-card').getByText('前答复').waitFor()

    // On the phone the offer names nobody.
    const phone = await browser.newContext({ viewport: PHONE, hasTouch: true, isMobile: true })
    const page = await phone.newPage()
    const phoneFaults = faultsOf(page)
    await page.goto(visitorLink)
    await page.locator('.own-card.is-offer').waitFor()
    expect(await page.textContent('body')).not.toMatch(/陈秀英|2580|延平路1号/)
    expect(await page.locator('.rail').count()).toBe(0)
    await picture(page, 'offer.phone.zh')
    await page.getByRole('button', { name: '我去' }).click()
    await page.locator('.own-card.is-mine').click()
    await page.getByRole('heading', { name: '陈秀英' }).waitFor()
    expect(await page.textContent('.own-known')).toContain('门禁 2580#')
    expect(await targetsOf(page)).toEqual([])
    await picture(page, 'visit.phone.zh')
    await page.locator('.own-bar').getByRole('button', { name: '出发' }).click()
    await page.locator('.act-lines .is-received').nth(1).waitFor()
    await desk.locator('.visit-card .state-word').getByText('在路上').waitFor()

    // The stairwell: nothing goes through, and the page is opened anew.
    await shellIsKept(page)
    // A line that is neither there nor gone answers nothing: what the phone keeps is not waited for.
    await phone.route('**/api/v1/**', () => new Promise(() => undefined))
    await page.reload()
    await page.getByRole('heading', { name: '陈秀英' }).waitFor({ timeout: 12_000 })
    await page.locator('.visitor-line').getByText('离线').waitFor()
    await phone.unrouteAll({ behavior: 'ignoreErrors' })
    await page.reload()
    await page.locator('.visitor-line').getByText('在线').waitFor()
    await phone.setOffline(true)
    await page.locator('.visitor-line').getByText('离线').waitFor({ timeout: 5_000 })
    await page.reload()
    await page.getByRole('heading', { name: '陈秀英' }).waitFor()
    await page.locator('.visitor-line').getByText('离线').waitFor()
    await page.locator('.own-bar').getByRole('button', { name: '到场签到' }).click()
    await page
      .locator('input[type=file]')
      .setInputFiles({ name: 'door.png', mimeType: 'image/png', buffer: PNG })
    await page.locator('.own-pictures img').waitFor()
    await picture(page, 'check-in.phone.zh')
    await page.locator('.own-form').getByRole('button', { name: '到场签到' }).click()
    await page.locator('.act-lines').getByText('已保存在本机，尚未发送').waitFor()
    await page.locator('.own-bar').getByRole('button', { name: '填写处置结果' }).click()
    await answer(page, ['见到本人', '起晚了', '不需要'])
    await page.getByRole('button', { name: '提交结果' }).click()
    await page.getByText('还有 2 项没有填写').waitFor()
    await picture(page, 'outcome.phone.zh')
    // Whoever closes the page by mistake finds what they had filled in.
    await page.reload()
    await page.locator('.own-bar').getByRole('button', { name: '填写处置结果' }).click()
    await page.locator('.choices .is-chosen').nth(2).waitFor()
    expect(await page.locator('.choices .is-chosen').allTextContents()).toEqual([
      '见到本人',
      '起晚了',
      '不需要',
    ])
    await answer(page, ['没有措施', '虚惊一场'])
    await page.getByRole('button', { name: '提交结果' }).click()
    await page.locator('.visitor-line').getByText('2 项未发送').waitFor()
    await page.getByText('已填好并保存在本机').waitFor()
    await picture(page, 'kept.phone.zh')
    expect(await stateOf(story, alert)).toBe('accepted')

    // The street again.
    await phone.setOffline(false)
    await page.locator('.act-lines .is-received').filter({ hasText: '处置结果' }).waitFor()
    await page.locator('.visitor-line').getByText('在线').waitFor()
    await expect.poll(() => page.textContent('body')).not.toContain('陈秀英')
    await expect.poll(() => keptOnPhone(page)).not.toMatch(/陈秀英|2580|100 0000/)
    await page.reload()
    await page.locator('.own-over').waitFor()
    await picture(page, 'received.phone.zh')

    await desk.locator('.panel .state-word').getByText('已处置').first().waitFor()
    const detail = await story.call<{ timeline: { event: string }[] }>('GET', `/alerts/${alert.id}`)
    expect(detail.timeline.filter(({ event }) => event === 'visit_submitted')).toHaveLength(1)
    expect(detail.timeline.filter(({ event }) => event === 'visit_on_scene')).toHaveLength(1)
    await desk.locator('.visit-photos img').waitFor()
    await picture(desk, 'reported.desk.zh')

    await desk.keyboard.press('r')
    await desk.locator('.outcome-form .is-chosen').first().waitFor()
    await picture(desk, 'review.desk.zh')
    await desk.locator('.ant-modal-footer .ant-btn-primary').click()
    await desk.locator('.panel .state-word').getByText('已复核').first().waitFor()
    await desk.keyboard.press('c')
    await desk.locator('.ant-modal-footer .ant-btn-primary').click()
    await desk.locator('.panel .state-word').getByText('已办结').first().waitFor()
    expect(await stateOf(story, alert)).toBe('closed')
    expect([...faults, ...phoneFaults]).toEqual([])
    await inEnglish(desk, phone, page, story)
  }, 300_000)
})

/** The pages once more for whoever reads English. */
async function inEnglish(desk: Page, phone: BrowserContext, page: Page, story: StoryService) {
  await desk.getByRole('button', { name: 'EN' }).first().click()
  await desk.locator('.state-tabs').getByText('Review').waitFor()
  await picture(desk, 'closed.desk.en')
  await desk.goto(`${story.service.httpUrl}/#/visits`)
  await desk.getByRole('tab', { name: 'Done' }).click()
  await desk.locator('.visit-row').first().waitFor()
  await desk.locator('.visit-row > button').first().click()
  await picture(desk, 'visits.desk.en')
  await page.getByRole('button', { name: 'EN' }).first().click()
  await picture(page, 'received.phone.en')
  await phone.close()
  await desk.close()
}

const answer = async (page: Page, words: readonly string[]) => {
  for (const word of words) await page.getByRole('radio', { name: word, exact: true }).check()
}

/** What a thumb would miss: buttons and links lower than 48 px. */
async function targetsOf(page: Page): Promise<string[]> {
  const small: string[] = []
  for (const target of await page.locator('.own-visit button:visible, .own-call').all())
    if (((await target.boundingBox())?.height ?? 0) < 48) small.push((await target.textContent()) ?? '')
  return small
}

// Run in the browser, which has other globals than this file.
const shellIsKept = (page: Page): Promise<unknown> =>
  page.waitForFunction(`(async () => {
    const names = await caches.keys()
    const kept = await Promise.all(names.map(async (name) => (await (await caches.open(name)).keys()).length))
    return navigator.serviceWorker.controller !== null && kept.some((count) => count > 5)
  })()`)

/** Everything that stands in the databases and stores of the browser, as text. */
const keptOnPhone = (page: Page): Promise<string> =>
  page.evaluate(`(async () => {
    const answer = (request) =>
      new Promise((resolve, reject) => {
        request.onsuccess = () => resolve(request.result)
        request.onerror = () => reject(request.error)
      })
    const texts = [JSON.stringify(localStorage)]
    for (const { name } of await indexedDB.databases()) {
      const database = await answer(indexedDB.open(name))
      for (const store of database.objectStoreNames)
        texts.push(JSON.stringify(await answer(database.transaction(store).objectStore(store).getAll())))
      database.close()
    }
    return texts.join()
  })()`)

const stateOf = async (story: StoryService, alert: StoryAlert) =>
  (await story.call<StoryAlert>('GET', `/alerts/${alert.id}`)).state

/** Somebody does not get up; two are on duty, and two could go. */
async function aQuietMorning(consoleDir: string) {
  const story = await StoryService.start('2026-11-19T15:00:00Z', {}, consoleDir)
  const duty = await DutyStory.found(story)
  const crew = { primary: await duty.person('王刚'), backup: await duty.person('李梅') }
  await duty.publish('community', duty.roster(crew, crew))
  await story.call('PUT', '/rules', onlyRules({ 'inactivity.water_none': { hours: 6 } }))
  const home = await story.home('陈秀英')
  await story.call('PATCH', `/homes/${home.id}`, { jurisdictionId: duty.places.community })
  await story.call('PUT', `/homes/${home.id}/resident`, RESIDENT)
  const link = await story.signInLink()
  const visitorLink = await visitor(story, duty, home, '丁友善', true)
  await visitor(story, duty, home, '何邻居', false)
  const send = await story.connect(home, home.devices.water)
  await story.pass(MINUTE_MS)
  await duty.everybodyAnswers()
  let alert: StoryAlert | undefined
  for (let quarter = 0, m3 = 120; alert === undefined; quarter++) {
    if (quarter === 9 * 4) throw new Error('a dry tap opens an alert')
    story.civil.pass(QUARTER_MS)
    if (quarter < 8) m3 += 0.01
    await send({ ts: iso(story.civil.now()), values: { water_total_m3: Math.round(m3 * 1e3) / 1e3 } })
    alert = (await story.alerts()).find(({ kind }) => kind === 'inactivity.water_none')
  }
  await story.pass(MINUTE_MS)
  return { story, alert, link, visitorLink }
}

async function visitor(
  story: StoryService,
  duty: DutyStory,
  home: StoryHome,
  name: string,
  isPaired: boolean,
): Promise<string> {
  const { commands, httpUrl } = { commands: story.service.commands, httpUrl: story.service.httpUrl }
  const jurisdictionId = duty.places.community
  const account = await commands.createAccount({
    name,
    grants: [{ role: 'visitor', jurisdictionId }],
    language: 'zh',
  })
  await story.call('POST', '/people', {
    accountId: account.id,
    jurisdictionId,
    kind: 'visitor',
    name,
    skills: ['first_aid'],
    pairedWith: isPaired ? [home.id] : [],
    place: { latitude: 31.2336, longitude: 121.4737 },
  })
  const { secret } = await commands.createSignInLink(account.id)
  return `${httpUrl}/#/sign-in/${secret}`
}

const RESIDENT = {
  name: '陈秀英',
  birthYear: 1944,
  phone: '100 0000 0001',
  door: '3号楼501',
  address: '延平路1号',
  living: 'alone',
  notes: '听力不好，敲门请大声。',
  contacts: [{ name: '陈小明', relation: '长子', phone: '100 0000 0002', holdsKey: true }],
  needs: { hearing: true, vision: false, mobility: true, dialect: '上海话' },
  accessNotes: '门禁 2580#',
  place: { latitude: 31.2304, longitude: 121.4737 },
}
