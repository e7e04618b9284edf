import { z } from 'zod'
import type { Notice } from '../contracts/channel.ts'
import { HOUR_MS } from '../contracts/time.ts'
import { ServiceUrl } from './address.ts'
import type { Driver } from './driver.ts'
import { HttpDoor, requireTaken } from './http.ts'
import { titleOf } from './wording.ts'

const Settings = z.strictObject({
  /** `api`: …/api/v2/alerts of an Alertmanager, which then routes by its own rules. `webhook`: whatever takes what an
   * Alertmanager sends to its webhook receivers (form 4). */
  form: z.enum(['api', 'webhook']).default('api'),
  url: ServiceUrl,
  /** With the secret `password`: basic authentication. */
  username: z.string().max(80).default(''),
})

/** We do not say when it is over; an Alertmanager lets go of what is not repeated within this. */
const HOLDS_MS = HOUR_MS

/** What tells two alerts apart are their labels: the key is one, so the same again is the same alert. */
const alertOf = (notice: Notice, address: string) => ({
  labels: {
    alertname: 'Shouwang',
    key: notice.key,
    purpose: notice.purpose,
    severity: notice.severity ?? 'none',
    drill: String(notice.drill),
    ...(address === '' ? {} : { recipient: address }),
  },
  annotations: { summary: titleOf(notice), description: notice.text[notice.language] },
  startsAt: new Date(notice.at).toISOString(),
  endsAt: new Date(notice.at + HOLDS_MS).toISOString(),
  generatorURL: notice.url ?? '',
})

/** What an Alertmanager sends to a webhook receiver, form 4. `groupKey` is how its receivers tell a repeat. */
const asReceived = (notices: readonly Notice[], address: string) => {
  const alerts = notices.map((notice) => ({
    ...alertOf(notice, address),
    status: 'firing',
    endsAt: '0001-01-01T00:00:00Z',
    fingerprint: notice.key,
  }))
  return {
    version: '4',
    groupKey: notices.map(({ key }) => key).join(' '),
    truncatedAlerts: 0,
    status: 'firing',
    receiver: address === '' ? 'shouwang' : address,
    groupLabels: { alertname: 'Shouwang' },
    commonLabels: { alertname: 'Shouwang' },
    commonAnnotations: {},
    externalURL: notices[0]?.url ?? '',
    alerts,
  }
}

/** Into the tools of those who run servers: as a client of an Alertmanager, or in its place. */
export const alertmanager: Driver<z.infer<typeof Settings>> = {
  kind: 'alertmanager',
  settings: Settings,
  secrets: [
    { name: 'bearer', required: false },
    { name: 'password', required: false },
  ],
  address: 'label',
  open({ form, url, username }, { bearer, password }, wall) {
    const door = new HttpDoor()
    const basic = Buffer.from(`${username}:${password ?? ''}`).toString('base64')
    const authorization =
      bearer !== undefined ? `Bearer ${bearer}` : username === '' ? undefined : `Basic ${basic}`
    return {
      groupsUpTo: 20,
      addressesUpTo: 1,
      perMinute: null,
      async send([address = ''], notices, signal) {
        const message =
          form === 'api' ? notices.map((notice) => alertOf(notice, address)) : asReceived(notices, address)
        const headers = {
          'content-type': 'application/json',
          ...(authorization === undefined ? {} : { authorization }),
        }
        requireTaken(await door.ask({ url, headers, body: JSON.stringify(message) }, signal), wall)
        return { outcome: 'accepted', reference: null }
      },
      close: () => door.close(),
    }
  },
}
