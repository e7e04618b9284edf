import mqtt from 'mqtt'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Service } from '../../app/service.ts'
import { HomeId, type JurisdictionId } from '../../contracts/ids.ts'
import { DAY_MS } from '../../contracts/time.ts'
import { chromiumPath } from '../support/chromium.ts'
import { temporaryFolderUntil } from '../support/folder.ts'
import { DESK, faultsOf, launchBrowser, PHONE } from './console.ts'
import { freshService } from './fresh-service.ts'

const browserPath = await chromiumPath()
const HOMES = 12

describe.skipIf(browserPath === null)('an administrator with a keyboard', () => {
  const folder = temporaryFolderUntil(afterAll)
  let service: Service
  let browser: Browser
  let page: Page
  let faults: string[]
  const homes: string[] = []
  let placeId: JurisdictionId

  beforeAll(async () => {
    const fresh = await freshService(folder)
    service = fresh.service
    placeId = fresh.jurisdictionId
    for (let number = 1; number <= HOMES; number += 1) homes.push(await moveIn(placeId, number))
    browser = await launchBrowser(browserPath ?? '')
    page = await browser.newPage({ viewport: DESK, locale: 'zh-CN' })
    faults = faultsOf(page)
    await page.goto(fresh.signInUrl)
    await page.waitForURL(/#\/(queue|homes)/)
  }, 600_000)

  const moveIn = async (jurisdictionId: JurisdictionId, number: number): Promise<string> => {
    const { id } = await service.commands.createHome({ jurisdictionId, zone: null })
    await service.commands.putResident(id, {
      name: `王秀英${number}`,
      birthYear: 1941,
      phone: '',
      door: `3号楼${number}01`,
      address: '延平路1号',
      living: 'alone',
      notes: '',
      contacts: [],
    })
    return id
  }

  afterAll(async () => {
    await browser?.close()
    await service?.stop()
  })

  const focused = (): Promise<string> =>
    page.evaluate(
      '`${document.activeElement.tagName} ${document.activeElement.id || document.activeElement.textContent}`',
    )
  const fields = () => page.locator('.ant-modal .ant-picker input')
  const calendars = () => page.locator('.ant-picker-dropdown:visible').count()
  const retype = async (text: string) => {
    await page.keyboard.press('ControlOrMeta+a')
    await page.keyboard.type(text)
  }
  /** What is sent and asked from now on, as `POST /homes`. */
  const listen = (): string[] => {
    const heard: string[] = []
    page.on('request', (request) => {
      const { pathname, search } = new URL(request.url())
      if (pathname.startsWith('/api/v1')) heard.push(`${request.method()} ${pathname.slice(7)}${search}`)
    })
    return heard
  }

  it('begins in the first field; Enter takes the day that was typed, and sends nothing', async () => {
    const heard = listen()
    await page.goto(`${service.httpUrl}/#/homes/${homes[0]}`)
    await page.getByRole('button', { name: '报备外出' }).click()
    await expect.poll(focused).toBe('INPUT from')
    await fields().nth(2).click()
    await retype('2031-03-05')
    await expect.poll(calendars).toBe(1)
    await page.keyboard.press('Enter')
    await expect.poll(calendars).toBe(0)
    expect(await fields().nth(2).inputValue()).toBe('2031-03-05')
    // Tab folds it up as well, and goes on to the time of that day.
    await retype('2031-03-06')
    await page.keyboard.press('Tab')
    await expect.poll(calendars).toBe(0)
    await retype('21:35')
    await page.keyboard.press('Enter')
    await expect.poll(calendars).toBe(0)
    expect(await fields().nth(2).inputValue()).toBe('2031-03-06')
    expect(await fields().nth(3).inputValue()).toBe('21:35')
    expect(heard.filter((one) => one.startsWith('POST'))).toEqual([])
  })

  it('keeps a day that was pasted while the page around it was drawn anew', async () => {
    await fields().nth(2).click()
    await page.keyboard.press('ControlOrMeta+a')
    const day = new Date(Date.now() + 5 * DAY_MS).toISOString().slice(0, 10)
    await page.keyboard.insertText(day)
    await page.keyboard.press('Tab')
    await expect.poll(calendars).toBe(0)
    expect(await fields().nth(2).inputValue()).toBe(day)
    const sent = page.waitForRequest((request) => request.method() === 'POST')
    await page.getByRole('dialog').getByRole('button', { name: '保存' }).click()
    expect((await sent).postDataJSON()).toMatchObject({ to: `${day}T13:35:00.000Z` })
    await page.getByRole('dialog').waitFor({ state: 'detached' })
  })

  it('adds a topic with Enter and is still in the form', async () => {
    await page.goto(`${service.httpUrl}/#/devices/gateways`)
    const heard = listen()
    await page.getByRole('button', { name: '登记网关' }).click()
    const dialog = page.getByRole('dialog')
    await expect.poll(focused).toBe('INPUT jurisdictionId')
    await page.keyboard.press('Enter')
    await page.getByText('静安区').last().click()
    await dialog.locator('#topics').click()
    await page.keyboard.type('zigbee2mqtt/#')
    await page.keyboard.press('Enter')
    await dialog.getByText('zigbee2mqtt/#').waitFor()
    await page.keyboard.press('Enter')
    await dialog.getByRole('button', { name: '取消' }).click()
    await dialog.waitFor({ state: 'detached' })
    expect(heard.filter((one) => one.startsWith('POST'))).toEqual([])
  })

  it('who presses Enter on a question has changed nothing', async () => {
    await page.goto(`${service.httpUrl}/#/homes/${homes[1]}`)
    await page.getByRole('button', { name: '归档' }).click()
    await expect.poll(focused).toBe('BUTTON 取消')
    await page.keyboard.press('Enter')
    await page.getByRole('dialog').waitFor({ state: 'hidden' })
    expect((await service.state.homes.get(HomeId.parse(homes[1])))?.archivedAt).toBeNull()
  })

  it('on a phone no keyboard covers a dialog before it is read', async () => {
    const phone = await browser.newPage({
      viewport: PHONE,
      storageState: await page.context().storageState(),
      locale: 'zh-CN',
    })
    await phone.goto(`${service.httpUrl}/#/homes/${homes[1]}`)
    await phone.getByRole('button', { name: '编辑住户信息' }).click()
    await phone.locator('[role=dialog]:focus').waitFor()
    await phone.close()
  })

  it('a list of homes by their ids is one question, and one look at each', async () => {
    for (const homeId of homes) {
      const answer = await page.request.post(`${service.httpUrl}/api/v1/drills`, {
        data: { homeId, severity: 'P3' },
        headers: { origin: service.httpUrl },
      })
      expect(answer.status()).toBeLessThan(300)
    }
    const heard = listen()
    await page.goto(`${service.httpUrl}/#/duty/drills`)
    await page.getByText('王秀英12').waitFor()
    for (const number of homes.keys()) await page.getByText(`3号楼${number + 1}01`).waitFor()
    expect(heard.filter((one) => one.startsWith('GET /home')).length).toBe(1)
    const { items } = await (await page.request.get(`${service.httpUrl}/api/v1/access-log?limit=200`)).json()
    const looks = items.filter((look: { route: string }) => look.route === 'GET /home-names')
    expect(looks.map((look: { homeId: string }) => look.homeId).sort()).toEqual([...homes].sort())
  })

  it('reads why a message is kept in Chinese, and what the decoder found in it as data', async () => {
    const register = await page.request.post(`${service.httpUrl}/api/v1/gateways`, {
      data: { jurisdictionId: placeId, name: '3号楼', topics: ['hall/#'] },
      headers: { origin: service.httpUrl },
    })
    const { gateway, secret } = await register.json()
    const client = await mqtt.connectAsync(service.mqttUrl, { username: gateway.id, password: secret })
    await client.publishAsync('hall/x', 'not json', { qos: 1 })
    await client.endAsync()
    await page.goto(`${service.httpUrl}/#/quarantine`)
    const kept = page.locator('.quarantine-item').first()
    await kept.waitFor()
    expect(await kept.locator('.refusal > p').first().textContent()).toMatch(/[\u4e00-\u9fff]{8}/)
    const all = await kept.innerText()
    const data = await kept.locator('code, pre').allInnerTexts()
    const words = data.reduce((left, datum) => left.replace(datum, ''), all)
    expect(words).not.toMatch(/[a-z]{4}/i)
    expect(faults).toEqual([])
  })
})
