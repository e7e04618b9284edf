import type { Finding } from '../contracts/finding.ts'
import type { HomeId } from '../contracts/ids.ts'
import type { NodeEvent } from '../contracts/neighbourhood.ts'
import { SECOND_MS } from '../contracts/time.ts'
import { quietClock } from './quiet.ts'
import type { HomeState } from './state.ts'
import { waterKnownUntil } from './water-quiet.ts'

/** What a home's step tells the place it hangs on. `homes`: how many homes of the place have devices. */
export function signalsOf(
  homeId: HomeId,
  before: HomeState,
  after: HomeState,
  findings: readonly Finding[],
  homes: () => number,
): NodeEvent[] {
  const water = waterSignal(homeId, before, after)
  const signals: NodeEvent[] = water === null ? [] : [water]
  for (const { kind, phase, deviceId, since } of findings) {
    if (kind !== 'device.silent' || deviceId === undefined) continue
    if (phase === 'raised') signals.push({ type: 'silent', homeId, deviceId, since, homes: homes() })
    if (phase === 'cleared') signals.push({ type: 'heard', homeId, deviceId })
  }
  return signals
}

const NO_USE = [0, 0] as const

/** Water is known further than before; null when it is not. */
function waterSignal(homeId: HomeId, before: HomeState, after: HomeState): NodeEvent | null {
  const from = knownUntil(before)
  const to = knownUntil(after)
  if (from === null || to === null || to <= from) return null
  const uses: { from: number; to: number }[] = []
  for (const device of after.devices)
    for (const track of device.water)
      for (let i = track.uses.length - 1; i >= 0; i--) {
        const [toS, flowS] = track.uses[i] ?? NO_USE
        if (toS * SECOND_MS <= from) break
        // Uses are told in whole seconds, rounded up: one at the very end must not lie beyond it.
        uses.push({ from: (toS - flowS) * SECOND_MS, to: Math.min(toS * SECOND_MS, to) })
      }
  if (uses.length > 1) uses.sort((a, b) => a.to - b.to)
  return { type: 'water', homeId, from, to, uses }
}

const knownUntil = (home: HomeState): number | null =>
  quietClock(home.devices, waterKnownUntil)?.knownUntil ?? null
