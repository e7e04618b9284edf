import { createHmac } from 'node:crypto'
import { z } from 'zod'
import { ServiceUrl } from './address.ts'
import type { Driver } from './driver.ts'
import { HttpDoor, requireTaken } from './http.ts'
import { titleOf } from './wording.ts'

const Settings = z.strictObject({ url: ServiceUrl })

/**
 * A notice as JSON to any program. Signed like most webhooks are: `X-Shouwang-Signature: v1=` and the hexadecimal
 * HMAC-SHA256 of `{X-Shouwang-Timestamp}.{body}`, so that it can be neither forged nor sent again much later.
 */
export const webhook: Driver<z.infer<typeof Settings>> = {
  kind: 'webhook',
  settings: Settings,
  secrets: [
    { name: 'signingKey', required: true },
    { name: 'bearer', required: false },
  ],
  address: 'label',
  open({ url }, { signingKey = '', bearer }, wall) {
    const door = new HttpDoor()
    return {
      groupsUpTo: 1,
      addressesUpTo: 1,
      perMinute: null,
      async send([address = ''], [notice], signal) {
        if (notice === undefined) throw new Error('a message without a notice')
        const { key, purpose, severity, text, language, at, drill } = notice
        const body = JSON.stringify({
          key,
          purpose,
          severity,
          title: titleOf(notice),
          text: text[language],
          language,
          url: notice.url,
          at: new Date(at).toISOString(),
          drill,
          recipient: address,
        })
        const timestamp = String(Math.floor(wall.now() / 1_000))
        const signature = createHmac('sha256', signingKey).update(`${timestamp}.${body}`).digest('hex')
        const headers = {
          'content-type': 'application/json',
          'idempotency-key': encodeURIComponent(key),
          'x-shouwang-timestamp': timestamp,
          'x-shouwang-signature': `v1=${signature}`,
          ...(bearer === undefined ? {} : { authorization: `Bearer ${bearer}` }),
        }
        requireTaken(await door.ask({ url, headers, body }, signal), wall)
        return { outcome: 'accepted', reference: null }
      },
      close: () => door.close(),
    }
  },
}
