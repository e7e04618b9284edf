import { Socket } from 'node:net'
import { Duplex } from 'node:stream'

/** After our last word the other side gets this long to read it before the socket is torn down. */
const LINGER_MS = 1_000
const MAX_UNREAD_BYTES = 64 * 1_024
/** To copy what is larger would be most of the work. */
const COPIED_BYTES = 16 * 1_024

/** What is said to a client: how it leaves, and how it ends. Emits `gone` when there is nobody to say it to any more. */
export class OutgoingSide extends Duplex {
  readonly #source: Duplex
  #gone = false

  constructor(source: Duplex) {
    super({ allowHalfOpen: true })
    this.#source = source
    source.on('error', () => this.#leave())
    source.on('close', () => this.#leave())
  }

  /** The other side has closed or reset the connection in both directions. */
  get gone(): boolean {
    return this.#gone
  }

  #leave(): void {
    if (this.#gone) return
    this.#gone = true
    this.emit('gone')
  }

  /** mqtt-packet writes a packet in many small pieces: they leave as one segment, and as one WebSocket frame. */
  override _writev(pieces: { chunk: Buffer }[], done: (error?: Error | null) => void): void {
    const source = this.#source
    if (this.#gone || !source.writable) return done()
    if (this.#writeAll(pieces.map(({ chunk }) => chunk))) return done()
    const goOn = () => {
      source.off('drain', goOn)
      source.off('close', goOn)
      done()
    }
    source.on('drain', goOn)
    source.on('close', goOn)
  }

  #writeAll(chunks: readonly Buffer[]): boolean {
    const source = this.#source
    const [first] = chunks
    if (first !== undefined && chunks.length === 1) return source.write(first)
    const bytes = chunks.reduce((sum, chunk) => sum + chunk.length, 0)
    if (bytes < COPIED_BYTES || !(source instanceof Socket)) return source.write(Buffer.concat(chunks))
    source.cork()
    const taken = chunks.map((chunk) => source.write(chunk))
    source.uncork()
    return taken.at(-1) === true
  }

  /**
   * Lets the last bytes out first, whoever ends the connection: a socket closed on unread input would send a reset that
   * overtakes them, and the client would never learn that it was refused, or which of its messages were kept.
   */
  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    const source = this.#source
    // Whoever has not read what was said before will not read our last word either.
    if (source.writableLength > MAX_UNREAD_BYTES) source.destroy()
    if (!source.destroyed) {
      const timer = setTimeout(() => source.destroy(), LINGER_MS)
      source.once('close', () => clearTimeout(timer))
      source.removeAllListeners('data')
      source.once('end', () => source.destroy())
      source.end()
      source.resume()
      if (source.readableEnded) source.once('finish', () => source.destroy())
    }
    done(error)
  }
}
