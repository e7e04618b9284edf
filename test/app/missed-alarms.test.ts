import { expect, it } from 'vitest'
import { whatRulesSay } from '../../app/learning/missed-alarms.ts'
import type { HomeHistory } from '../../app/past/history.ts'
import { ShadowHome } from '../../app/past/shadow.ts'
import type { FindingKind } from '../../contracts/finding.ts'
import { DeviceId, HomeId } from '../../contracts/ids.ts'
import { DAY_MS, type EpochMs, HOUR_MS } from '../../contracts/time.ts'
import { onlyRules } from '../support/story-place.ts'

const METER = DeviceId.parse('meter')
const HOME = HomeId.parse('home')
const START = Date.parse('2026-03-01T00:00:00+08:00')
const KINDS = [
  'inactivity.personal',
  'inactivity.water_volume',
  'inactivity.water_none',
  'routine.late_rising',
] as const

/** Four weeks of a home that uses eight litres in each waking hour, until the day on which nobody gets up. */
function history(untilAt: EpochMs): HomeHistory {
  let litres = 1_000
  const arrivals = []
  for (let at = START; at <= untilAt; at += HOUR_MS) {
    const hour = new Date(at + 8 * HOUR_MS).getUTCHours()
    if (hour >= 7 && hour < 22 && at < FELL_AT) litres += 8
    const reading = {
      deviceId: METER,
      kind: 'water' as const,
      measuredAt: at,
      measuredAtSource: 'device' as const,
      receivedAt: at,
      values: { water_total_m3: litres / 1_000 },
      quality: [],
    }
    arrivals.push({ at, readings: [reading] })
  }
  const devices = [{ deviceId: METER, kind: 'water' as const, cadenceS: 3_600, since: START }]
  const befell = [{ type: 'event' as const, at: START, event: { type: 'devices' as const, devices } }]
  return { homeId: HOME, zone: 'Asia/Shanghai', befell, arrivals }
}
const FELL_AT = START + 28 * DAY_MS + 6 * HOUR_MS
const FOUND_AT = FELL_AT + 10 * HOUR_MS

/** The home as it would really have gone on, with one rule alone switched on. */
function firstAlone(kind: FindingKind): EpochMs | null {
  const lived = history(FOUND_AT + 3 * DAY_MS)
  let first: EpochMs | null = null
  const { homeId, zone, befell } = lived
  const settings = onlyRules({ [kind]: {} })
  const home = new ShadowHome({ homeId, zone, settings, befell }, START, (finding) => {
    if (finding.phase === 'raised' && finding.kind === kind && finding.raisedAt > FELL_AT)
      first ??= finding.raisedAt
  })
  for (const { at, readings } of lived.arrivals) home.hear(readings, at)
  return first
}

it('each rule says what it would have said alone, and what comes after the finding is as if nobody had come', async () => {
  const span = { happenedAt: FELL_AT, foundAt: FOUND_AT, until: FOUND_AT + 3 * DAY_MS }
  const said = await whatRulesSay(history(FOUND_AT), span, onlyRules({}), [])
  const at = new Map(said.map((rule) => [rule.kind, rule.at]))
  for (const kind of KINDS) {
    const alone = firstAlone(kind)
    expect(alone, kind).not.toBeNull()
    expect(at.get(kind), kind).toBe(alone)
  }
  const inOrder = said.flatMap((rule) => rule.at ?? [])
  expect(inOrder).toEqual(inOrder.toSorted((a, b) => a - b))
  expect(said.find(({ kind }) => kind === 'inactivity.personal')?.enabled).toBe(false)
})
