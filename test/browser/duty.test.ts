import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import type { Browser, Page } from 'playwright-core'
import { describe, expect, it, onTestFinished } from 'vitest'
import { MINUTE_MS } from '../../contracts/time.ts'
import { chromiumPath } from '../support/chromium.ts'
import { StoryService } from '../support/service.ts'
import { DESK, faultsOf, launchBrowser, PHONE, picture } from './console.ts'

const browserPath = await chromiumPath()
const CONSOLE = fileURLToPath(new URL('../../console/dist', import.meta.url))

/** Every page of duty, for the pictures. */
const PAGES = [
  ['/duty', 'duty'],
  ['/duty/people', 'people'],
  ['/duty/cuts', 'cuts'],
  ['/settings/channels', 'channels'],
  ['/settings/policy', 'policy'],
] as const

/** A program of the district to which a webhook goes: it keeps what it was sent. */
async function listener(): Promise<{ url: string; heard: { purpose: string; recipient: string }[] }> {
  const heard: { purpose: string; recipient: string }[] = []
  const server = createServer((request, response) => {
    let text = ''
    request.on('data', (chunk: Buffer) => {
      text += chunk
    })
    request.on('end', () => {
      heard.push(JSON.parse(text) as { purpose: string; recipient: string })
      response.end()
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.close()
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, heard }
}

/** Opens a field that offers a choice, and takes the one that says so. */
async function choose(page: Page, name: string, wanted: string, nth = 0): Promise<void> {
  await page.getByRole('combobox', { name, exact: true }).nth(nth).click()
  await page.locator('.ant-select-item-option:visible', { hasText: wanted }).first().click()
}

const fill = (page: Page, label: string, text: string, nth = 0) =>
  page.getByLabel(label, { exact: true }).nth(nth).fill(text)

const dialog = (page: Page) => page.getByRole('dialog')
const save = async (page: Page) => {
  await dialog(page).getByRole('button', { name: '保存' }).click()
  await dialog(page).waitFor({ state: 'hidden' })
}

async function addPerson(page: Page, name: string, label: string, account: string | null): Promise<void> {
  await page.getByRole('button', { name: '添加人员' }).click()
  await fill(page, '姓名', name)
  await page.getByRole('button', { name: '添加联系方式' }).click()
  await choose(page, '渠道', '值班群程序')
  await fill(page, '地址', label)
  if (account !== null) await choose(page, '登录账号', account)
  await picture(page, 'person-dialog.desk.zh')
  await save(page)
  await page.locator('.setting-rows').getByText(name).waitFor()
}

/** A webhook, tried with a message that arrives. */
async function addChannel(page: Page, url: string): Promise<void> {
  await page.getByRole('button', { name: '添加渠道' }).click()
  await fill(page, '名称', '值班群程序')
  await fill(page, '网址', url)
  await fill(page, '签名密钥', 'a key that nobody is shown again')
  await picture(page, 'channel-dialog.desk.zh')
  await save(page)
  await page.getByRole('button', { name: '发送测试' }).click()
  await dialog(page).getByRole('button', { name: '发送测试' }).click()
  await dialog(page).getByText('对方已接收').waitFor()
  await page.keyboard.press('Escape')
  await dialog(page).waitFor({ state: 'hidden' })
}

/** Only by day at first: at night nobody would be there. */
async function writeRoster(page: Page): Promise<void> {
  await page.getByRole('button', { name: '建立排班' }).click()
  await fill(page, '到（含）', '2026-11-27')
  // The day is taken before what its calendar may cover is pressed.
  await page.keyboard.press('Enter')
  await choose(page, 'A角', '王芳')
  await choose(page, 'B角', '李强')
  await page.getByRole('button', { name: '删除班次' }).nth(1).click()
  await page.getByRole('button', { name: '发布' }).click()
  await page.getByText('11月20日 周五 20:00 至 11月21日 08:00 无人值班（12 小时）').waitFor()
  await picture(page, 'roster-gap.desk.zh')

  await page.getByRole('button', { name: '添加班次' }).click()
  await fill(page, '名称', '夜班', 1)
  // It begins where the day ends.
  await choose(page, 'A角', '李强', 1)
  await choose(page, 'B角', '王芳', 1)
  await page.getByRole('button', { name: '检查' }).click()
  await page.getByText('没有问题，可以发布').waitFor()
  await picture(page, 'roster.desk.zh')
  await page.getByRole('button', { name: '发布' }).click()
  await page.getByRole('heading', { name: /今后 14 天/ }).waitFor()
}

/** From the calendar: two who are on duty together cannot change places, and are told why not. */
async function trySwap(page: Page): Promise<void> {
  await page.locator('button.duty-block', { hasText: '王芳 / 李强' }).nth(1).click()
  // On a busy machine the dialog can be there before it listens: whoever sees nothing happen presses again.
  const partner = page.getByRole('combobox', { name: '与哪个班次对换', exact: true })
  for (let presses = 0; presses < 5 && (await partner.count()) === 0; presses++)
    await dialog(page).getByText('换班').click()
  await choose(page, '与哪个班次对换', '李强')
  await dialog(page).getByRole('button', { name: '发布' }).click()
  await dialog(page)
    .getByText(/李强 在 .* 重复值班/)
    .waitFor()
  await picture(page, 'swap.desk.zh')
  await dialog(page).getByRole('button', { name: '取消' }).click()
  await dialog(page).waitFor({ state: 'hidden' })
}

async function announceCut(page: Page): Promise<void> {
  await page.getByRole('button', { name: '登记停供' }).click()
  await dialog(page).getByLabel('停电').check()
  await picture(page, 'cut-dialog.desk.zh')
  await dialog(page).getByRole('button', { name: '登记' }).click()
  await dialog(page).waitFor({ state: 'hidden' })
  await page.locator('.period').getByText('停水、停电').waitFor()
}

async function ownPolicy(page: Page): Promise<void> {
  await page.getByRole('button', { name: '编辑' }).click()
  await page.getByLabel('告警后多少分钟').nth(2).fill('2')
  await picture(page, 'policy-edit.desk.zh')
  await page.getByRole('button', { name: '保存' }).click()
  await page.getByText('第 1 版', { exact: false }).first().waitFor()
  await page.locator('.ladder.severity-P1').getByText('2 分钟').waitFor()
}

/** What a push service would hand to the browser is shown, by the worker that the console brings. */
async function pushed(page: Page, origin: string): Promise<void> {
  await page.context().grantPermissions(['notifications'], { origin })
  const line = await page.context().newCDPSession(page)
  const registered = new Promise<string>((resolve) => {
    line.on('ServiceWorker.workerRegistrationUpdated', ({ registrations: [one] }) => {
      if (one !== undefined) resolve(one.registrationId)
    })
  })
  await line.send('ServiceWorker.enable')
  await page.evaluate("navigator.serviceWorker.register('/sw.js').then(() => navigator.serviceWorker.ready)")
  await line.send('ServiceWorker.deliverPushMessage', {
    origin,
    registrationId: await registered,
    data: JSON.stringify({ title: 'P1 烟雾报警', body: '请尽快受理。', tag: 't', severity: 'P1', url: null }),
  })
  const shown = `navigator.serviceWorker.ready
    .then((one) => one.getNotifications())
    .then((all) => all.map(({ title, body, tag }) => ({ title, body, tag })))`
  await expect
    .poll(() => page.evaluate(shown))
    .toEqual([{ title: 'P1 烟雾报警', body: '请尽快受理。', tag: 't' }])
}

describe.skipIf(browserPath === null)('a district sets up its duty in the console', () => {
  it('two people, a channel, a roster with a gap that is refused and mended, and the test page answered', async () => {
    const program = await listener()
    const story = await StoryService.start('2026-11-20T02:00:00Z', {}, CONSOLE)
    const browser: Browser = await launchBrowser(browserPath ?? '')
    onTestFinished(() => browser.close())
    const page = await browser.newPage({ viewport: DESK, locale: 'zh-CN' })
    const faults = faultsOf(page)
    const at = (path: string) => page.goto(`${story.service.httpUrl}/#${path}`)

    await page.goto(await story.signInLink())
    await page.locator('.connection.is-live').waitFor()
    await picture(page, 'queue-no-duty.desk.zh')
    await at('/duty')
    await page.getByText('尚未设置值班').waitFor()
    await picture(page, 'duty-none.desk.zh')

    await at('/settings/channels')
    await addChannel(page, program.url)
    expect(program.heard).toMatchObject([{ purpose: 'test' }])
    await at('/duty/people')
    await addPerson(page, '王芳', 'wang', 'admin')
    await addPerson(page, '李强', 'li', null)
    await at('/duty')
    await writeRoster(page)
    await page.locator('.on-duty-row').getByText('王芳').waitFor()
    await page.getByText('尚未设置值班').waitFor({ state: 'detached' })
    // After its last day the roster says of nobody that they are there.
    await page.locator('.duty-block.is-gap').nth(1).scrollIntoViewIfNeeded()
    await picture(page, 'duty-gap.desk.zh')
    await trySwap(page)
    await at('/duty/cuts')
    await announceCut(page)
    await at('/settings/policy')
    await ownPolicy(page)

    // The next shift begins: whoever is on duty is told so, and says so with one press of a thumb.
    await story.pass(10 * 60 * MINUTE_MS)
    await story.pass(MINUTE_MS)
    const phone = await browser.newPage({
      viewport: PHONE,
      storageState: await page.context().storageState(),
      locale: 'zh-CN',
    })
    await phone.goto(`${story.service.httpUrl}/#/duty`)
    await phone.getByRole('button', { name: '我在岗' }).waitFor()
    await picture(phone, 'test-page.phone.zh')
    await phone.getByRole('button', { name: '我在岗' }).click()
    await phone.getByText('您已确认在岗').waitFor()
    await phone.locator('.reach.is-reached').first().waitFor()
    await phone.locator('.duty-list .is-gap').nth(1).scrollIntoViewIfNeeded()
    await picture(phone, 'duty-gap.phone.zh')

    await pushed(phone, story.service.httpUrl)
    const look = async (path: string, name: string, language: string) => {
      await at(path)
      await picture(page, `${name}.desk.${language}`)
      await phone.goto(`${story.service.httpUrl}/#${path}`)
      await picture(phone, `${name}.phone.${language}`)
      expect(await phone.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(PHONE.width)
    }
    const [{ id: district } = { id: '' }] = (
      await story.call<{ items: { id: string }[] }>('GET', '/jurisdictions')
    ).items
    const pages = [...PAGES, [`/duty/roster/${district}`, 'roster-edit']] as const
    for (const [path, name] of pages) await look(path, name, 'zh')
    await page.getByRole('button', { name: 'Switch to English' }).click()
    await phone.reload()
    for (const [path, name] of pages) await look(path, name, 'en')
    // The refused roster is the one answer that was no.
    expect(faults.filter((fault) => !/400 \(Bad Request\)/.test(fault))).toEqual([])
  }, 300_000)
})
