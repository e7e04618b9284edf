import type { DeviceId, HomeId } from '../../contracts/ids.ts'
import type { RuleSettings } from '../../contracts/settings.ts'
import { DAY_MS } from '../../contracts/time.ts'
import type { TrialResult } from '../../contracts/trial.ts'
import type { HomeHistory } from '../past/history.ts'
import { kindOf, type RecordedRow, readingOf } from '../past/recording.ts'
import { Comparison } from './comparison.ts'
import { LEARNING_MS, tryHome } from './home-trial.ts'
import { questionOf } from './unaffected.ts'

/** In each home, over the whole recording. */
const INCIDENTS = 100

/** Recordings as histories of homes. Rows that were left behind by later ones arrive late, as in a replay. */
export class RecordedHistories {
  readonly homes = new Map<string, HomeHistory>()
  readonly #zoneOf: (home: string) => string

  constructor(zoneOf: (home: string) => string) {
    this.#zoneOf = zoneOf
  }

  take(row: RecordedRow): void {
    let home = this.homes.get(row.home)
    if (home === undefined) {
      home = {
        homeId: row.home as HomeId,
        zone: this.#zoneOf(row.home),
        befell: [],
        arrivals: [],
      }
      this.homes.set(row.home, home)
    }
    const at = Math.max(home.arrivals.at(-1)?.at ?? row.ts, row.ts)
    const deviceId = row.device as DeviceId
    const last = home.befell.at(-1)
    const devices = last?.type === 'event' && last.event.type === 'devices' ? last.event.devices : []
    if (!devices.some((device) => device.deviceId === deviceId)) {
      const listed = [...devices, { deviceId, kind: kindOf(row.metric), cadenceS: null }]
      home.befell.push({ type: 'event', at, event: { type: 'devices', devices: listed } })
    }
    home.arrivals.push({ at, readings: [readingOf(row, deviceId, at)] })
  }
}

/** Each home over its own time, of which the first four weeks teach, as far as the recording is long enough. */
export function compareRecorded(
  { homes }: RecordedHistories,
  present: RuleSettings,
  proposed: RuleSettings,
): TrialResult {
  const spans = [...homes.values()].map(({ arrivals }) => ({
    from: arrivals[0]?.at ?? 0,
    to: (arrivals.at(-1)?.at ?? 0) + 1,
  }))
  const longest = Math.max(0, ...spans.map(({ from, to }) => to - from))
  const learning = longest > 2 * LEARNING_MS ? LEARNING_MS : 0
  const whole = {
    from: Math.min(...spans.map(({ from }) => from)) + learning,
    to: Math.max(...spans.map(({ to }) => to), DAY_MS),
  }
  const comparison = new Comparison(whole, { present, proposed })
  const question = questionOf(present, proposed)
  for (const history of homes.values()) {
    const period = {
      from: (history.arrivals[0]?.at ?? 0) + learning,
      to: (history.arrivals.at(-1)?.at ?? 0) + 1,
      incidents: INCIDENTS,
      outages: [],
    }
    comparison.take(tryHome(history, period, question))
  }
  return comparison.result()
}
