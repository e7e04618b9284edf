import type { VisitRecord } from '../api/types.ts'
import { localDate } from '../format/instant.ts'

/** `510` as a browser's field for a time takes it: `08:30`. */
export const clockOf = (minuteOfDay: number): string =>
  [Math.floor(minuteOfDay / 60), minuteOfDay % 60].map((part) => String(part).padStart(2, '0')).join(':')

/** Null while the field is not filled in. */
export const minuteOf = (clock: string): number | null => {
  const [, hours, minutes] = /^(\d{2}):(\d{2})/.exec(clock) ?? []
  return hours === undefined || minutes === undefined ? null : Number(hours) * 60 + Number(minutes)
}

type Planned = Pick<VisitRecord, 'kind' | 'createdAt' | 'drill' | 'state'>

/** What was planned on the day of `now` on the clocks of `zone`: friendly visits and calls, no emergency. */
export const plannedToday = <Visit extends Planned>(
  visits: readonly Visit[],
  zone: string,
  now: number,
): Visit[] => {
  const today = localDate(now, zone)
  return visits.filter(
    ({ kind, createdAt, drill }) =>
      kind !== 'emergency' && !drill && localDate(Date.parse(createdAt), zone) === today,
  )
}
