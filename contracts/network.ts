const IPV6_GROUPS = 8

/**
 * Where somebody comes from, as far as one customer of a network provider goes: an IPv4 address as it is, also when it is written as
 * IPv6; the first half of any other.
 */
export function networkOf(remote: string): string {
  if (!remote.includes(':')) return remote
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/.exec(remote)
  if (mapped?.[1] !== undefined) return mapped[1]
  const [head = '', tail] = remote.split('%')[0]?.split('::') ?? []
  const front = head === '' ? [] : head.split(':')
  const back = tail === undefined || tail === '' ? [] : tail.split(':')
  const omitted = tail === undefined ? 0 : IPV6_GROUPS - front.length - back.length
  const zeros = Array.from({ length: Math.max(0, omitted) }, () => '0')
  return [...front, ...zeros, ...back].slice(0, IPV6_GROUPS / 2).join(':')
}
