/**
 * Calls back in the order of arrival, whatever order the work ends in: Aedes acknowledges when it is called back, and
 * acknowledgements must follow the order of the messages.
 */
export class ArrivalOrder {
  readonly #waiting: Entry[] = []
  #broken = false

  /** `done` gets the failure of `work`, or null. After a failure nobody is called back: the connection is lost. */
  enter(work: Promise<void>, done: (error: Error | null) => void): void {
    const entry: Entry = { settled: false, error: null, done }
    this.#waiting.push(entry)
    work.then(
      () => this.#settle(entry, null),
      (error: unknown) => this.#settle(entry, error instanceof Error ? error : new Error(String(error))),
    )
  }

  #settle(entry: Entry, error: Error | null): void {
    entry.settled = true
    entry.error = error
    while (this.#waiting[0]?.settled === true && !this.#broken) {
      const first = this.#waiting.shift() as Entry
      this.#broken = first.error !== null
      first.done(first.error)
    }
  }
}

interface Entry {
  settled: boolean
  error: Error | null
  done(error: Error | null): void
}
