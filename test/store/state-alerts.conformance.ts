import { describe, expect, it } from 'vitest'
import { AlertState } from '../../contracts/alert.ts'
import { HomeId, JurisdictionId } from '../../contracts/ids.ts'
import type { AlertFilter } from '../../store/state/alerts.ts'
import type { StateStore } from '../../store/state.ts'
import { alert, anyAlert, finding, firstPage, timelineEntry } from './state-samples.ts'

const [east, west] = [JurisdictionId.parse('east'), JurisdictionId.parse('west')]
const [h1, h2] = [HomeId.parse('h1'), HomeId.parse('h2')]
const idsOf = (items: readonly { id: string }[]) => items.map(({ id }) => id)

export function holdsAlerts(opened: () => StateStore): void {
  describe('alerts', () => {
    it('are given back as they were put, and put again', async () => {
      const { alerts } = opened()
      const resolved = alert('a1', { state: 'resolved', resolvedAt: 3, resolvedBy: 'account:li', version: 2 })
      await alerts.put(alert('a1'))
      await alerts.put(resolved)
      expect(await alerts.get(resolved.id)).toEqual(resolved)
      expect(await alerts.get(alert('a2').id)).toBeNull()
    })

    it('stand by urgency or newest first', async () => {
      const { alerts } = opened()
      await alerts.put(alert('a', { severity: 'P3', openedAt: 1 }))
      await alerts.put(alert('b', { severity: 'P1', openedAt: 4 }))
      await alerts.put(alert('c', { severity: 'P2', openedAt: 3 }))
      await alerts.put(alert('d', { severity: 'P1', openedAt: 2 }))
      expect(idsOf((await alerts.list(anyAlert, 'urgency', firstPage)).items)).toEqual(['d', 'b', 'c', 'a'])
      expect(idsOf((await alerts.list(anyAlert, 'newest', firstPage)).items)).toEqual(['b', 'c', 'd', 'a'])
    })

    it('are filtered by place, state, severity, kind, home and time of opening', async () => {
      const { alerts } = opened()
      await alerts.put(alert('a', { openedAt: 1 }))
      await alerts.put(alert('b', { openedAt: 2, state: 'resolved', kind: 'smoke.alarm', severity: 'P1' }))
      await alerts.put(alert('c', { openedAt: 3, homeId: h2, jurisdictionId: west, state: 'acknowledged' }))
      const listed = async (filter: Partial<AlertFilter>) =>
        idsOf((await alerts.list({ ...anyAlert, ...filter }, 'newest', firstPage)).items)
      expect(await listed({ scope: [west] })).toEqual(['c'])
      expect(await listed({ scope: [] })).toEqual([])
      expect(await listed({ states: ['open', 'acknowledged'] })).toEqual(['c', 'a'])
      expect(await listed({ severities: ['P1'] })).toEqual(['b'])
      expect(await listed({ kinds: ['smoke.alarm', 'smoke.test'] })).toEqual(['b'])
      expect(await listed({ homeId: h2 })).toEqual(['c'])
      expect(await listed({ from: 2, to: 3 })).toEqual(['b'])
      const none = Object.fromEntries(AlertState.options.map((state) => [state, 0]))
      expect(await alerts.countByState(null)).toEqual({ ...none, open: 1, acknowledged: 1, resolved: 1 })
      expect(await alerts.countByState([east])).toEqual({ ...none, open: 1, resolved: 1 })
    })

    it('of a home are active until they are resolved and no longer kept quiet', async () => {
      const { alerts } = opened()
      await alerts.put(alert('a', { openedAt: 1, state: 'recovered' }))
      await alerts.put(alert('b', { openedAt: 2, state: 'resolved' }))
      await alerts.put(alert('c', { openedAt: 3, state: 'resolved', quietUntil: 99 }))
      await alerts.put(alert('d', { homeId: h2 }))
      expect(idsOf(await alerts.activeOf(h1))).toEqual(['a', 'c'])
      await alerts.put(alert('c', { openedAt: 3, state: 'resolved', quietUntil: null }))
      expect(idsOf(await alerts.activeOf(h1))).toEqual(['a'])
    })

    it('of a place stand beside those of its homes, and know which of them are merged into them', async () => {
      const { alerts, notes } = opened()
      const incident = alert('i', { homeId: null, kind: 'neighbourhood.quiet', family: 'neighbourhood' })
      await alerts.put(incident)
      await alerts.put(alert('j', { homeId: null, state: 'resolved' }))
      await alerts.put(alert('a', { state: 'merged', mergedInto: incident.id, waitUntil: 9 }))
      await alerts.put(alert('b', { homeId: h2, state: 'suspected', waitUntil: 9 }))
      expect(await alerts.get(incident.id)).toEqual(incident)
      expect(idsOf(await alerts.activeAt(east))).toEqual(['i'])
      expect(idsOf(await alerts.activeAt(west))).toEqual([])
      expect(idsOf(await alerts.activeOf(h1))).toEqual(['a'])
      expect(idsOf(await alerts.mergedInto(incident.id))).toEqual(['a'])
      await alerts.put(alert('a', { version: 2 }))
      expect(idsOf(await alerts.mergedInto(incident.id))).toEqual([])
      await notes.put('n', null, '已询问自来水公司')
      expect(await notes.of(['n'])).toEqual(new Map([['n', '已询问自来水公司']]))
    })

    it('have a timeline that only grows', async () => {
      const { alerts } = opened()
      await alerts.append(timelineEntry('a1', 2))
      await alerts.append(timelineEntry('a1', 1))
      await alerts.append(timelineEntry('a2', 1))
      expect(await alerts.timeline(alert('a1').id)).toEqual([timelineEntry('a1', 1), timelineEntry('a1', 2)])
      await expect(alerts.append({ ...timelineEntry('a1', 1), at: 99 })).rejects.toThrow()
      expect(await alerts.timeline(alert('a1').id)).toEqual([timelineEntry('a1', 1), timelineEntry('a1', 2)])
    })
  })

  describe('findings', () => {
    it('keep their newest phase, newest first', async () => {
      const { findings } = opened()
      const cleared = finding('f1', { phase: 'cleared', clearedAt: 1_800 })
      await findings.put(finding('f1'))
      await findings.put(cleared)
      await findings.put(finding('f2', { raisedAt: 1_600, kind: 'device.silent' }))
      await findings.put(finding('f3', { homeId: h2 }))
      const all = { homeId: h1, kinds: null, from: null, to: null }
      expect((await findings.list(all, firstPage)).items).toEqual([
        finding('f2', { raisedAt: 1_600, kind: 'device.silent' }),
        cleared,
      ])
      expect(idsOf((await findings.list({ ...all, kinds: ['smoke.test'] }, firstPage)).items)).toEqual(['f1'])
      expect(idsOf((await findings.list({ ...all, from: 1_600 }, firstPage)).items)).toEqual(['f2'])
      expect(idsOf((await findings.list({ ...all, to: 1_600 }, firstPage)).items)).toEqual(['f1'])
    })
  })

  describe('notes', () => {
    it('are found by id', async () => {
      const { notes } = opened()
      await notes.put('n1', h1, '敲门无人应答')
      await notes.put('n2', h1, 'two')
      expect(await notes.of(['n1', 'n9'])).toEqual(new Map([['n1', '敲门无人应答']]))
    })
  })
}
