import type { Json, Sentence } from '../contracts/finding.ts'
import { HOUR_MS } from '../contracts/time.ts'
import { lengthOfTime, litresInWords } from './explanation.ts'
import type { WaterTrack } from './water.ts'

/** What a register moves by, and how long the home takes for that. */
export interface Step {
  litres: number
  /** On average, older ones counting for less. */
  hours: number
}

/** What common pulse meters count in, coarsest first. */
const COARSE_LITRES = [1_000, 100, 10]
const FINE: Step = { litres: 1, hours: 0 }
/** A sum is rounded to a millilitre. */
const TOLERANCE_LITRES = 0.002
/** Until a home has shown its own: the median of recorded one-person homes. */
const COMMON_LITRES_A_DAY = 76
/** Each counts for so much of the average. */
const LATEST_SHARE = 0.1
/** What comes in bursts must not make every wait a long one. */
const LEAST_HOURS = 1
/** An absence counts for no more than so many ordinary waits. */
const LONGEST_GAP_STEPS = 3
/** After so many times what the home takes for a step the next is overdue: of 1.5, 1.75 and 2 the one that rings as seldom as a fine register. */
const OVERDUE_STEPS = 1.5

/** Takes what a register moved by, `hours` after it last moved; null: not known. One that shows single litres is fine for good. */
export function learnStep(known: Step | undefined, litres: number, hours: number | null): Step {
  if (known?.litres === FINE.litres) return known
  const step = COARSE_LITRES.find((one) => one <= (known?.litres ?? one) && isMultiple(litres, one))
  if (step === undefined) return FINE
  const before = known?.litres === step ? known : { litres: step, hours: (24 * step) / COMMON_LITRES_A_DAY }
  if (hours === null) return before
  const each = Math.min((hours * step) / litres, LONGEST_GAP_STEPS * before.hours)
  const mean = before.hours + LATEST_SHARE * (each - before.hours)
  return { litres: step, hours: Math.max(LEAST_HOURS, Math.round(mean * 10) / 10) }
}

function isMultiple(litres: number, step: number): boolean {
  const steps = Math.round(litres / step)
  return steps > 0 && Math.abs(litres - steps * step) <= TOLERANCE_LITRES
}

/** The register of a home that shows most; null where it shows single litres, or nothing has flowed yet. */
export function coarseStep(tracks: readonly WaterTrack[]): Step | null {
  let finest: Step | null = null
  for (const { step } of tracks)
    if (step !== undefined && (finest === null || step.litres < finest.litres)) finest = step
  return finest === null || finest.litres === FINE.litres ? null : finest
}

/** A shorter quiet says nothing, as the next step was not due. */
export const leastHoursFor = (step: Step | null): number =>
  step === null ? 0 : Math.ceil(OVERDUE_STEPS * step.hours)

export const coarseData = (step: Step): Record<string, Json> => ({
  registerStepLitres: step.litres,
  hoursAStep: step.hours,
})

export function coarseInWords(step: Step): Sentence {
  const litres = litresInWords(step.litres)
  const length = lengthOfTime(Math.round(step.hours) * HOUR_MS)
  return {
    zh: `水表每${litres}升才走一格，该户平均${length.zh}走一格，更短的静默看不出来`,
    en: `the register moves only every ${litres} L, which takes this home ${length.en} on average: a shorter quiet cannot be seen`,
  }
}
