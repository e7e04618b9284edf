import type { Finding } from '../../contracts/finding.ts'
import type { HomeDevice, HomeEvent, Outage, RuleContext } from '../../contracts/home.ts'
import type { DeviceId, HomeId } from '../../contracts/ids.ts'
import type { DeviceKind, Quality, Reading, Values } from '../../contracts/reading.ts'
import { defaultRuleSettings, RuleSettings } from '../../contracts/settings.ts'
import { type EpochMs, HOUR_MS, MINUTE_MS } from '../../contracts/time.ts'
import { type HomeState, newHomeState, step } from '../../rules/home.ts'

/** Wall-clock time in Shanghai on a made-up day, such as `at('03-02 06:40')`. */
export const at = (text: string): EpochMs => Date.parse(`2026-${text.replace(' ', 'T')}:00+08:00`)

export const device = (id: string, kind: DeviceKind, cadenceS: number | null = null): HomeDevice => ({
  deviceId: id as DeviceId,
  kind,
  cadenceS,
})

export function reading(
  id: string,
  kind: DeviceKind,
  measuredAt: EpochMs,
  values: Values,
  more: { receivedAt?: EpochMs; quality?: Quality[]; source?: Reading['measuredAtSource'] } = {},
): Reading {
  return {
    deviceId: id as DeviceId,
    kind,
    measuredAt,
    measuredAtSource: more.source ?? 'device',
    receivedAt: more.receivedAt ?? measuredAt,
    values,
    quality: more.quality ?? [],
  }
}

/** Settings in which only what is named is switched on; smoke always is. */
export const only = (rules: Record<string, object>): RuleSettings =>
  RuleSettings.parse({
    ...Object.fromEntries(
      Object.entries(defaultRuleSettings)
        .filter(([, rule]) => typeof rule === 'object' && 'enabled' in rule)
        .map(([name]) => [name, { enabled: false }]),
    ),
    ...Object.fromEntries(Object.entries(rules).map(([name, rule]) => [name, { enabled: true, ...rule }])),
  })

/** One home and its clock: what comes due between two events comes due at its own time, as in the service. */
export class Story {
  readonly findings: Finding[] = []
  readonly outages: Outage[] = []
  /** Absences, heat and cold. */
  circumstances: Pick<RuleContext, 'away' | 'sensitivity'> = {}
  state: HomeState = newHomeState('Asia/Shanghai')
  deadline: EpochMs | null = null
  now: EpochMs
  settings: RuleSettings

  constructor(from: EpochMs, settings: RuleSettings, devices: HomeDevice[]) {
    this.now = from
    this.settings = settings
    this.event({ type: 'devices', devices }, from)
  }

  event(event: HomeEvent, now: EpochMs): void {
    this.until(now)
    this.#step(event, now)
  }

  hear(...readings: Reading[]): void {
    this.event({ type: 'readings', readings }, Math.max(...readings.map((one) => one.receivedAt)))
  }

  /** Lets time pass. */
  until(now: EpochMs): void {
    for (let turns = 0; this.deadline !== null && this.deadline <= now; turns++) {
      if (turns > 1_000) throw new Error('the deadline does not move on')
      this.#step({ type: 'deadline' }, Math.max(this.now, this.deadline))
    }
    this.now = Math.max(this.now, now)
  }

  /** The home was not watched: nothing comes due, nothing is heard. */
  outage(from: EpochMs, to: EpochMs): void {
    this.until(from)
    this.outages.push({ from, to })
    this.now = to
  }

  /** Water used by the clock, reported every `everyMin` minutes from `from` to `to`, inclusive. */
  water(
    from: EpochMs,
    to: EpochMs,
    litresBy: (at: EpochMs) => number,
    everyMin = 60,
    lost: (at: EpochMs) => boolean = () => false,
  ): void {
    for (let time = from; time <= to; time += everyMin * MINUTE_MS)
      if (!lost(time)) this.hear(reading('water', 'water', time, { water_total_m3: litresBy(time) / 1_000 }))
  }

  get context(): RuleContext {
    return {
      homeId: 'home-1' as HomeId,
      settings: this.settings,
      outages: this.outages,
      ...this.circumstances,
    }
  }

  get said(): string[] {
    return this.findings.map(({ kind, phase }) => `${phase} ${kind}`)
  }

  of(phase: Finding['phase']): Finding[] {
    return this.findings.filter((finding) => finding.phase === phase)
  }

  #step(event: HomeEvent, now: EpochMs): void {
    const before = JSON.stringify(this.state)
    const result = step(this.state, event, now, this.context)
    if (JSON.stringify(this.state) !== before) throw new Error('step changed the state it was given')
    this.state = JSON.parse(JSON.stringify(result.state))
    this.deadline = result.deadline
    this.now = now
    this.findings.push(...result.findings)
  }
}

/** A register that stands at `start` litres and grows by the given uses. */
export const register =
  (start: number, ...uses: [at: EpochMs, litres: number][]) =>
  (time: EpochMs): number =>
    start + uses.reduce((sum, [used, litres]) => (used <= time ? sum + litres : sum), 0)

/** Uses at the same hours of each of `count` days from `from` on; `change` says what is different on which day. */
export const days = (
  from: EpochMs,
  count: number,
  uses: readonly [hour: number, litres: number][],
  change: (day: number) => readonly [hour: number, litres: number][] | null = () => null,
): [at: EpochMs, litres: number][] =>
  Array.from({ length: count }, (_, day) =>
    (change(day) ?? uses).map(([hour, litres]): [EpochMs, number] => [
      from + (24 * day + hour) * HOUR_MS,
      litres,
    ]),
  ).flat()

export const hours = (count: number): number => count * HOUR_MS
export const minutes = (count: number): number => count * MINUTE_MS
