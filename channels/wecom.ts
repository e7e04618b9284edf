import { z } from 'zod'
import { ServiceUrl } from './address.ts'
import type { Driver } from './driver.ts'
import { EVERYBODY, openRobot, ROBOT_PAUSE_MS } from './robot.ts'
import { asText } from './wording.ts'

const Settings = z.strictObject({
  baseUrl: ServiceUrl.default('https://qyapi.weixin.qq.com/cgi-bin/webhook/send'),
})

/** Limits of the two message types in bytes of UTF-8. */
const TEXT_BYTES = 2_048
const MARKDOWN_BYTES = 4_096

/**
 * A group robot of WeCom 企业微信 (developer.work.weixin.qq.com/document/path/91770): 20 messages a minute. Addresses
 * are mobile numbers, `all`, or nobody. Only plain text calls people by their mobile number, so that is what is sent
 * when somebody is to be called, and markdown otherwise.
 */
export const wecom: Driver<z.infer<typeof Settings>> = {
  kind: 'wecom',
  settings: Settings,
  secrets: [{ name: 'key', required: true }],
  address: 'mobile',
  open({ baseUrl }, { key = '' }, wall) {
    const url = new URL(baseUrl)
    url.searchParams.set('key', key)
    return openRobot(
      {
        code: 'errcode',
        tooMany: [45_009, 45_033],
        pauseMs: ROBOT_PAUSE_MS,
        busy: [-1],
        perMinute: 20,
        message(addresses, notices) {
          const called = addresses.filter((address) => address !== '')
          const mobiles = called.map((address) => (address === EVERYBODY ? '@all' : address))
          return {
            url: url.href,
            body:
              mobiles.length > 0
                ? {
                    msgtype: 'text',
                    text: { content: asText(notices, TEXT_BYTES), mentioned_mobile_list: mobiles },
                  }
                : { msgtype: 'markdown', markdown: { content: asText(notices, MARKDOWN_BYTES) } },
          }
        },
      },
      wall,
    )
  },
}
