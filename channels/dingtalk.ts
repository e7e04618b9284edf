import { z } from 'zod'
import { MINUTE_MS } from '../contracts/time.ts'
import { ServiceUrl } from './address.ts'
import type { Driver } from './driver.ts'
import { EVERYBODY, openRobot, robotSign } from './robot.ts'
import { asText, headline } from './wording.ts'

const Settings = z.strictObject({
  baseUrl: ServiceUrl.default('https://oapi.dingtalk.com/robot/send'),
})

const MARKDOWN_BYTES = 15_000
/** Whoever sends a 21st message within a minute is not heard for ten. */
const PAUSE_MS = 10 * MINUTE_MS

/**
 * A custom robot of DingTalk 钉钉 (open.dingtalk.com/document/robots/custom-robot-access): 20 messages a minute.
 * Signed with `signSecret` (加签) or let in by the keyword 守望. Addresses are mobile numbers, `all`, or nobody; who is
 * called must stand in the text as well.
 */
export const dingtalk: Driver<z.infer<typeof Settings>> = {
  kind: 'dingtalk',
  settings: Settings,
  secrets: [
    { name: 'accessToken', required: true },
    { name: 'signSecret', required: false },
  ],
  address: 'mobile',
  open({ baseUrl }, { accessToken = '', signSecret }, wall) {
    return openRobot(
      {
        code: 'errcode',
        tooMany: [130_101, 130_102, 90_018, 410_100],
        pauseMs: PAUSE_MS,
        busy: [-1],
        perMinute: 20,
        message(addresses, notices, now) {
          const url = new URL(baseUrl)
          url.searchParams.set('access_token', accessToken)
          if (signSecret !== undefined) {
            url.searchParams.set('timestamp', String(now))
            url.searchParams.set('sign', robotSign(signSecret, `${now}\n${signSecret}`))
          }
          const atMobiles = addresses.filter((address) => address !== '' && address !== EVERYBODY)
          const called = atMobiles.map((mobile) => `@${mobile}`).join(' ')
          // A single line break is none in markdown.
          const text = asText(notices, MARKDOWN_BYTES).replaceAll('\n', '\n\n')
          return {
            url: url.href,
            body: {
              msgtype: 'markdown',
              markdown: {
                title: `守望 ${headline(notices)}`,
                text: `${text}\n\n守望${called === '' ? '' : ` ${called}`}`,
              },
              at: { atMobiles, isAtAll: addresses.includes(EVERYBODY) },
            },
          }
        },
      },
      wall,
    )
  },
}
