import mqtt from 'mqtt'
import type { Browser, Page } from 'playwright-core'
import { encodeQR } from 'qr'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Service } from '../../app/service.ts'
import { writeCameraFilm } from '../support/camera.ts'
import { chromiumPath } from '../support/chromium.ts'
import { temporaryFolderUntil } from '../support/folder.ts'
import { DESK, faultsOf, launchBrowser, PHONE, picture } from './console.ts'
import { freshService } from './fresh-service.ts'

const browserPath = await chromiumPath()

describe.skipIf(browserPath === null)('an installer on a stairwell, with a phone', () => {
  const folder = temporaryFolderUntil(afterAll)
  let service: Service
  let browser: Browser
  let page: Page
  let faults: string[]
  let secret = ''

  beforeAll(async () => {
    const fresh = await freshService(folder)
    service = fresh.service
    const home = await service.commands.createHome({
      jurisdictionId: fresh.jurisdictionId,
      zone: null,
    })
    await service.commands.putResident(home.id, {
      name: '王秀英',
      birthYear: 1941,
      phone: '',
      door: '3号楼501',
      address: '延平路1号',
      living: 'alone',
      notes: '',
      contacts: [],
    })
    const film = `${folder}/label.y4m`
    writeCameraFilm(film, 'SW1:native:SW-SMOKE:smoke-42')
    browser = await launchBrowser(browserPath ?? '', [
      '--use-fake-ui-for-media-stream',
      '--use-fake-device-for-media-stream',
      `--use-file-for-fake-video-capture=${film}`,
    ])
    page = await browser.newPage({ viewport: PHONE })
    faults = faultsOf(page)
    await page.goto(fresh.signInUrl)
    await page.waitForURL(/#\/(queue|homes)/)
  }, 600_000)

  afterAll(async () => {
    await browser?.close()
    await service?.stop()
  })

  it('reads the code out of a photo', async () => {
    await page.goto(`${service.httpUrl}/#/install`)
    const gif = encodeQR('SW1:native:SW-WATER-1L:w-77', 'gif', { scale: 6 })
    await page.locator('input[type=file]').setInputFiles({
      name: 'label.gif',
      mimeType: 'image/gif',
      buffer: Buffer.from(gif),
    })
    await page.getByText('w-77').first().waitFor()
    await page.getByText('SW-WATER-1L').first().waitFor()
    await page.getByRole('button', { name: '换一台' }).click()
  }, 120_000)

  it('or types the number that stands on the label', async () => {
    await page.getByLabel('或输入设备编号').fill('w-78')
    await page.getByRole('button', { name: '下一步' }).click()
    await page.getByText('w-78').first().waitFor()
    await page.getByRole('button', { name: '换一台' }).click()
  }, 120_000)

  it('is on a page from which the rest of the console can be reached', async () => {
    const tabs = page.getByRole('navigation', { name: '设备' })
    await tabs.getByRole('link', { name: '设备养护' }).click()
    await page.getByRole('heading', { name: '设备养护' }).waitFor()
    await page.getByRole('link', { name: '安装设备' }).click()
    await page.getByRole('button', { name: '扫描设备二维码' }).waitFor()
  }, 120_000)

  it('scans the label with the camera, chooses the home, and writes the consent down', async () => {
    await page.getByRole('button', { name: '扫描设备二维码' }).click()
    await page.locator('video.scanner').waitFor()
    await picture(page, 'install.phone.code')
    await page.getByText('smoke-42').first().waitFor()
    await page.locator('video.scanner').waitFor({ state: 'detached' })
    await page.locator('form', { hasText: 'SW-SMOKE' }).waitFor()
    await page.getByLabel('安装住户').click()
    await page.getByText('王秀英').last().click()
    await page.getByText('我在现场说明，对方已同意').waitFor()
    await page.getByRole('button', { name: '登记并等待首次上报' }).click()
    await page.getByText('没有同意不能安装').waitFor()
    await page.getByText('我在现场说明，对方已同意').click()
    await picture(page, 'install.phone.consent')
    await page.getByRole('button', { name: '登记并等待首次上报' }).click()
    await page.getByText('等待首次上报……').waitFor()
    secret = (await page.locator('.secret dd code').nth(1).textContent()) ?? ''
    expect(secret).toMatch(/^[0-9a-f]{32}$/)
    expect(page.url()).not.toContain(secret)
    await picture(page, 'install.phone.waiting')
  }, 120_000)

  it('sees the first reading and the test alarm arrive while the page waits', async () => {
    const client = await mqtt.connectAsync(service.mqttUrl, { username: 'smoke-42', password: secret })
    const say = (values: object) =>
      client.publishAsync('devices/smoke-42/readings', JSON.stringify(values), { qos: 1 })
    await say({ smoke: false, battery_pct: 97, signal_dbm: -73 })
    await page.getByText('已收到首次上报').waitFor()
    await page.getByRole('button', { name: '未做试验报警，仍然验收' }).waitFor()
    await say({ smoke: false, smoke_test: true })
    await page.getByText('试验报警已收到').waitFor()
    await client.endAsync()
    await picture(page, 'install.phone.proved')
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(PHONE.width)
  }, 120_000)

  it('accepts, and has a sheet to print that says who, what, where, when and that it works', async () => {
    await page.getByRole('button', { name: '验收完成' }).click()
    const sheet = page.locator('.sheet')
    await sheet.waitFor()
    const text = (await sheet.textContent()) ?? ''
    for (const word of ['smoke-42', 'SW-SMOKE', '王秀英', '3号楼501', '张工', '-73\u{a0}dBm', '本人'])
      expect(text).toContain(word)
    expect(text).not.toContain('未做')
    await picture(page, 'install.phone.sheet')
    // At night as well, in ink on white.
    await page.emulateMedia({ media: 'print', colorScheme: 'dark' })
    expect(await page.locator('.rail').isVisible()).toBe(false)
    await page.waitForFunction("document.documentElement.dataset.mode === 'dark'")
    const drawn = (what: string, property: string) =>
      page.evaluate(`getComputedStyle(document.querySelector('${what}')).${property}`)
    await expect.poll(() => drawn('.sheet', 'color')).toBe('rgb(27, 33, 38)')
    await expect.poll(() => drawn('body', 'backgroundColor')).toBe('rgb(255, 255, 255)')
    await page.emulateMedia({ media: 'screen', colorScheme: 'light' })
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(PHONE.width)
  }, 120_000)

  it('a list is tried and its faults shown; care and the acts of a device at the desk', async () => {
    const desk = await browser.newPage({
      viewport: DESK,
      storageState: await page.context().storageState(),
    })
    await desk.goto(`${service.httpUrl}/#/devices/import`)
    const rows =
      'home,place,name,device,kind,consentBy,consentOn\nH-1,火星,甲,w-1,water,resident,2026-02-20\nH-2,静安区,乙,w-2,tea,无,\n'
    await desk.locator('input[type=file]').setInputFiles({
      name: 'homes.csv',
      mimeType: 'text/csv',
      buffer: Buffer.from(rows),
    })
    await desk.getByText('没有这个地点，或不在您的辖区内').waitFor()
    await picture(desk, 'import.desk.faults')
    await desk.locator('input[type=file]').setInputFiles({
      name: 'homes.csv',
      mimeType: 'text/csv',
      buffer: Buffer.from(rows.replace('火星', '静安区').replace('tea', 'water')),
    })
    await desk.getByRole('button', { name: '导入', exact: true }).click()
    await desk.getByRole('button', { name: '保存密钥文件' }).waitFor()
    await picture(desk, 'import.desk.done')
    await desk.goto(`${service.httpUrl}/#/devices/care`)
    await desk.locator('.care-row').nth(2).waitFor()
    expect(await desk.locator('.care-row').first().textContent()).toContain('从未上报')
    await picture(desk, 'care.desk')
    await desk.locator('.care-row .row-menu').first().click()
    await desk.getByText('换表…').click()
    await desk.getByText('新编号').click()
    await picture(desk, 'act.desk.swap')
    await desk.getByRole('button', { name: '取消' }).click()
    await desk.getByRole('button', { name: 'Switch to English' }).click()
    await desk.getByText('Never heard').first().waitFor()
    await picture(desk, 'care.desk.en')
    await desk.goto(`${service.httpUrl}/#/devices/import`)
    await desk.getByText('One device a row').waitFor()
    await picture(desk, 'import.desk.en')
    await desk.goto(`${service.httpUrl}/#/install`)
    await desk.getByText("Or type the device's number").waitFor()
    await picture(desk, 'install.desk.en')
    await desk.close()
    await page.goto(`${service.httpUrl}/#/devices/care`)
    await page.locator('.care-row').first().waitFor()
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(PHONE.width)
    await picture(page, 'care.phone')
  }, 120_000)

  it('at the desk a paper is recorded for whoever waited, and a mapping is begun without a message', async () => {
    const desk = await browser.newPage({
      viewport: DESK,
      storageState: await page.context().storageState(),
    })
    const deskFaults = faultsOf(desk)
    await desk.goto(`${service.httpUrl}/#/devices/care`)
    await desk.getByRole('button', { name: '中文' }).click()
    await desk.getByRole('link', { name: '等待该住户同意' }).click()
    await desk.getByText('等待住户同意').first().waitFor()
    await desk.getByRole('button', { name: '记录同意…' }).click()
    const dialog = desk.getByRole('dialog')
    await dialog.getByLabel('签署日期').fill('2026-03-01')
    await dialog.getByLabel('签署日期').press('Enter')
    await dialog.getByRole('button', { name: '记录', exact: true }).click()
    await dialog.getByText('没有同意不能安装').waitFor()
    await dialog.getByText('我手中有签署的同意书').click()
    await picture(desk, 'consent.desk')
    await dialog.getByRole('button', { name: '记录', exact: true }).click()
    await desk.getByText('纸质签署').first().waitFor()
    await desk.getByText('等待住户同意').waitFor({ state: 'detached' })
    await desk.getByText('w-2').first().waitFor()

    await desk.getByRole('button', { name: '登记电表' }).click()
    await dialog.getByLabel('签署日期').fill('2026-03-01')
    await dialog.getByLabel('签署日期').press('Enter')
    await dialog.getByText('我手中有签署的同意书').click()
    await dialog.getByRole('button', { name: '登记', exact: true }).click()
    await dialog.getByText('设备已登记').waitFor()
    await dialog.getByRole('button', { name: '已保存，关闭' }).click()
    await desk.locator('.plain-list').getByText('电表').waitFor()

    await desk.goto(`${service.httpUrl}/#/devices/sources`)
    await desk.getByRole('link', { name: '查看对应关系' }).click()
    await desk.getByRole('button', { name: '新建对应关系' }).click()
    await dialog.getByLabel('型号').fill('NB-12')
    await dialog.getByLabel('型号').press('Enter')
    await dialog.getByLabel('消息中的名称').fill('total')
    await dialog.getByRole('button', { name: '添加名称' }).click()
    await dialog.getByLabel('total 的含义').click()
    await desk.getByTitle('用水累计', { exact: true }).click()
    await dialog.getByLabel('单位').click()
    await desk.getByTitle('10 L', { exact: true }).click()
    await picture(desk, 'mapping.desk.new')
    await dialog.getByRole('button', { name: '保存并解码积压消息' }).click()
    await desk.getByText('用水累计 × 0.01').waitFor()
    await picture(desk, 'mappings.desk')
    const mappings = await service.state.mappings.all()
    expect(mappings).toContainEqual({
      subject: { type: 'model', gatewayId: null, model: 'NB-12' },
      mapping: { fields: { total: { metric: 'water_total_m3', factor: 0.01 } }, zone: null },
    })
    expect(deskFaults).toEqual([])
    await desk.close()
  }, 120_000)

  it('made no fault in the page all along', () => {
    expect(faults).toEqual([])
  })
})
