/** Of what is held, before the smallest are put together. */
const MAX_PIECES = 64

/** What has come of a connection and not passed, as it came: put together only as far as it must be. */
export class Pieces {
  #pieces: Buffer[] = []
  #bytes = 0

  get bytes(): number {
    return this.#bytes
  }

  /** True when there were so many that the smallest had to be put together. */
  add(chunk: Buffer): boolean {
    this.#pieces.push(chunk)
    this.#bytes += chunk.length
    if (this.#pieces.length <= MAX_PIECES) return false
    this.#gather()
    return true
  }

  whole(): Buffer {
    return this.#pieces.length === 1 ? (this.#pieces[0] as Buffer) : Buffer.concat(this.#pieces)
  }

  /** In the place of all that there was. */
  keep(rest: Buffer): void {
    this.#pieces = rest.length > 0 ? [rest] : []
    this.#bytes = rest.length
  }

  drop(): void {
    this.#pieces = []
    this.#bytes = 0
  }

  /** Puts the smallest together, which came last: a byte is copied a few times, not once for each that follows it. */
  #gather(): void {
    let from = this.#pieces.length
    let bytes = 0
    while (from > 0 && (from > MAX_PIECES / 2 || (this.#pieces[from - 1] as Buffer).length <= bytes)) {
      from -= 1
      bytes += (this.#pieces[from] as Buffer).length
    }
    this.#pieces.push(Buffer.concat(this.#pieces.splice(from)))
  }
}

/** With memory of its own, outside the pool, so that nothing else stays alive with it. */
export function copyOf(bytes: Buffer): Buffer {
  const copy = Buffer.allocUnsafeSlow(bytes.length)
  bytes.copy(copy)
  return copy
}
