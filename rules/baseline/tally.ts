/** Small whole numbers, a character each. */
export type Counts = Uint8Array

const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
const CODES = Uint8Array.from({ length: 128 }, (_, code) =>
  Math.max(0, DIGITS.indexOf(String.fromCharCode(code))),
)

const MOST = 63

export function countsOf(packed: string, length: number): Counts {
  const counts = new Uint8Array(length)
  for (let i = 0; i < packed.length; i++) counts[i] = CODES[packed.charCodeAt(i)] ?? 0
  return counts
}

/** One more in a cell. Where it is full, its group of `size` cells from `group` on is halved: the past fades. */
export function tally(packed: string, length: number, cell: number, group: number, size: number): string {
  const count = CODES[packed.charCodeAt(cell)] ?? 0
  if (packed.length === length && count < MOST)
    return packed.slice(0, cell) + DIGITS.charAt(count + 1) + packed.slice(cell + 1)
  const counts = countsOf(packed, length)
  if (counts[cell] === MOST)
    for (let i = group; i < group + size; i++) counts[i] = Math.floor((counts[i] ?? 0) / 2)
  counts[cell] = (counts[cell] ?? 0) + 1
  return Array.from(counts, (each) => DIGITS.charAt(each)).join('')
}
