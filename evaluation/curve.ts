import type { Panel } from './panel.ts'
import { type HomeScore, scoreHome } from './scorer.ts'
import { summariseWithIntervals, type WithIntervals } from './summary.ts'
import type { Candidate } from './watch.ts'

/** One rule on one panel. */
export interface Point {
  candidate: string
  curve: string
  summary: WithIntervals
  homes: HomeScore[]
}

export interface PanelCurve {
  panel: string
  what: string
  points: Point[]
}

/** Share of harmless silences that the resident answers when asked, so that nobody has to go. */
export const ANSWERED = [0.5, 0.8, 0.9]

export const falseVisits = ({ per30Days }: { per30Days: number }, answered: number): number =>
  per30Days * (1 - answered)

/** The curve is about people who do nothing any more; incidents that look otherwise have a table of their own. */
const PLAIN: ReadonlySet<string> = new Set(['stands still', 'fall'])
const plainly = (home: HomeScore): HomeScore => ({
  ...home,
  delays: home.delays.filter(({ kind }) => PLAIN.has(kind)),
})

export function curveOf(panel: Panel, candidates: readonly Candidate[], seed: string): PanelCurve {
  const points = candidates.map((candidate) => {
    const homes = panel.homes.map((home) => scoreHome(home, candidate))
    const summary = summariseWithIntervals(homes.map(plainly), `${seed}/${panel.name}/${candidate.name}`)
    return { candidate: candidate.name, curve: candidate.curve, summary, homes }
  })
  return { panel: panel.name, what: panel.what, points }
}
