import { describe, expect, it, onTestFinished } from 'vitest'
import { ChannelWatch } from '../../../app/telling/channel-health.ts'
import { ChannelFault } from '../../../contracts/channel.ts'
import type { ChannelState } from '../../../contracts/duty-change.ts'
import { ChannelId, JurisdictionId } from '../../../contracts/ids.ts'
import { silentLog } from '../../../contracts/telemetry.ts'
import { MINUTE_MS } from '../../../contracts/time.ts'
import { openState } from '../../../store/sqlite/state.ts'
import { manualClock } from '../../support/clock.ts'
import { temporaryFolder } from '../../support/folder.ts'

const id = ChannelId.parse('robot')
const down = new ChannelFault('HTTP 503', true)
const refused = new ChannelFault('HTTP 400', false)

async function watched() {
  const state = openState({ file: `${temporaryFolder()}/state.db` })
  onTestFinished(() => state.close())
  const civil = manualClock(1_000_000)
  const told: ChannelState[] = []
  await state.channels.put({
    id,
    kind: 'wecom',
    name: '值班群',
    jurisdictionId: JurisdictionId.parse('east'),
    settings: {},
    secretsSet: ['key'],
    voice: false,
    enabled: true,
    createdAt: 0,
  })
  const open = () =>
    new ChannelWatch({
      state,
      clocks: { civil, wall: civil, factor: 1 },
      record: async (body) => {
        told.push(body)
      },
      log: silentLog,
    })
  const health = async () => (await state.channels.get(id))?.health
  return { civil, told, open, health }
}

describe('a channel', () => {
  it('through which nothing gets for minutes is told of once, and once more when it works again, across a restart', async () => {
    const { civil, told, open, health } = await watched()
    const first = open()
    first.tried(id, ['a'], down)
    civil.pass(2 * MINUTE_MS)
    first.tried(id, ['a'], down)
    await first.settled()
    expect([told, (await health())?.failingSince]).toEqual([[], 1_000_000])
    civil.pass(MINUTE_MS)
    first.tried(id, ['b'], down)
    first.tried(id, ['b'], down)
    await first.settled()
    expect(told.map(({ failing, reason }) => [failing, reason])).toEqual([[true, 'HTTP 503']])
    const second = open()
    second.tried(id, ['a'], null)
    second.tried(id, ['a'], null)
    await second.settled()
    expect(told.map(({ failing }) => failing)).toEqual([true, false])
    expect(await health()).toEqual({
      lastSentAt: civil.now(),
      failingSince: null,
      reason: null,
      reported: false,
    })
  })

  it('is not broken because one person’s number is wrong, nor while it reaches anybody else', async () => {
    const { civil, told, open, health } = await watched()
    const watch = open()
    for (let n = 0; n < 10; n += 1) {
      watch.tried(id, ['wrong'], refused)
      civil.pass(MINUTE_MS)
    }
    await watch.settled()
    expect([told, await health()]).toEqual([[], null])
    for (let n = 0; n < 10; n += 1) {
      watch.tried(id, ['wrong'], refused)
      watch.tried(id, ['right'], null)
      watch.tried(id, ['wrong too'], refused)
      await watch.settled()
      civil.pass(MINUTE_MS)
    }
    expect(told).toEqual([])
  })
})
