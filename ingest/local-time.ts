import { Temporal } from 'temporal-polyfill'

/**
 * The instant (epoch ms) of a wall-clock time without offset (`2026-10-25T02:30:00`, `2026-10-25 02:30`) in an IANA zone; of
 * the two that an hour has when clocks go back the one nearer to `near`. null when it is no such time or no such zone.
 */
export function localInstant(text: string, zone: string, near: number): number | null {
  try {
    const wall = Temporal.PlainDateTime.from(text.trim().replace(' ', 'T').replace(',', '.'))
    const [earlier, later] = (['earlier', 'later'] as const).map(
      (disambiguation) => wall.toZonedDateTime(zone, { disambiguation }).epochMilliseconds,
    )
    if (earlier === undefined || later === undefined) return null
    return Math.abs(earlier - near) <= Math.abs(later - near) ? earlier : later
  } catch {
    return null
  }
}
