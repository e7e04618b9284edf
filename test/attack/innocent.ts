import type { Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { admitted, answer, publishBytes } from './wire-client.ts'

/** An answer that takes longer is counted as this long. */
const PATIENCE_MS = 10_000
const RESIDENT_EVERY_MS = 20
const NEWCOMER_EVERY_MS = 200
const NEWCOMERS = 20

export interface Experience {
  /** Milliseconds from PUBLISH to PUBACK of a device that is connected all the time. */
  worstPubackMs: number
  medianPubackMs: number
  /** From opening a socket to the PUBACK of the first message, of devices that come anew. */
  worstNewcomerMs: number
  /** Of those that came: not let in, or not answered. */
  turnedAway: number
  /** Times that the resident lost its connection. */
  cut: number
  acknowledged: number
}

/** What devices that do nothing wrong notice, until they are told to stop. */
export class Innocents {
  readonly #port: number
  readonly #pubacksMs: number[] = []
  readonly #newcomersMs: number[] = []
  #turnedAway = 0
  #cut = 0
  #stopped = false
  readonly #done: Promise<unknown>

  constructor(port: number) {
    this.#port = port
    this.#done = Promise.all([this.#stay(), this.#comeAndGo()])
  }

  async stop(): Promise<Experience> {
    this.#stopped = true
    await this.#done
    const sorted = this.#pubacksMs.toSorted((a, b) => a - b)
    return {
      worstPubackMs: sorted.at(-1) ?? PATIENCE_MS,
      medianPubackMs: sorted[sorted.length >> 1] ?? PATIENCE_MS,
      worstNewcomerMs: Math.max(...this.#newcomersMs),
      turnedAway: this.#turnedAway,
      cut: this.#cut,
      acknowledged: this.#pubacksMs.length,
    }
  }

  async #stay(): Promise<void> {
    let socket: Socket | null = null
    while (!this.#stopped) {
      if (socket === null || socket.destroyed) {
        if (socket !== null) this.#cut += 1
        socket = await admitted(this.#port, 'innocent')
      } else {
        this.#pubacksMs.push(await pubackMs(socket, 'innocent'))
      }
      await delay(RESIDENT_EVERY_MS)
    }
    socket?.destroy()
  }

  async #comeAndGo(): Promise<void> {
    for (let i = 0; !this.#stopped; i++) {
      const name = `newcomer-${i % NEWCOMERS}`
      const before = performance.now()
      const socket = await Promise.race([admitted(this.#port, name), delay(PATIENCE_MS, null)])
      const answered = socket !== null && (await pubackMs(socket, name)) < PATIENCE_MS
      this.#newcomersMs.push(performance.now() - before)
      if (!answered) this.#turnedAway += 1
      socket?.destroy()
      await delay(NEWCOMER_EVERY_MS)
    }
  }
}

/** A connection that is cut instead of answered took for ever. */
async function pubackMs(socket: Socket, name: string): Promise<number> {
  const before = performance.now()
  socket.write(publishBytes(`devices/${name}/readings`, '{"values":{"smoke":true}}', { qos: 1 }))
  return (await answer(socket, PATIENCE_MS)) === null ? PATIENCE_MS : performance.now() - before
}
