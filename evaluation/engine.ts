import { ShadowHome } from '../app/past/shadow.ts'
import { type Finding, familyOf } from '../contracts/finding.ts'
import type { HomeDevice } from '../contracts/home.ts'
import type { DeviceId, HomeId } from '../contracts/ids.ts'
import type { RuleSettings } from '../contracts/settings.ts'
import type { EpochMs } from '../contracts/time.ts'
import type { Alarm, Candidate, Report, Watch } from './watch.ts'

/** What counts as noticing somebody who has stopped acting; whole alerts to look at an incident of any kind. */
export type Counts = (finding: Finding) => boolean
export const inactivity: Counts = ({ kind }) => familyOf(kind) === 'inactivity'
export const pages: Counts = ({ severity }) => severity === 'P1' || severity === 'P2'

/** The project's own rules under some settings, driven as a replay drives them. */
export const engine = (
  name: string,
  curve: string,
  settings: RuleSettings,
  counts: Counts = inactivity,
): Candidate => ({
  name,
  curve,
  watch: ({ id, zone, start }) => {
    const alarms: EngineAlarm[] = []
    const home = new ShadowHome({ homeId: id as HomeId, zone, settings }, start, note(alarms, counts))
    return new EngineWatch(home, alarms, [], counts)
  },
})

type EngineAlarm = Alarm & { id: string }

const note = (alarms: EngineAlarm[], counts: Counts) => (finding: Finding) => {
  if (!counts(finding)) return
  const { id, raisedAt, clearedAt } = finding
  const at = alarms.findLastIndex((alarm) => alarm.id === id && alarm.clearedAt === null)
  if (finding.phase === 'cleared') {
    if (at >= 0) alarms[at] = { id, raisedAt, clearedAt: clearedAt ?? raisedAt }
  } else if (at < 0) alarms.push({ id, raisedAt, clearedAt: null })
}

class EngineWatch implements Watch {
  readonly alarms: EngineAlarm[]
  readonly #home: ShadowHome
  readonly #counts: Counts
  #devices: readonly HomeDevice[]

  constructor(home: ShadowHome, alarms: EngineAlarm[], devices: readonly HomeDevice[], counts: Counts) {
    this.#home = home
    this.alarms = alarms
    this.#devices = devices
    this.#counts = counts
  }

  hear({ at, readings }: Report): void {
    for (const { deviceId, kind } of readings) {
      if (this.#knows(deviceId)) continue
      this.#devices = [...this.#devices, { deviceId, kind, cadenceS: null }]
      this.#home.setDevices([...this.#devices], at)
    }
    this.#home.hear(readings, at)
  }

  passTo(at: EpochMs): void {
    this.#home.passTo(at)
  }

  fork(): Watch {
    const alarms = this.alarms.filter(({ clearedAt }) => clearedAt === null)
    return new EngineWatch(this.#home.fork(note(alarms, this.#counts)), alarms, this.#devices, this.#counts)
  }

  #knows(deviceId: DeviceId): boolean {
    return this.#devices.some((device) => device.deviceId === deviceId)
  }
}
