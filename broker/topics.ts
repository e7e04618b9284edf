/** A topic of MQTT 3.1.1: not empty, no wildcard, no NUL. */
export function isTopicName(topic: string): boolean {
  return topic.length > 0 && !/[#+\0]/.test(topic)
}

/** A filter of MQTT 3.1.1: a wildcard fills its level, and `#` ends the filter. */
export function isTopicFilter(filter: string): boolean {
  if (filter.length === 0 || filter.includes('\0')) return false
  const levels = filter.split('/')
  return levels.every((level, i) =>
    level === '#' ? i === levels.length - 1 : level === '+' || !/[#+]/.test(level),
  )
}

/** Whether a filter without a leading wildcard matches a topic. */
export function filterMatches(filter: string, topic: string): boolean {
  const wanted = filter.split('/')
  const levels = topic.split('/')
  for (const [i, level] of wanted.entries()) {
    if (level === '#') return true
    if (i >= levels.length || (level !== '+' && level !== levels[i])) return false
  }
  return wanted.length === levels.length
}

/**
 * The part of a topic or filter that names its owner: `devices/{id}`, or the first level elsewhere. Filters that are
 * permitted spell it out, so what they match shares their root, and nobody's lookup has to pass over everybody's topics.
 */
export function rootOf(topic: string): string {
  const first = topic.indexOf('/')
  if (first < 0) return topic
  const root = topic.slice(0, first)
  if (root !== 'devices') return root
  const second = topic.indexOf('/', first + 1)
  return second < 0 ? topic : topic.slice(0, second)
}
