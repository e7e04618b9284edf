import { describe, expect, it } from 'vitest'
import type { Consent } from '../../contracts/consent.ts'
import type { DeviceAct } from '../../contracts/device-act.ts'
import { ConsentId, DeviceActId, DeviceId, HomeId, InstallationId } from '../../contracts/ids.ts'
import type { Installation } from '../../contracts/installation.ts'
import type { StateStore } from '../../store/state.ts'

const [h1, h2] = [HomeId.parse('h1'), HomeId.parse('h2')]
const [d1, d2] = [DeviceId.parse('d1'), DeviceId.parse('d2')]
const by = 'account:a1' as const
const act = (id: string, over: Partial<DeviceAct> = {}): DeviceAct =>
  ({
    type: 'reset',
    id: DeviceActId.parse(id),
    deviceId: d1,
    homeId: h1,
    at: 100,
    recordedAt: 120,
    by,
    endRegister: 5,
    startRegister: null,
    ...over,
  }) as DeviceAct
const consent = (id: string, over: Partial<Consent> = {}): Consent => ({
  id: ConsentId.parse(id),
  homeId: h1,
  deviceKind: 'water',
  purposes: ['safety'],
  givenBy: 'resident',
  form: 'on_the_spot',
  givenAt: 100,
  recordedBy: by,
  withdrawnAt: null,
  withdrawnBy: null,
  ...over,
})
const installation = (id: string, over: Partial<Installation> = {}): Installation => ({
  id: InstallationId.parse(id),
  deviceId: d1,
  homeId: h1,
  consentId: ConsentId.parse('c1'),
  by,
  startedAt: 100,
  firstReading: null,
  testAlarmAt: null,
  acceptedAt: null,
  ...over,
})
const idsOf = (items: readonly { id: string }[]) => items.map(({ id }) => id)

export function holdsOnboarding(opened: () => StateStore): void {
  describe('onboarding', () => {
    it('keeps acts by device and by home, the first first', async () => {
      const { deviceActs } = opened()
      await deviceActs.put(act('late', { at: 300 }))
      await deviceActs.put(act('early'))
      await deviceActs.put(act('nowhere', { homeId: null, at: 200 }))
      await deviceActs.put(act('other', { deviceId: d2, at: 50 }))
      expect(idsOf(await deviceActs.of(d1))).toEqual(['early', 'nowhere', 'late'])
      expect(idsOf(await deviceActs.ofHome(h1))).toEqual(['other', 'early', 'late'])
      expect((await deviceActs.of(d1))[0]).toEqual(act('early'))
    })

    it('knows which devices wait for a home to agree, each for one', async () => {
      const { awaitedConsents } = opened()
      await awaitedConsents.put({ deviceId: d1, homeId: h1, since: 100 })
      await awaitedConsents.put({ deviceId: d2, homeId: h1, since: 110 })
      await awaitedConsents.put({ deviceId: d1, homeId: h2, since: 120 })
      expect(await awaitedConsents.ofHome(h1)).toEqual([{ deviceId: d2, homeId: h1, since: 110 }])
      expect(await awaitedConsents.of([d1, d2])).toHaveLength(2)
      await awaitedConsents.delete(d1)
      expect(await awaitedConsents.of([d1])).toEqual([])
    })

    it('keeps consents by home, the newest first, as they are now', async () => {
      const { consents } = opened()
      await consents.put(consent('c1'))
      await consents.put(consent('c2', { givenAt: 200 }))
      await consents.put(consent('elsewhere', { homeId: h2 }))
      const withdrawn = consent('c1', { withdrawnAt: 300, withdrawnBy: by })
      await consents.put(withdrawn)
      expect(idsOf(await consents.ofHome(h1))).toEqual(['c2', 'c1'])
      expect(await consents.get(withdrawn.id)).toEqual(withdrawn)
      expect(await consents.get(ConsentId.parse('none'))).toBeNull()
      expect(idsOf(await consents.standingIn([h1, h2]))).toEqual(['c2', 'elsewhere'])
      expect(await consents.standingIn([])).toEqual([])
    })

    it('keeps installations by home, the newest first', async () => {
      const { installations } = opened()
      await installations.put(installation('i1'))
      await installations.put(installation('i2', { startedAt: 200 }))
      await installations.put(installation('i1', { acceptedAt: 400 }))
      expect(idsOf(await installations.ofHome(h1))).toEqual(['i2', 'i1'])
      expect(await installations.get(InstallationId.parse('i1'))).toEqual(
        installation('i1', { acceptedAt: 400 }),
      )
    })

    it('knows homes by the numbers of lists', async () => {
      const { homeKeys } = opened()
      await homeKeys.put('JA-2', h2)
      await homeKeys.put('JA-1', h1)
      expect(await homeKeys.all()).toEqual([
        { key: 'JA-1', homeId: h1 },
        { key: 'JA-2', homeId: h2 },
      ])
    })
  })
}
