import type { Principal } from '../contracts/message.ts'
import { isTopicFilter, isTopicName } from './topics.ts'

/** The name of a principal in logs, in the quarantine and in `Broker.disconnect`. */
export type PrincipalKey = `device:${string}` | `gateway:${string}`

export const keyOf = (principal: Principal): PrincipalKey =>
  principal.type === 'device' ? `device:${principal.deviceId}` : `gateway:${principal.gatewayId}`

/**
 * The topic prefixes, each with its closing slash, under which a principal may publish and subscribe:
 * `devices/{its id}/`, and for a gateway its registered topics too.
 */
export function prefixesOf(principal: Principal): string[] {
  if (principal.type === 'device') return [`devices/${principal.deviceId}/`]
  const registered = principal.topics
    .filter((filter) => filter.endsWith('/#'))
    .map((filter) => filter.slice(0, -1))
    // Registered by mistake, this one would let a gateway speak for every device there is.
    .filter((prefix) => prefix !== 'devices/' && !prefix.startsWith('$'))
  return [`devices/${principal.gatewayId}/`, ...registered]
}

/** Topics of the broker itself: whoever speaks there could disconnect others. */
const isOfBroker = (topic: string): boolean => topic.startsWith('$SYS/') || topic.startsWith('$share/')

/**
 * Whether a message may be sent on this topic. Devices made for a platform speak under its `$`, such as `$sys` or
 * `$oc`: they are heard, and since nobody may subscribe there, by the service alone.
 */
export function mayPublish(prefixes: readonly string[], topic: string): boolean {
  if (topic.startsWith('$')) return isTopicName(topic) && !isOfBroker(topic)
  return mayUseTopic(prefixes, topic)
}

/** Whether a message may be a will on, or be delivered from, this topic. */
export function mayUseTopic(prefixes: readonly string[], topic: string): boolean {
  return isTopicName(topic) && prefixes.some((prefix) => topic.startsWith(prefix) && topic !== prefix)
}

/** Whether every topic that the filter matches lies under one of the prefixes. */
export function maySubscribe(prefixes: readonly string[], filter: string): boolean {
  // A prefix has no wildcards, so a filter that starts with it spells those levels out: what it leaves open lies below.
  return isTopicFilter(filter) && prefixes.some((prefix) => filter.startsWith(prefix) && filter !== prefix)
}

/** Kept for later subscribers: a device's `status`, and whatever a gateway retains under its own topics. */
export function mayRetain(principal: Principal, topic: string): boolean {
  if (topic.startsWith('$')) return false
  return principal.type === 'gateway' || topic === `devices/${principal.deviceId}/status`
}
