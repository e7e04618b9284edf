import { describe, expect, it } from 'vitest'
import type { PlannedCut } from '../../contracts/circumstance.ts'
import {
  AlertId,
  CircumstanceId,
  HomeId,
  JurisdictionId,
  PersonId,
  PhotoId,
  VisitId,
} from '../../contracts/ids.ts'
import type { ActReceipt, Photo, Visit } from '../../contracts/visit.ts'
import type { StateStore } from '../../store/state.ts'
import { firstPage, resident, visit } from './state-samples.ts'

const [ding, he] = [PersonId.parse('ding'), PersonId.parse('he')]

const offered = (personId: PersonId) => ({
  offers: [{ personId, offeredAt: 1_000, expiresAt: 2_000, answer: null, answeredAt: null }],
})
const accepted = (personId: PersonId, createdAt: number): Partial<Visit> => ({
  ...offered(personId),
  crew: [personId],
  state: 'accepted',
  createdAt,
})
const idsOf = (items: readonly { id: string }[]) => items.map(({ id }) => id)

export function holdsVisits(opened: () => StateStore): void {
  describe('visits', () => {
    it('are found by home while they are under way, by alert, by place and by person', async () => {
      const { visits } = opened()
      await visits.put(visit('v1'))
      await visits.put(
        visit('v2', { ...offered(he), createdAt: 2_000, jurisdictionId: JurisdictionId.parse('west') }),
      )
      await visits.put(visit('v1', { state: 'cancelled', version: 2 }))
      expect(await visits.get(VisitId.parse('v1'))).toEqual(visit('v1', { state: 'cancelled', version: 2 }))
      expect(await visits.get(VisitId.parse('none'))).toBeNull()
      expect(idsOf(await visits.openOf(HomeId.parse('h1')))).toEqual(['v2'])
      expect(idsOf(await visits.ofAlert(AlertId.parse('a1')))).toEqual(['v1', 'v2'])
      const states = null
      const listed = async (scope: string[] | null) =>
        idsOf((await visits.list({ scope: scope as JurisdictionId[] | null, states }, firstPage)).items)
      expect(await listed(null)).toEqual(['v2', 'v1'])
      expect(await listed(['east'])).toEqual(['v1'])
      expect(idsOf((await visits.list({ scope: null, states: ['offered'] }, firstPage)).items)).toEqual([
        'v2',
      ])
      expect(idsOf((await visits.ofPerson(ding, firstPage)).items)).toEqual(['v1'])
      expect(idsOf((await visits.ofPerson(he, { limit: 1, after: null })).items)).toEqual(['v2'])
    })

    it('say who has gone how often, and who is out now', async () => {
      const { visits } = opened()
      await visits.put(visit('old', accepted(ding, 500)))
      await visits.put(visit('v1', { ...accepted(ding, 1_000), state: 'submitted' }))
      await visits.put(visit('v2', accepted(he, 1_500)))
      await visits.put(visit('v3', offered(he)))
      const loads = await visits.loads(1_000)
      expect(loads.sort((a, b) => (a.personId < b.personId ? -1 : 1))).toEqual([
        { personId: ding, visits: 1, isBusy: false },
        { personId: he, visits: 1, isBusy: true },
      ])
    })

    it('an act is kept once under its id', async () => {
      const { acts } = opened()
      const receipt: ActReceipt = {
        actId: 'act-00000001',
        visitId: VisitId.parse('v1'),
        personId: ding,
        type: 'accept',
        doneAt: 1_000,
        receivedAt: 1_100,
        refused: null,
      }
      expect(await acts.get(receipt.actId)).toBeNull()
      await acts.put(receipt)
      expect(await acts.get(receipt.actId)).toEqual(receipt)
      await expect(acts.put(receipt)).rejects.toThrow()
    })

    it('a visit has so many photos and no more, the same picture once; what nobody named goes', async () => {
      const { photos } = opened()
      const add = (n: number, visitId = 'v1', picture = n) =>
        photos.add(
          {
            id: PhotoId.parse(`p${n}`),
            visitId: VisitId.parse(visitId),
            homeId: HomeId.parse('h1'),
            takenBy: ding,
            receivedAt: 1_000,
            mediaType: 'image/png',
            bytes: new Uint8Array([picture]),
          },
          2,
        )
      expect([await add(1), await add(2), await add(3), await add(4, 'v1', 2)]).toEqual([
        'p1',
        'p2',
        null,
        'p2',
      ])
      expect(await add(5, 'v2')).toBe('p5')
      const visit = { homeId: HomeId.parse('h1'), visitId: VisitId.parse('v1') }
      await photos.keepOnly(visit, [PhotoId.parse('p2')])
      const left = await Promise.all([1, 2, 5].map((n) => photos.get(PhotoId.parse(`p${n}`))))
      expect(left.map((photo) => photo?.id)).toEqual([undefined, 'p2', 'p5'])
      await photos.keepOnly(visit, [])
      expect(await photos.get(PhotoId.parse('p2'))).toBeNull()
    })

    it('a photo goes with the resident', async () => {
      const { photos, residents } = opened()
      await residents.put(resident('r1'))
      const photo: Photo = {
        id: PhotoId.parse('p1'),
        visitId: VisitId.parse('v1'),
        homeId: HomeId.parse('h1'),
        takenBy: ding,
        receivedAt: 1_000,
        mediaType: 'image/png',
        bytes: new Uint8Array([1, 2, 3]),
      }
      await photos.add(photo, 5)
      await photos.add({ ...photo, id: PhotoId.parse('p2'), homeId: HomeId.parse('h2') }, 5)
      expect(await photos.get(photo.id)).toEqual(photo)
      await residents.erase(resident('r1').id)
      expect(await photos.get(photo.id)).toBeNull()
      expect(await photos.get(PhotoId.parse('p2'))).not.toBeNull()
    })
  })

  it('announced cuts are found by place, and those that are not over', async () => {
    const { circumstances } = opened()
    const cut: PlannedCut = {
      id: CircumstanceId.parse('cut-1'),
      jurisdictionId: JurisdictionId.parse('east'),
      supplies: ['water', 'electricity'],
      from: 100,
      to: 200,
      createdAt: 1,
      createdBy: 'account:a1',
      endedAt: null,
      endedBy: null,
    }
    await circumstances.putCut(cut)
    await circumstances.putCut({ ...cut, endedAt: 150, endedBy: 'account:a1' })
    expect(await circumstances.cut(cut.id)).toMatchObject({ endedAt: 150 })
    expect(idsOf(await circumstances.cutsAt([cut.jurisdictionId]))).toEqual(['cut-1'])
    expect(await circumstances.cutsSince(200)).toEqual([])
    expect(idsOf(await circumstances.cutsSince(199))).toEqual(['cut-1'])
  })
}
