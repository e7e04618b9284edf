import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { type Browser, chromium, type Page } from 'playwright-core'

export const DESK = { width: 1440, height: 900 }
export const PHONE = { width: 390, height: 844 }
/** Pictures of every run for whoever wants to look; the README shows copies of them. */
const PICTURES = 'test-results/screenshots'

export const launchBrowser = (executablePath: string, more: readonly string[] = []): Promise<Browser> =>
  chromium.launch({
    executablePath,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      ...more,
    ],
  })

export async function picture(page: Page, name: string): Promise<void> {
  mkdirSync(PICTURES, { recursive: true })
  // Charts fade in; a picture is taken of what stands still.
  await page.waitForTimeout(700)
  await page.screenshot({ path: join(PICTURES, `${name}.png`) })
}

/** What a page says of a line that was cut: which of Chromium's words it is depends on what the socket was doing. */
const LINE_CUT =
  /net::ERR_(INTERNET_DISCONNECTED|CONNECTION_\w+|NETWORK_\w+|SOCKET_NOT_CONNECTED|EMPTY_RESPONSE|INCOMPLETE_CHUNKED_ENCODING|TIMED_OUT)/

/** What the page wrote as an error, except what a story provokes: the line being cut. */
export function faultsOf(page: Page): string[] {
  const faults: string[] = []
  page.on('pageerror', (error) => faults.push(error.message))
  page.on('console', (message) => {
    if (message.type() === 'error' && !LINE_CUT.test(message.text())) faults.push(message.text())
  })
  return faults
}
