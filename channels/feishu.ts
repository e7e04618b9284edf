import { z } from 'zod'
import { ServiceUrl } from './address.ts'
import type { Driver } from './driver.ts'
import { openRobot, ROBOT_PAUSE_MS, robotSign } from './robot.ts'
import { asText } from './wording.ts'

const Settings = z.strictObject({
  baseUrl: ServiceUrl.default('https://open.feishu.cn/open-apis/bot/v2/hook'),
})

/** The request may have 20 KB. */
const TEXT_BYTES = 15_000
const OPEN_ID = /^(?:ou_[A-Za-z0-9]{1,60}|all)$/

/**
 * A custom robot of Feishu 飞书 (open.feishu.cn, custom bot guide): 100 messages a minute and 5 a second, of which we
 * take 60 so that other senders to the group have room. Signed with `signSecret` (签名校验) or let in by the keyword 守望.
 * Addresses are open_ids (`ou_…`), `all`, or nobody.
 */
export const feishu: Driver<z.infer<typeof Settings>> = {
  kind: 'feishu',
  settings: Settings,
  secrets: [
    { name: 'hookId', required: true },
    { name: 'signSecret', required: false },
  ],
  address: 'open_id',
  open({ baseUrl }, { hookId = '', signSecret }, wall) {
    const url = `${baseUrl.replace(/\/+$/, '')}/${encodeURIComponent(hookId)}`
    return openRobot(
      {
        code: 'code',
        tooMany: [9_499, 11_232, 11_233, 11_247, 99_991_400],
        pauseMs: ROBOT_PAUSE_MS,
        busy: [],
        perMinute: 60,
        message(addresses, notices, now) {
          // The name between the tags is filled in by Feishu; anything else would be markup of somebody's making.
          const called = addresses.filter((address) => OPEN_ID.test(address))
          const at = called.map((id) => `<at user_id="${id}"></at>`).join('')
          const text = `守望 ${asText(notices, TEXT_BYTES)}${at === '' ? '' : `\n${at}`}`
          const timestamp = String(Math.floor(now / 1_000))
          return {
            url,
            body: {
              msg_type: 'text',
              content: { text },
              ...(signSecret === undefined
                ? {}
                : { timestamp, sign: robotSign(`${timestamp}\n${signSecret}`, '') }),
            },
          }
        },
      },
      wall,
    )
  },
}
