import { describe, expect, it } from 'vitest'
import type { Consent } from '../../contracts/consent.ts'
import {
  AlertId,
  CircumstanceId,
  ConsentId,
  DeviceId,
  HomeId,
  InstallationId,
  PersonId,
  PhotoId,
  ResidentId,
} from '../../contracts/ids.ts'
import type { Erasure } from '../../contracts/retention.ts'
import type { Photo } from '../../contracts/visit.ts'
import type { StateStore } from '../../store/state.ts'
import { alert, dutyPage, finding, firstPage, resident, timelineEntry, visit } from './state-samples.ts'

const [h1, h2] = [HomeId.parse('h1'), HomeId.parse('h2')]
const by = 'account:a1' as const
const place = { latitude: 31.2, longitude: 121.4, accuracyMetres: 10 }
const look = (at: number) => ({ at, actor: by, what: 'identity' as const, homeId: h1, route: 'GET /x' })
const consent = (id: string, homeId: HomeId): Consent => ({
  id: ConsentId.parse(id),
  homeId,
  deviceKind: 'water',
  purposes: ['safety'],
  givenBy: 'resident',
  form: 'on_the_spot',
  givenAt: 100,
  recordedBy: by,
  withdrawnAt: null,
  withdrawnBy: null,
})
const photo = (id: string, visitId: string): Photo => ({
  id: PhotoId.parse(id),
  visitId: visit(visitId).id,
  homeId: h1,
  takenBy: PersonId.parse('p1'),
  receivedAt: 1,
  mediaType: 'image/png',
  bytes: Uint8Array.of(1),
})
const closed = { state: 'closed', openedAt: 10, closedAt: 50, homeId: h1 } as const

export function holdsRetention(opened: () => StateStore): void {
  describe('what goes with a resident', () => {
    it('is all that was agreed, known, found and proposed about the home, and nothing of another', async () => {
      const state = opened()
      const span = { from: 1, to: 9, createdAt: 1, createdBy: by, endedAt: null, endedBy: null }
      for (const [homeId, n] of [
        [h1, '1'],
        [h2, '2'],
      ] as const) {
        const id = CircumstanceId.parse(`s${n}`)
        await state.residents.put(resident(`r${n}`, { homeId }))
        await state.consents.put(consent(`c${n}`, homeId))
        await state.awaitedConsents.put({ deviceId: DeviceId.parse(`d${n}`), homeId, since: 1 })
        await state.installations.put({
          id: InstallationId.parse(`i${n}`),
          deviceId: DeviceId.parse(`d${n}`),
          homeId,
          consentId: ConsentId.parse(`c${n}`),
          by,
          startedAt: 1,
          firstReading: { receivedAt: 2, values: { water_total_m3: 345 }, signalDbm: null, batteryPct: null },
          testAlarmAt: null,
          acceptedAt: 3,
        })
        await state.circumstances.putAway({ id, homeId, ...span })
        await state.circumstances.putSensitivity({
          ...span,
          id,
          homeId,
          jurisdictionId: null,
          factor: 0.5,
          reason: 'illness',
        })
        await state.circumstances.putSettings({
          homeId,
          budgetPer30Days: 1,
          capHours: null,
          changedAt: 1,
          changedBy: by,
        })
        await state.findings.put(finding(`f${n}`, { homeId }))
        await state.alerts.put(alert(`a${n}`, { homeId }))
        await state.visits.put(visit(`v${n}`, { homeId, place }))
      }
      await state.residents.erase(ResidentId.parse('r1'))
      const left = async (homeId: HomeId) => ({
        consents: (await state.consents.ofHome(homeId)).length,
        awaited: (await state.awaitedConsents.ofHome(homeId)).length,
        installations: (await state.installations.ofHome(homeId)).length,
        away: (await state.circumstances.awayOf(homeId)).length,
        sensitive: (await state.circumstances.sensitivityOf(homeId)).length,
        settings: await state.circumstances.settingsOf(homeId),
        findings: (await state.findings.list({ homeId, kinds: null, from: null, to: null }, firstPage)).items
          .length,
        place: (await state.visits.list({ scope: null, states: null }, firstPage)).items.find(
          (one) => one.homeId === homeId,
        )?.place,
      })
      expect(await left(h1)).toEqual({
        consents: 0,
        awaited: 0,
        installations: 0,
        away: 0,
        sensitive: 0,
        settings: null,
        findings: 0,
        place: null,
      })
      expect(await left(h2)).toMatchObject({ consents: 1, awaited: 1, away: 1, findings: 1, place })
      expect(await state.alerts.get(AlertId.parse('a1'))).not.toBeNull()
    })

    it('is said for good, with when the series are to be asked again', async () => {
      const { erasures } = opened()
      const erasure = (id: string, at: number, seriesDueAt: number | null): Erasure => ({
        residentId: ResidentId.parse(id),
        homeId: h1,
        at,
        by,
        deviceIds: [DeviceId.parse('d1')],
        seriesDueAt,
      })
      await erasures.put(erasure('r1', 1, 500))
      await erasures.put(erasure('r2', 2, 100))
      await erasures.put(erasure('r3', 3, null))
      expect((await erasures.due(499)).map(({ residentId }) => residentId)).toEqual(['r2'])
      expect((await erasures.due(500)).map(({ residentId }) => residentId)).toEqual(['r2', 'r1'])
      await erasures.put(erasure('r2', 2, null))
      expect(await erasures.due(499)).toEqual([])
      expect((await erasures.list(firstPage)).items.map(({ residentId }) => residentId)).toEqual([
        'r3',
        'r2',
        'r1',
      ])
    })
  })

  describe('what was kept long enough', () => {
    it('looks go by their time, the oldest first and no more than asked', async () => {
      const { access, retention } = opened()
      await access.append([1, 2, 3, 4].map(look))
      expect(await retention.forgetLooks(4, 2)).toBe(2)
      expect(await retention.forgetLooks(4, 2)).toBe(1)
      expect(await retention.forgetLooks(4, 2)).toBe(0)
      const { items } = await access.list({ scope: null, homeId: null, actor: null }, firstPage)
      expect(items.map(({ at }) => at)).toEqual([4])
    })

    it('findings go by their end, unless an open case rests on them', async () => {
      const { findings, alerts, retention } = opened()
      await findings.put(finding('old', { homeId: h1, raisedAt: 1 }))
      await findings.put(
        finding('ended-lately', { homeId: h1, raisedAt: 1, phase: 'cleared', clearedAt: 90 }),
      )
      await findings.put(finding('held', { homeId: h1, raisedAt: 2 }))
      await findings.put(finding('new', { homeId: h1, raisedAt: 60 }))
      const holding = { homeId: h1, findings: [finding('held').id] }
      await alerts.put(alert('a1', { ...holding, state: 'open' }))
      expect(await retention.forgetFindings(50, 10)).toBe(1)
      const kept = async () =>
        (await findings.list({ homeId: h1, kinds: null, from: null, to: null }, firstPage)).items.map(
          ({ id }) => id,
        )
      expect((await kept()).sort()).toEqual(['ended-lately', 'held', 'new'])
      await alerts.put(alert('a1', { ...holding, state: 'closed', closedAt: 3 }))
      expect(await retention.forgetFindings(50, 10)).toBe(1)
    })

    it('closed cases go whole; whatever is under way, or not closed, stays however old', async () => {
      const { alerts, notes, pages, visits, acts, photos, retention } = opened()
      await alerts.put(alert('gone', closed))
      await alerts.append({ ...timelineEntry('gone', 1), noteId: 'n-gone' })
      await notes.put('n-gone', h1, 'words')
      await pages.add(dutyPage('page-gone', { alertId: AlertId.parse('gone') }))
      await visits.put(
        visit('v-gone', { alertId: AlertId.parse('gone'), homeId: h1, state: 'closed', noteId: 'n-visit' }),
      )
      await notes.put('n-visit', h1, 'what they found')
      await photos.add(photo('p-gone', 'v-gone'), 5)
      await acts.put({
        actId: 'act-of-v-gone',
        visitId: visit('v-gone').id,
        personId: PersonId.parse('p1'),
        type: 'accept',
        doneAt: 1,
        receivedAt: 1,
        refused: null,
      })
      const stay = {
        open: { state: 'open', closedAt: null },
        resolved: { state: 'resolved', closedAt: null },
        'closed-lately': { closedAt: 100 },
        quiet: { quietUntil: 200 },
        incident: {},
        visited: {},
      } as const
      for (const [id, over] of Object.entries(stay)) await alerts.put(alert(id, { ...closed, ...over }))
      await alerts.put(
        alert('member', { homeId: h2, state: 'merged', mergedInto: AlertId.parse('incident') }),
      )
      await visits.put(visit('v-open', { alertId: AlertId.parse('visited'), homeId: h1, state: 'accepted' }))
      await notes.put('n-kept', h1, 'other words')
      expect((await retention.forgetCases(100, 10)).map(({ id }) => id)).toEqual(['gone'])
      expect(await retention.forgetCases(100, 10)).toEqual([])
      expect(await alerts.get(AlertId.parse('gone'))).toBeNull()
      expect(await alerts.timeline(AlertId.parse('gone'))).toEqual([])
      expect(await pages.ofAlert(AlertId.parse('gone'))).toEqual([])
      expect(await visits.get(visit('v-gone').id)).toBeNull()
      expect(await acts.get('act-of-v-gone')).toBeNull()
      expect(await photos.get(PhotoId.parse('p-gone'))).toBeNull()
      expect([...(await notes.of(['n-gone', 'n-visit', 'n-kept'])).keys()]).toEqual(['n-kept'])
      for (const id of Object.keys(stay)) expect(await alerts.get(AlertId.parse(id)), id).not.toBeNull()
    })

    it('visits without a case go when they are over', async () => {
      const { visits, retention } = opened()
      const routine = { alertId: null, kind: 'routine', createdAt: 10, updatedAt: 20 } as const
      await visits.put(visit('gone', { ...routine, state: 'closed' }))
      await visits.put(visit('lately', { ...routine, state: 'closed', updatedAt: 99 }))
      await visits.put(visit('open', { ...routine, state: 'accepted' }))
      await visits.put(visit('of-a-case', { ...routine, state: 'closed', alertId: AlertId.parse('a1') }))
      expect((await retention.forgetVisits(50, 10)).map(({ id }) => id)).toEqual(['gone'])
      expect(await retention.forgetVisits(50, 10)).toEqual([])
    })

    it('that it went is on record', async () => {
      const { retention } = opened()
      const removal = { what: 'access_log', before: 1, count: 2, counts: [] } as const
      await retention.note({ at: 5, ...removal, counts: [] })
      await retention.note({ at: 6, ...removal, counts: [] })
      expect((await retention.removals(firstPage)).items.map(({ at }) => at)).toEqual([6, 5])
    })
  })
}
