import { describe, expect, it } from 'vitest'
import type { AwayPeriod, SensitivePeriod } from '../../contracts/circumstance.ts'
import { CircumstanceId, HomeId, JurisdictionId } from '../../contracts/ids.ts'
import type { StateStore } from '../../store/state.ts'

const [h1, h2] = [HomeId.parse('h1'), HomeId.parse('h2')]
const [east, west] = [JurisdictionId.parse('east'), JurisdictionId.parse('west')]
const begun = { createdAt: 1, createdBy: 'account:a1' as const, endedAt: null, endedBy: null }
const away = (id: string, over: Partial<AwayPeriod> = {}): AwayPeriod => ({
  id: CircumstanceId.parse(id),
  homeId: h1,
  from: 100,
  to: 200,
  ...begun,
  ...over,
})
const sensitivity = (id: string, over: Partial<SensitivePeriod> = {}): SensitivePeriod => ({
  ...away(id),
  jurisdictionId: null,
  factor: 0.5,
  reason: 'heat',
  ...over,
})
const idsOf = (items: readonly { id: string }[]) => items.map(({ id }) => id)

export function holdsCircumstances(opened: () => StateStore): void {
  describe('circumstances', () => {
    it('keeps absences by home, latest first, and finds those that are not over', async () => {
      const { circumstances } = opened()
      await circumstances.putAway(away('early'))
      await circumstances.putAway(away('late', { from: 300, to: 400 }))
      await circumstances.putAway(away('other', { homeId: h2, from: 150, to: 350 }))
      await circumstances.putAway(away('early', { endedAt: 150, endedBy: 'account:a2' }))
      expect(await circumstances.away(CircumstanceId.parse('early'))).toEqual(
        away('early', { endedAt: 150, endedBy: 'account:a2' }),
      )
      expect(await circumstances.away(CircumstanceId.parse('none'))).toBeNull()
      expect(idsOf(await circumstances.awayOf(h1))).toEqual(['late', 'early'])
      expect(idsOf(await circumstances.awaySince(200))).toEqual(['other', 'late'])
    })

    it('keeps sensitivities of homes and of places apart', async () => {
      const { circumstances } = opened()
      await circumstances.putSensitivity(sensitivity('home'))
      await circumstances.putSensitivity(sensitivity('east', { homeId: null, jurisdictionId: east, to: 500 }))
      expect(idsOf(await circumstances.sensitivityOf(h1))).toEqual(['home'])
      expect(idsOf(await circumstances.sensitivityAt([east, west]))).toEqual(['east'])
      expect(await circumstances.sensitivityAt([])).toEqual([])
      expect(idsOf(await circumstances.sensitivitySince(200))).toEqual(['east'])
      expect(await circumstances.sensitivity(CircumstanceId.parse('home'))).toEqual(sensitivity('home'))
    })

    it('keeps what a home has otherwise than all, the last of it', async () => {
      const { circumstances } = opened()
      const settings = {
        homeId: h1,
        budgetPer30Days: 1,
        capHours: null,
        changedAt: 5,
        changedBy: 'account:a1' as const,
      }
      expect(await circumstances.settingsOf(h1)).toBeNull()
      await circumstances.putSettings(settings)
      await circumstances.putSettings({ ...settings, budgetPer30Days: null })
      expect(await circumstances.settingsHistory(h1)).toEqual([
        settings,
        { ...settings, budgetPer30Days: null },
      ])
      expect(await circumstances.settingsHistory(h2)).toEqual([])
      expect(await circumstances.allSettings()).toEqual([{ ...settings, budgetPer30Days: null }])
      expect(await circumstances.settingsOf(h1)).toEqual({ ...settings, budgetPer30Days: null })
    })
  })
}
