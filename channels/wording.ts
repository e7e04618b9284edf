import { createHash } from 'node:crypto'
import type { Notice } from '../contracts/channel.ts'

/** Short, the same for one key: by it a person sees that a message came twice. */
export const referenceOf = (key: string): string => hashOf(key).slice(0, 6)
export const hashOf = (key: string): string => createHash('sha256').update(key).digest('hex')

export const titleOf = ({ title, language, drill }: Notice): string =>
  drill ? `${language === 'zh' ? '【演练】' : '[DRILL] '}${title[language]}` : title[language]

/** Spoken or as a short message: what and where, without a link. */
export const spoken = (notice: Notice): string => `${titleOf(notice)} ${notice.text[notice.language]}`.trim()

/** A notice as lines of a message: title, sentence, link, and the number by which a repeat is known. */
export const linesOf = (notice: Notice): string[] => [
  titleOf(notice),
  notice.text[notice.language],
  ...(notice.url === null ? [] : [notice.url]),
  `#${referenceOf(notice.key)}`,
]

/** Title over a group, or of the only one. */
export const headline = (notices: readonly Notice[]): string => {
  const [first] = notices
  if (first === undefined) throw new Error('a message without a notice')
  if (notices.length === 1) return titleOf(first)
  return first.language === 'zh' ? `守望：${notices.length} 条通知` : `Shouwang: ${notices.length} notices`
}

/**
 * All of them as one text of at most `mostBytes` of UTF-8. A group gives each an equal line, so that none is left out
 * for want of room; its one link is the first one's.
 */
export const asText = (notices: readonly Notice[], mostBytes: number): string => {
  const [first] = notices
  if (first === undefined) throw new Error('a message without a notice')
  if (notices.length === 1) {
    const tail = linesOf(first).slice(2).join('\n')
    const head = `${titleOf(first)}\n${first.text[first.language]}`
    return `${cut(head, mostBytes - Buffer.byteLength(tail) - 1)}\n${tail}`
  }
  const title = headline(notices)
  const link = first.url === null ? '' : `\n${first.url}`
  const room = mostBytes - Buffer.byteLength(title) - Buffer.byteLength(link)
  const each = Math.floor(room / notices.length) - LINE_EXTRA_BYTES
  const lines = notices.map((one) => `${cut(spoken(one), each)} #${referenceOf(one.key)}`)
  return `${title}\n${lines.join('\n')}${link}`
}

/** Line break, blank and the seven characters of the number. */
const LINE_EXTRA_BYTES = 9

const cut = (text: string, mostBytes: number): string => {
  let bytes = 0
  let kept = ''
  for (const character of text) {
    bytes += Buffer.byteLength(character)
    if (bytes > mostBytes) break
    kept += character
  }
  return kept
}
