/**
 * Repeatable chance. Each use of chance takes its own stream, named by what it is for (`Random.of(seed, 'day', 20412)`),
 * so that any day can be made without making the days before it, and a new draw in one place moves no other.
 */
export class Random {
  private a: number
  private b: number
  private c: number
  private counter = 1

  private constructor(a: number, b: number, c: number) {
    this.a = a
    this.b = b
    this.c = c
    // sfc32 needs a dozen rounds before near seeds stop looking alike.
    for (let i = 0; i < 12; i += 1) this.next()
  }

  static of(...name: readonly (string | number)[]): Random {
    const text = name.join('\u0000')
    return new Random(hash(text, 0x9e3779b9), hash(text, 0x243f6a88), hash(text, 0xb7e15162))
  }

  /** A number in [0, 1): sfc32 of PractRand. */
  next(): number {
    const sum = (((this.a + this.b) | 0) + this.counter) | 0
    this.counter = (this.counter + 1) | 0
    this.a = this.b ^ (this.b >>> 9)
    this.b = (this.c + (this.c << 3)) | 0
    this.c = (((this.c << 21) | (this.c >>> 11)) + sum) | 0
    return (sum >>> 0) / 4_294_967_296
  }

  between(low: number, high: number): number {
    return low + (high - low) * this.next()
  }

  /** A whole number from `low` to `high`, both included. */
  whole(low: number, high: number): number {
    return low + Math.floor((high - low + 1) * this.next())
  }

  chance(probability: number): boolean {
    return this.next() < probability
  }

  normal(mean: number, deviation: number): number {
    const radius = Math.sqrt(-2 * Math.log(1 - this.next()))
    return mean + deviation * radius * Math.cos(2 * Math.PI * this.next())
  }

  /** Normal, but drawn back to the bounds: for habits that have an earliest and a latest. */
  normalWithin(mean: number, deviation: number, low: number, high: number): number {
    return Math.min(high, Math.max(low, this.normal(mean, deviation)))
  }

  pick<T>(items: readonly T[]): T {
    const item = items[this.whole(0, items.length - 1)]
    if (item === undefined) throw new RangeError('nothing to pick from')
    return item
  }
}

/** 32-bit FNV-1a from a given start, with a final avalanche (murmur3). */
function hash(text: string, start: number): number {
  let h = start
  for (let i = 0; i < text.length; i += 1) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193)
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return h ^ (h >>> 16)
}
