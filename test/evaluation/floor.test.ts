import { describe, expect, it } from 'vitest'
import { defaultRuleSettings } from '../../contracts/settings.ts'
import { personal, personalSettings } from '../../evaluation/candidates.ts'
import { curveOf } from '../../evaluation/curve.ts'
import { simulatedPanels } from '../../evaluation/district.ts'
import { plot } from '../../evaluation/plot.ts'
import { alertLine } from '../../evaluation/reference/alert-line.ts'
import { curveText } from '../../evaluation/tables.ts'

const options = { seed: 'floor', homes: 10, days: 100, stepMinutes: 60, incidentsPerHome: 20 }

/**
 * A short look at simulated homes on every change; `npm run evaluate` looks longer. The bounds leave room for chance:
 * they catch a rule that has broken, not one that has become a little worse.
 */
describe('the personal rule on simulated homes', () => {
  const [water, both] = simulatedPanels(options)
  if (water === undefined || both === undefined) throw new Error('no simulated panels')
  const reference = alertLine(0.99, 6)
  const curves = [water, both].map((panel) =>
    curveOf(panel, [personal(0.5), personal(1), personal(3), reference], 'floor'),
  )
  const of = (panel: number, name: string) => {
    const point = curves[panel]?.points.find(({ candidate }) => candidate === name)
    if (point === undefined) throw new Error(`no ${name}`)
    return point.summary
  }

  it.each([0, 1])('notices everybody who has fallen within a day (panel %i)', (panel) => {
    for (const budget of [0.5, 1, 3]) {
      expect(of(panel, personal(budget).name).within24).toBeGreaterThanOrEqual(0.97)
      expect(of(panel, personal(budget).name).max).toBeLessThanOrEqual(26)
    }
  })

  it.each([0, 1])('keeps near the budget that was set (panel %i)', (panel) => {
    expect(of(panel, personal(0.5).name).per30Days).toBeLessThan(1.2)
    expect(of(panel, personal(1).name).per30Days).toBeLessThan(2)
    expect(of(panel, personal(3).name).per30Days).toBeLessThan(5)
  })

  it.each([0, 1])('a larger budget buys hours (panel %i)', (panel) => {
    const [visit, ask] = [of(panel, personal(0.5).name), of(panel, personal(3).name)]
    expect(ask.median).toBeLessThan(visit.median - 1)
    expect(ask.per30Days).toBeGreaterThan(visit.per30Days)
    expect(visit.median).toBeLessThan(17)
    expect(ask.median).toBeLessThan(11.5)
  })

  it('is what a district gets that sets nothing', () => {
    const { version: _, ...asDelivered } = defaultRuleSettings
    expect(personalSettings(0.5)).toMatchObject(asDelivered)
  })

  it.each([0, 1])(
    'is sooner than the best rule in the literature at about as many false alarms (panel %i)',
    (panel) => {
      const [ours, line] = [of(panel, personal(0.5).name), of(panel, reference.name)]
      expect(ours.per30Days).toBeLessThanOrEqual(line.per30Days + 0.25)
      expect(ours.median).toBeLessThanOrEqual(line.median)
      expect(ours.p90).toBeLessThanOrEqual(line.p90)
      expect(ours.max).toBeLessThanOrEqual(line.max)
    },
  )

  it('is drawn and printed whole', () => {
    const svg = plot(curves)
    expect(svg.match(/<circle/g)?.length).toBe(2 * 3 + 1)
    expect(svg).not.toMatch(/NaN|undefined|Infinity/)
    for (const curve of curves) expect(curveText(curve)).not.toMatch(/NaN|undefined/)
  })
})
