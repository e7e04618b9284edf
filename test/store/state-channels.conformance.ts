import { describe, expect, it } from 'vitest'
import type { ChannelConfig } from '../../contracts/channel.ts'
import { ChannelId, JurisdictionId } from '../../contracts/ids.ts'
import type { StateStore } from '../../store/state.ts'

const channel = (id: string, over: Partial<ChannelConfig> = {}): ChannelConfig => ({
  id: ChannelId.parse(id),
  kind: 'wecom',
  name: '值班群',
  jurisdictionId: JurisdictionId.parse('east'),
  settings: { baseUrl: 'https://example.org/send' },
  secretsSet: ['key'],
  voice: false,
  enabled: true,
  createdAt: 1_000,
  ...over,
})
const failing = { lastSentAt: 5, failingSince: 9, reason: 'HTTP 503', reported: true }

export function holdsChannels(opened: () => StateStore): void {
  describe('channels', () => {
    it('are given back as they were put, with how they do', async () => {
      const { channels } = opened()
      const [a, b] = [channel('a'), channel('b')]
      await channels.put(b)
      await channels.put(a)
      await channels.putHealth(a.id, failing)
      expect(await channels.all()).toEqual([
        { config: a, health: failing },
        { config: b, health: null },
      ])
      expect(await channels.get(b.id)).toEqual({ config: b, health: null })
      expect(await channels.get(ChannelId.parse('c'))).toBeNull()
    })

    it('keep how they do when they are changed, and nothing when they are taken away', async () => {
      const { channels } = opened()
      const { id } = channel('a')
      await channels.put(channel('a'))
      await channels.putHealth(id, failing)
      await channels.put(channel('a', { name: '夜班群', enabled: false }))
      expect(await channels.get(id)).toEqual({
        config: channel('a', { name: '夜班群', enabled: false }),
        health: failing,
      })
      await channels.delete(id)
      await channels.putHealth(id, failing)
      expect(await channels.all()).toEqual([])
    })
  })
}
