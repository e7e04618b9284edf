/**
 * Calls back in the order of arrival, whatever order the work ends in: Aedes acknowledges when it is called back, and
 * acknowledgements must follow the order of the messages.
 */
export class ArrivalOrder {
  readonly #waiting: Place[] = []
  #broken = false

  /**
   * Takes the next place. Call what comes back when the work has settled, with its failure or null; `answer` gets the
   * same when all before it have had theirs. After a failure nobody is answered any more: the connection is lost.
   */
  take(answer: (error: Error | null) => void): (error: Error | null) => void {
    const place: Place = { settled: false, error: null, answer }
    this.#waiting.push(place)
    return (error) => {
      place.settled = true
      place.error = error
      this.#answerSettled()
    }
  }

  #answerSettled(): void {
    while (this.#waiting[0]?.settled === true && !this.#broken) {
      const first = this.#waiting.shift() as Place
      this.#broken = first.error !== null
      first.answer(first.error)
    }
  }
}

interface Place {
  settled: boolean
  error: Error | null
  answer(error: Error | null): void
}
