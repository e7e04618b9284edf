import { useSyncExternalStore } from 'react'

/**
 * Civil time as the service tells it. Between two answers it runs on by the stated factor over the browser's monotonic
 * clock; what the browser believes the date to be never matters.
 */
interface CivilBase {
  civilAt: number
  monotonicMs: number
  factor: number
}

const TICK_MS = 1_000
let base: CivilBase | null = null
const listeners = new Set<() => void>()
let ticker: ReturnType<typeof setInterval> | null = null

/** The last tick. Whoever renders asks twice, and must be told the same. */
let tickedAt = 0

const tell = () => {
  tickedAt = civilNow() ?? 0
  for (const listener of listeners) listener()
}

export const setCivilClock = (civilNow: string, factor: number): void => {
  base = { civilAt: Date.parse(civilNow), monotonicMs: performance.now(), factor }
  tell()
}

/** Epoch ms, or null until the service has told the time. */
export const civilNow = (): number | null =>
  base === null ? null : Math.floor(base.civilAt + (performance.now() - base.monotonicMs) * base.factor)

/** The civil time at which this browser's own clock showed `wallMs`; null until the service has told the time. */
export const civilOf = (wallMs: number): number | null => {
  const now = civilNow()
  return base === null || now === null ? null : now - (Date.now() - wallMs) * base.factor
}

const listen = (listener: () => void) => {
  listeners.add(listener)
  if (ticker === null) {
    ticker = setInterval(tell, TICK_MS)
    tell()
  }
  return () => {
    listeners.delete(listener)
    if (listeners.size === 0 && ticker !== null) {
      clearInterval(ticker)
      ticker = null
    }
  }
}

/** Civil now in epoch ms, rounded down to `stepMs`, so that a component renders only when its words would change. */
export const useCivilNow = (stepMs = 1_000): number =>
  useSyncExternalStore(listen, () => tickedAt - (tickedAt % stepMs))
