/** How a quarantined payload can be shown: as text where it is text, otherwise as hex. */
export interface PayloadView {
  form: 'text' | 'hex'
  text: string
}

// U+FFFD is what the decoder puts where the bytes were no UTF-8; \p{Cc} are the control characters.
const isPrintable = (text: string): boolean => !/\ufffd|(?![\t\n\r])\p{Cc}/u.test(text)

const hexLines = (bytes: Uint8Array): string => {
  const lines: string[] = []
  for (let start = 0; start < bytes.length; start += 16) {
    const row = [...bytes.subarray(start, start + 16)].map((byte) => byte.toString(16).padStart(2, '0'))
    lines.push(`${start.toString(16).padStart(4, '0')}  ${row.join(' ')}`)
  }
  return lines.join('\n')
}

export const viewPayload = (base64: string): PayloadView => {
  const bytes = Uint8Array.from(atob(base64), (letter) => letter.codePointAt(0) ?? 0)
  const text = new TextDecoder().decode(bytes)
  if (!isPrintable(text)) return { form: 'hex', text: hexLines(bytes) }
  try {
    return { form: 'text', text: JSON.stringify(JSON.parse(text), null, 2) }
  } catch {
    return { form: 'text', text }
  }
}

const SIGNS: readonly [kind: 'smoke' | 'water' | 'electricity', words: RegExp][] = [
  ['smoke', /smoke/i],
  ['water', /water|(?:^|[^a-z])m3(?:[^a-z]|$)|total_m3/i],
  ['electricity', /energy|power|voltage|kwh/i],
]

/** What a device is, by the words of its message; null when they do not say. Only ever a proposal. */
export const kindByPayload = (text: string): 'smoke' | 'water' | 'electricity' | null =>
  SIGNS.find(([, words]) => words.test(text))?.[0] ?? null
