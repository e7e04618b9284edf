import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { personal } from '../../evaluation/candidates.ts'
import { FLOOR } from '../../evaluation/goals.ts'
import { recordedPanels } from '../../evaluation/recordings.ts'
import { scoreHome } from '../../evaluation/scorer.ts'
import { summarise } from '../../evaluation/summary.ts'

const DATA = resolve(import.meta.dirname, '../../../shared/data')
const isThere = existsSync(DATA)
if (!isThere) console.warn(`SKIPPED: the floor is not looked at on recorded homes, for there is no ${DATA}`)
const options = { dir: DATA, mode: 'uniform', stepMinutes: 60, incidentsPerHome: 240 } as const
const panels = (isThere ? recordedPanels(options) : null) ?? []

/** The floor that must hold everywhere: no more false alarms than the best rule of the literature, and no later. */
describe.skipIf(!isThere)('the default settings on recorded homes', () => {
  it.each(panels)('hold the floor: $name', ({ name, homes }) => {
    const ours = summarise(homes.map((home) => scoreHome(home, personal(0.5))))
    const floor = FLOOR[name]
    if (floor === undefined) throw new Error(`no floor for ${name}`)
    expect(Math.round(ours.per30Days * 100) / 100).toBeLessThanOrEqual(floor.per30Days)
    expect(Math.round(ours.median)).toBeLessThanOrEqual(floor.median)
    expect(Math.round(ours.p90)).toBeLessThanOrEqual(floor.p90)
    expect(ours.max).toBeLessThanOrEqual(floor.max)
    expect(ours.within24).toBeGreaterThanOrEqual(0.99)
  })
})
