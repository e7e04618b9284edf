import type { NextStep, Told } from '../api/types.ts'

/** How far a message has come. `queued`: it is on its way out. */
export type Delivery = Told['state']

/** One person on the ladder: who, through what, how far it came, since when. */
export interface Rung {
  key: string
  recipient: string
  /** Null: the resident or a contact, said by `recipient`. */
  name: string | null
  channel: Told['channel']
  state: Delivery
  at: string
  /** How often they were told by now. */
  times: number
  reason: string | null
}

/** Those who were told, in the order in which they first were; each stands once, as of the last time. */
export const rungsOf = (told: readonly Told[]): Rung[] =>
  told.map(({ key, recipient, name, channel, state, sentAt, createdAt, times, reason }) => ({
    key,
    recipient,
    name,
    channel,
    state,
    at: sentAt ?? createdAt,
    times,
    reason,
  }))

type Say = (key: string, values: Record<string, unknown>) => string

/** Whom a page was for: by name, or as the resident or the contact that they are. */
export const recipientWords = (
  { recipient, name }: Pick<Rung, 'recipient' | 'name'>,
  say: Say,
  contacts: readonly { name: string }[] = [],
): string => {
  if (name !== null) return name
  const [kind = '', , index = ''] = recipient.split(':')
  if (kind === 'resident') return say('ladder.resident', {})
  if (kind === 'contact') return contacts[Number(index)]?.name ?? say('ladder.contact', {})
  return say('ladder.formerPerson', {})
}

/** What a district made for itself has the name that the district gave it. */
const NAMED: ReadonlySet<string> = new Set(['webhook', 'alertmanager', 'http_template'])

const throughWords = (channel: Rung['channel'], say: Say): string => {
  if (channel === null) return ''
  if (channel.voice) return say('ladder.voice', {})
  return NAMED.has(channel.kind) ? channel.name : say(`channel.kind.${channel.kind}`, {})
}

/** "已通过企业微信通知 王芳 03:06", "told 王芳 by phone at 03:06". */
export const rungWords = (
  rung: Rung,
  say: Say,
  instant: (at: string) => string,
  contacts: readonly { name: string }[] = [],
): string => {
  const { channel } = rung
  const values = {
    who: recipientWords(rung, say, contacts),
    through: throughWords(channel, say),
    at: instant(rung.at),
  }
  const told = say(`ladder.${rung.state}${channel === null ? '' : 'Through'}`, values)
  return rung.times > 1 ? `${told}${say('ladder.times', { count: rung.times })}` : told
}

/** "接下来 03:10 李强", or the duty where nobody is on it now. */
export const nextWords = (next: NextStep, say: Say, instant: (at: string) => string): string => {
  const people = next.tell.filter((target) => target === 'resident' || target === 'contacts')
  const duty = next.tell.filter((target) => target !== 'resident' && target !== 'contacts')
  const who = [
    ...(next.names.length > 0 ? next.names : duty.map((target) => say(`target.${target}`, {}))),
    ...people.map((target) => say(`target.${target}`, {})),
  ]
  return say(next.isRepeat ? 'ladder.nextAgain' : 'ladder.next', {
    who: who.join(say('ladder.and', {})),
    at: instant(next.dueAt),
  })
}
