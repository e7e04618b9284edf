import { createECDH, createHash } from 'node:crypto'
import webPush from 'web-push'
import { z } from 'zod'
import { ChannelFault, type Notice, PushSubscription } from '../contracts/channel.ts'
import { HOUR_MS, SECOND_MS } from '../contracts/time.ts'
import { isLoopback } from './address.ts'
import type { Driver } from './driver.ts'
import { HttpDoor, requireTaken } from './http.ts'
import { titleOf } from './wording.ts'

/** Services of the browsers. Whoever subscribes names the endpoint, so only hosts that the district trusts are called. */
const SERVICES = [
  'fcm.googleapis.com',
  'updates.push.services.mozilla.com',
  '*.notify.windows.com',
  '*.push.apple.com',
]
const Settings = z.strictObject({
  /** Whom a push service turns to with complaints. */
  subject: z.union([z.url({ protocol: /^https$/ }), z.string().regex(/^mailto:[^@\s]+@[^@\s]+$/)]),
  services: z
    .array(z.string().regex(/^(?:\*\.)?[A-Za-z0-9.-]{1,200}$/))
    .max(20)
    .default(SERVICES),
})

/** An alert of yesterday wakes nobody. */
const HOLDS_S = (4 * HOUR_MS) / SECOND_MS

/** The public half, which a browser needs to subscribe, from the private one (both base64url, P-256). */
export const publicKeyOf = (privateKey: string): string => {
  const curve = createECDH('prime256v1')
  curve.setPrivateKey(Buffer.from(privateKey, 'base64url'))
  return curve.getPublicKey('base64url')
}

/** An address is a browser's subscription as JSON. */
export const pushAddress = ({ endpoint, keys: { p256dh, auth } }: PushSubscription): string =>
  JSON.stringify({ endpoint, keys: { p256dh, auth } })

/**
 * Web Push (RFC 8030) to the console on phones and desks, encrypted for the browser (RFC 8291) and signed with VAPID
 * (RFC 8292). The key becomes the Topic and the tag: the same again replaces the first.
 */
export const webpush: Driver<z.infer<typeof Settings>> = {
  kind: 'webpush',
  settings: Settings,
  secrets: [{ name: 'vapidPrivateKey', required: true }],
  address: 'subscription',
  generate: () => ({ vapidPrivateKey: webPush.generateVAPIDKeys().privateKey }),
  open({ subject, services }, { vapidPrivateKey = '' }, wall) {
    const door = new HttpDoor()
    const publicKey = publicKeyOf(vapidPrivateKey)
    return {
      groupsUpTo: 1,
      addressesUpTo: 1,
      perMinute: null,
      async send([address = ''], [notice], signal) {
        if (notice === undefined) throw new Error('a message without a notice')
        const subscription = subscriptionOf(address, services)
        const { endpoint, headers, body } = webPush.generateRequestDetails(subscription, payloadOf(notice), {
          vapidDetails: { subject, publicKey, privateKey: vapidPrivateKey },
          TTL: HOLDS_S,
          urgency: notice.severity === 'P1' || notice.severity === 'P2' ? 'high' : 'normal',
          topic: topicOf(notice.key),
        })
        const answer = await door.ask({ url: endpoint, headers: { ...headers }, body }, signal)
        if (answer.status === 404 || answer.status === 410)
          throw new ChannelFault('the subscription is gone', false, null, true)
        requireTaken(answer, wall)
        return { outcome: 'accepted', reference: null }
      },
      close: () => door.close(),
    }
  },
}

const topicOf = (key: string): string => createHash('sha256').update(key).digest('base64url').slice(0, 32)

const payloadOf = (notice: Notice): string =>
  JSON.stringify({
    tag: topicOf(notice.key),
    title: titleOf(notice),
    body: notice.text[notice.language],
    url: notice.url,
    severity: notice.severity,
  })

const subscriptionOf = (address: string, services: readonly string[]): PushSubscription => {
  let parsed: PushSubscription
  try {
    parsed = PushSubscription.parse(JSON.parse(address))
  } catch {
    throw new ChannelFault('this is no subscription', false)
  }
  const { hostname, protocol } = new URL(parsed.endpoint)
  const isKnown = services.some((name) =>
    name.startsWith('*.') ? hostname.endsWith(name.slice(1)) : hostname === name,
  )
  if (!isKnown || (protocol !== 'https:' && !isLoopback(hostname)))
    throw new ChannelFault('the push service is not one of those that are allowed', false)
  return parsed
}
