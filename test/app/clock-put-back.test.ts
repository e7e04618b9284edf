import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { Feed } from '../../app/live-feed.ts'
import { type PulseOptions, startPulse } from '../../app/pulse.ts'
import { DeviceId, HomeId, JurisdictionId } from '../../contracts/ids.ts'
import { silentLog } from '../../contracts/telemetry.ts'
import { HOUR_MS } from '../../contracts/time.ts'
import { manualClock } from '../support/clock.ts'

const NOON = Date.parse('2026-03-01T12:00:00Z')

describe('a clock that is put back by an hour', () => {
  it('does not keep the service from writing down that it is alive', async () => {
    vi.useFakeTimers()
    onTestFinished(() => void vi.useRealTimers())
    const wall = manualClock(NOON)
    let ticks = 0
    const journal = { append: async () => void (ticks += 1) } as unknown as PulseOptions['journal']
    const pipeline = { nextDueAt: async () => null, lag: () => 0 } as unknown as PulseOptions['pipeline']
    const pulse = startPulse({
      clocks: { civil: wall, wall, factor: 1 },
      journal,
      pipeline,
      state: {} as PulseOptions['state'],
      journalReserveEntries: 0,
      retention: {} as PulseOptions['retention'],
      expire: async () => {},
      lookAtClock: async () => {},
      log: silentLog,
    })
    onTestFinished(() => pulse.stop())
    await vi.advanceTimersByTimeAsync(1_000)
    expect(ticks).toBe(1)
    wall.pass(-HOUR_MS)
    await vi.advanceTimersByTimeAsync(1_000)
    expect(ticks).toBe(2)
  })

  it('does not keep consoles from hearing of a home', () => {
    const wall = manualClock(NOON)
    const feed = new Feed(wall)
    const heard: number[] = []
    feed.listen({ kept() {}, heard: ({ measuredAt }) => heard.push(measuredAt) })
    const say = (measuredAt: number) => {
      const deviceId = DeviceId.parse('w1')
      const place = { homeId: HomeId.parse('h1'), jurisdictionId: JurisdictionId.parse('east') }
      feed.heard(new Map([[deviceId, { type: 'heard', ...place, deviceId, measuredAt }]]))
    }
    say(1)
    say(2)
    wall.pass(-HOUR_MS)
    say(3)
    expect(heard).toEqual([1, 3])
  })
})
