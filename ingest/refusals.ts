import type { DecodeRefusal, DecodeRefusalCode } from '../contracts/message.ts'

/** Collects why parts of a message were not taken; however many there are, it keeps the first sentence and a number. */
export class Refusals {
  #first: DecodeRefusal | null = null
  #number = 0

  add(code: DecodeRefusalCode, message: string): void {
    this.#first ??= { code, message }
    this.#number += 1
  }

  summary(): DecodeRefusal | null {
    if (this.#first === null || this.#number === 1) return this.#first
    return {
      code: this.#first.code,
      message: `${this.#number} parts refused, the first: ${this.#first.message}`,
    }
  }
}

/** A piece of what a stranger sent, short enough to stand in a sentence. */
export const excerpt = (value: unknown): string => {
  if (typeof value === 'string') return JSON.stringify(value.slice(0, 40))
  if (Array.isArray(value)) return 'an array'
  return typeof value === 'object' && value !== null ? 'an object' : String(value)
}
