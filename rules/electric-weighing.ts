import type { EpochMs } from '../contracts/time.ts'
import { ABSENCE_HOURS, falseWithinHours, type Gap } from './baseline/baseline.ts'
import type { ElectricHabits } from './baseline/electric.ts'
import { PRICES } from './baseline/ladder.ts'
import { type Packed, packChances, unpackChances } from './baseline/packed.ts'
import { soonestDeadline, weighedDeadlines } from './baseline/weighed.ts'
import { quietCompleteAt } from './circumstances.ts'
import { type ElectricTrace, trimTrace } from './electric-trace.ts'
import { evidenceSince, learnElectric, mainTrack } from './electric-use.ts'
import type { Turn } from './findings.ts'
import type { PersonalState, Standing } from './habits.ts'
import type { PowerTrack } from './standby.ts'
import type { DeviceState, HomeState } from './state.ts'

/** What is kept of a plan so that electricity can move it: left out where there is no such meter. */
export type Weighed = { quiet: Packed; price: number; capHours: number } & (Unasked | Asked)

/** Whatever electricity may show, it does not ring sooner: so it is not asked before. */
interface Unasked {
  soonestHours: number
}

interface Asked {
  /** As far as electricity was looked at: the end of its trace, and how much of that came late. */
  seenS: number
  late: number
  /** When to ring, with electricity weighed in. */
  hours: number
}

/** Filled anew by each that looks at a quiet, and read at once. */
const quietUnpacked = new Float64Array(ABSENCE_HOURS + 1)

export function weighable(
  home: HomeState,
  decided: { quiet: Float64Array; price: number; capHours: number },
): { weighed?: Weighed } {
  if (mainTrack(home) === null) return {}
  const { capHours } = decided
  const price = Math.round(decided.price * 1_000) / 1_000
  const quiet = packChances(decided.quiet)
  const soonestHours = soonestDeadline(unpackChances(quiet, quietUnpacked), capHours, price)
  return { weighed: { quiet, price, capHours, soonestHours } }
}

/**
 * When the quiet may be over its time at the soonest, if electricity says so: until then it need not be asked. Null once
 * that has passed, or where it has no say.
 */
export function weighingAt(turn: Turn, { since, weighed }: Standing): EpochMs | null {
  if (weighed === undefined || !('soonestHours' in weighed)) return null
  const at = quietCompleteAt(turn, since, weighed.soonestHours)
  return at > turn.now ? at : null
}

/** The plan with what electricity has said since it was last looked at. */
export function weigh(home: HomeState, state: PersonalState, plan: Standing): Standing {
  const { weighed } = plan
  const trace = mainTrack(home)?.trace
  if (weighed === undefined || trace === undefined) return plan
  const seenS = lastOf(trace)
  if ('seenS' in weighed && seenS === weighed.seenS && trace.late === weighed.late) return plan
  const { evidence } = evidenceSince(state.electric ?? '', home, plan.since)
  const { quiet, price, capHours } = weighed
  const [hours = plan.hours] = weighedDeadlines(
    unpackChances(quiet, quietUnpacked),
    capHours,
    [price],
    evidence,
  )
  return { ...plan, weighed: { quiet, price, capHours, seenS, late: trace.late, hours } }
}

/** Whether hours of electricity have come late since the plan was last weighed. */
export const hasLate = (home: HomeState, { weighed }: Standing): boolean =>
  weighed !== undefined &&
  'late' in weighed &&
  (mainTrack(home)?.trace?.late ?? weighed.late) !== weighed.late

/** When the quiet is over its time: by water alone, or with electricity weighed in. */
export const hoursOfPlan = ({ hours, weighed }: Standing): number =>
  weighed !== undefined && 'hours' in weighed ? weighed.hours : hours

/** When each price would have rung, had electricity been weighed in at it; exact as far as it was a false alarm then. */
export function weighedLadder(
  home: HomeState,
  state: PersonalState,
  plan: Standing,
  gap: Gap,
): readonly number[] {
  const { weighed } = plan
  const withinHours = falseWithinHours(gap)
  if (weighed === undefined || withinHours < 1) return plan.ladder
  const { evidence } = evidenceSince(state.electric ?? '', home, plan.since, withinHours)
  return weighedDeadlines(unpackChances(weighed.quiet, quietUnpacked), weighed.capHours, PRICES, evidence)
}

/** What a quiet that has ended teaches of electricity: hours at home, and well, without water. */
export function electricAfter(
  home: HomeState,
  habits: ElectricHabits | undefined,
  fromS: number,
  gap: Gap,
): ElectricHabits | undefined {
  if (gap.hours > ABSENCE_HOURS || mainTrack(home) === null) return habits
  return learnElectric(habits ?? '', home, fromS, fromS + (gap.hours - gap.flowHours) * 3_600)
}

/** What lies before the last use is of no more interest. */
export function forgetBefore(home: HomeState, atS: number): void {
  if (!home.devices.some(hasTrace)) return
  home.devices = home.devices.map((device) =>
    hasTrace(device) ? { ...device, power: device.power.map((track) => trimmed(track, atS)) } : device,
  )
}

const hasTrace = ({ power }: DeviceState): boolean => power.some(({ trace }) => trace !== undefined)

const trimmed = (track: PowerTrack, atS: number): PowerTrack =>
  track.trace === undefined ? track : { ...track, trace: trimTrace(track.trace, atS) }

const lastOf = ({ points }: ElectricTrace): number => points.at(-1)?.[0] ?? 0
