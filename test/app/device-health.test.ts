import { expect, it } from 'vitest'
import { DeviceHealths } from '../../app/devices/device-health.ts'
import type { DeviceId } from '../../contracts/ids.ts'
import { HOUR_MS } from '../../contracts/time.ts'
import { medianGapS } from '../../rules/cadence.ts'
import type { DeviceHealth } from '../../store/state/devices.ts'
import type { StateTables } from '../../store/state.ts'
import { at, device, only, reading, Story } from '../rules/story.ts'

it('learns the cadence of a device exactly as the rules do, uploads of several samples included', async () => {
  const kept = new Map<DeviceId, DeviceHealth>()
  const tables = {
    health: {
      of: async (ids: readonly DeviceId[]) => ids.flatMap((id) => kept.get(id) ?? []),
      put: async (health: DeviceHealth) => void kept.set(health.deviceId, health),
    },
  } as unknown as StateTables
  const healths = new DeviceHealths()
  const story = new Story(at('03-02 12:00'), only({}), [device('meter', 'water')])
  const id = 'meter' as DeviceId
  for (const [n, late] of [0, 2, 0, 9, 1, 0, 3, 40, 0, 2].entries()) {
    const time = at('03-02 12:00') + n * 24 * HOUR_MS + late * 60_000
    const block = [2, 1, 0].map((ago) =>
      reading('meter', 'water', time - ago * HOUR_MS, { water_total_m3: 5 }, { receivedAt: time }),
    )
    story.hear(...block)
    await healths.heard(tables, id, block, time)
    // What was written is read again, as after a start.
    await healths.flush(tables)
    healths.forget()
  }
  const learned = story.state.devices[0]?.gaps ?? null
  expect(kept.get(id)).toMatchObject({ gaps: learned, cadenceS: medianGapS(learned) })
  expect(medianGapS(learned)).toBeGreaterThan(23 * 3_600)
})
