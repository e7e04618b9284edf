import { clockTime, localDate, zoneOffsetMs } from './instant.ts'

/** `2026-11-20T06:40` on the clocks of `zone`, as the browser's own field for a day and time takes it. */
export const toLocalInput = (at: number, zone: string): string =>
  `${localDate(at, zone)}T${clockTime(at, zone)}`

/** The instant that such a field means in `zone`; null while it is not filled in. */
export const fromLocalInput = (text: string, zone: string): number | null => {
  const asUtc = Date.parse(`${text}Z`)
  if (Number.isNaN(asUtc)) return null
  const guess = asUtc - zoneOffsetMs(asUtc, zone)
  // The offset may differ at the two instants on a day when clocks are put forward or back.
  return asUtc - zoneOffsetMs(guess, zone)
}
