import type { z } from 'zod'
import type { DeviceId } from '../contracts/ids.ts'
import type { Assignment, Home } from '../contracts/registry.ts'
import { DAY_MS, type EpochMs, MINUTE_MS } from '../contracts/time.ts'
import type { SeriesBucket, SeriesStore } from '../store/series.ts'
import type { StateStore } from '../store/state.ts'
import { type CivilDay, civilDays } from './civil-days.ts'
import { joined, type RegisterSpan, stoodStill, useBetween } from './registers.ts'
import type * as forms from './schemas/readings.ts'

export type Actogram = z.output<typeof forms.Actogram>

/** Every zone of today is a whole number of quarter-hours ahead of UTC, so quarters fit into every local cell. */
const QUARTER_MS = 15 * MINUTE_MS
const WATER = 'water_total_m3'
const ENERGY = 'energy_import_kwh'
/** m³ to litres, and kWh to watt-hours. */
const THOUSAND = 1_000

interface Cell {
  start: EpochMs
  end: EpochMs
}

/** The cells of a local day: 96 quarters, or 92 and 100 on the days when clocks change. */
export const cellsOfDay = (day: CivilDay, resolutionMs: number): Cell[] =>
  Array.from({ length: Math.ceil((day.end - day.start) / resolutionMs) }, (_, index) => ({
    start: day.start + index * resolutionMs,
    end: Math.min(day.start + (index + 1) * resolutionMs, day.end),
  }))

/** For each cell what the register said in it; null where it was not heard. Buckets and cells ascend. */
const spansIn = (cells: readonly Cell[], buckets: readonly SeriesBucket[]): (RegisterSpan | null)[] => {
  let at = 0
  return cells.map((cell) => {
    let span: RegisterSpan | null = null
    for (let bucket = buckets[at]; bucket !== undefined && bucket.start < cell.end; bucket = buckets[++at]) {
      if (bucket.start >= cell.start) span = span === null ? bucket : joined(span, bucket)
    }
    return span
  })
}

/**
 * What flowed in each cell by one register, in its own unit. A register that stood still over cells without a report
 * says that nothing flowed in them; one that moved says so in the cell of the next report, and of the others nothing.
 */
export const usesByCell = (cells: readonly Cell[], buckets: readonly SeriesBucket[]): (number | null)[] => {
  const uses: (number | null)[] = cells.map(() => null)
  const start = cells[0]?.start ?? 0
  let before: RegisterSpan | null = buckets.findLast((bucket) => bucket.start < start) ?? null
  let heardAt = -1
  for (const [index, span] of spansIn(cells, buckets).entries()) {
    if (span === null) continue
    if (before !== null) {
      if (stoodStill(before, span)) uses.fill(0, heardAt + 1, index)
      uses[index] = useBetween(before, span)
    }
    before = span
    heardAt = index
  }
  return uses
}

/** One register over the cells, with where it stood in the home: outside of that it has no say. */
interface Register {
  uses: readonly (number | null)[]
  present: readonly boolean[]
}

/** What flowed by all registers that stood there. A zero beside an unknown is unknown; use beside it is use. */
export const sumOf = (registers: readonly Register[], cell: number): number | null => {
  const said = registers
    .filter((register) => register.present[cell] === true)
    .map((register) => register.uses[cell])
  if (said.length === 0) return null
  const sum = said.reduce<number>((total, use) => total + (use ?? 0), 0)
  return sum === 0 && said.some((use) => use == null)
    ? null
    : Math.round(sum * THOUSAND * THOUSAND) / THOUSAND
}

const registersOf = (
  cells: readonly Cell[],
  buckets: readonly SeriesBucket[],
  assignments: readonly Assignment[],
): Register[] => {
  const groups = Map.groupBy(buckets, ({ deviceId, channel }) => JSON.stringify([deviceId, channel]))
  return [...groups.values()].map((group) => {
    const deviceId: DeviceId | undefined = group[0]?.deviceId
    const stays = assignments.filter((assignment) => assignment.deviceId === deviceId)
    const present = cells.map((cell) =>
      stays.some((stay) => stay.from < cell.end && (stay.to === null || stay.to > cell.start)),
    )
    return { uses: usesByCell(cells, group), present }
  })
}

interface Stores {
  state: Pick<StateStore, 'devices'>
  series: Pick<SeriesStore, 'buckets'>
}

/** The last `dayCount` local days of a home, up to the one that holds `now`. */
export const readActogram = async (
  { state, series }: Stores,
  home: Home,
  dayCount: number,
  resolutionMinutes: 15 | 30 | 60,
  now: EpochMs,
): Promise<Actogram> => {
  const days = civilDays(home.zone, now, dayCount)
  const [first, last] = [days[0], days.at(-1)]
  if (first === undefined || last === undefined) throw new Error('an actogram has a day at least')
  // A day more, so that the first cell has a report to be compared with.
  const range = { homeId: home.id, metrics: [WATER, ENERGY], from: first.start - DAY_MS, to: last.end }
  const buckets = await series.buckets(range, QUARTER_MS)
  const assignments = await state.devices.assignmentsOfHome(home.id)
  const cellsByDay = days.map((day) => cellsOfDay(day, resolutionMinutes * MINUTE_MS))
  const cells = cellsByDay.flat()
  const [water, energy] = [WATER, ENERGY].map((metric) =>
    registersOf(
      cells,
      buckets.filter((bucket) => bucket.metric === metric),
      assignments,
    ),
  )
  let cell = 0
  return {
    zone: home.zone,
    resolutionMinutes,
    days: days.map(({ date }, index) => ({
      date,
      cells: (cellsByDay[index] ?? []).map(() => {
        const shown = { litres: sumOf(water ?? [], cell), wattHours: sumOf(energy ?? [], cell) }
        cell += 1
        return shown
      }),
    })),
  }
}
