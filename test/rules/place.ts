import type { HomeId, JurisdictionId } from '../../contracts/ids.ts'
import type { NodeEvent, NodeFinding } from '../../contracts/neighbourhood.ts'
import { RuleSettings } from '../../contracts/settings.ts'
import { DAY_MS, type EpochMs, MINUTE_MS } from '../../contracts/time.ts'
import { type NodeState, newNodeState, step } from '../../rules/neighbourhood.ts'
import { makeDistrict } from '../../simulators/district.ts'
import { simulateHome } from '../../simulators/home.ts'
import type { Registers } from '../../simulators/registers.ts'

export const ZONE = 'Asia/Shanghai'

/** One place and its clock: what comes due between two signals comes due at its own time, as in the service. */
export class Place {
  readonly findings: NodeFinding[] = []
  state: NodeState
  deadline: EpochMs | null = null
  settings = RuleSettings.parse({})

  constructor(from: EpochMs) {
    this.state = newNodeState(ZONE, from)
  }

  hear(event: NodeEvent, now: EpochMs): void {
    while (this.deadline !== null && this.deadline <= now) this.#step({ type: 'deadline' }, this.deadline)
    this.#step(event, now)
  }

  #step(event: NodeEvent, now: EpochMs): void {
    const before = this.state
    const text = process.env['DEEP'] ? JSON.stringify(before) : ''
    const result = step(before, event, now, { nodeId: 'place-1' as JurisdictionId, settings: this.settings })
    if (text !== '' && JSON.stringify(before) !== text) throw new Error('step changed the state it was given')
    this.state = result.state
    this.deadline = result.deadline
    if (result.deadline !== null && result.deadline <= now) throw new Error('a deadline lies in the past')
    this.findings.push(...result.findings)
  }

  get said(): string[] {
    return this.findings.map(({ kind, phase }) => `${phase} ${kind}`)
  }
}

/** Homes of one compound with their habits, of which only the water meters matter here. */
export function compound(seed: string, homes: number, originMs: EpochMs): Registers[] {
  return makeDistrict(seed, { homes, compounds: 1 }).homes.map(
    ({ id, seed: own, devices }) =>
      simulateHome({ homeId: id, seed: own, zone: ZONE, originMs, devices }).registers,
  )
}

/** Every home reports every `everyMin`, each at its own minute; `cut` says whether its water is off at an instant. */
export function live(
  place: Place,
  homes: readonly Registers[],
  from: EpochMs,
  to: EpochMs,
  everyMin: number,
  {
    cut = () => false,
    lost = () => false,
  }: {
    cut?: (at: EpochMs, home: number) => boolean
    lost?: (at: EpochMs, home: number) => boolean
  } = {},
): void {
  const everyMs = everyMin * MINUTE_MS
  const known = homes.map(() => from)
  const minute = (home: number) => ((home * 7) % everyMin) * MINUTE_MS
  for (let start = from; start < to; start += everyMs)
    for (const [at, home] of homes
      .map((_, n) => [start + minute(n), n] as const)
      .sort((a, b) => a[0] - b[0])) {
      const since = known[home] ?? from
      if (at <= since || at >= to || lost(at, home)) continue
      known[home] = at
      const used = (homes[home]?.at(at).millilitres ?? 0) - (homes[home]?.at(since).millilitres ?? 0)
      const flowed = used > 0 && !cut(at, home)
      const uses = flowed ? [{ from: since, to: at }] : []
      place.hear({ type: 'water', homeId: `home-${home}` as HomeId, from: since, to: at, uses }, at)
    }
}

export const days = (count: number): number => count * DAY_MS
