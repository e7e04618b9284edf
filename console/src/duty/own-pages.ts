import type { DutyPage } from '../api/types.ts'

/** What was told longer ago is history: another shift has begun, or somebody else has acted. */
const LATELY_MS = 12 * 3_600_000

const isRecent = ({ createdAt }: DutyPage, now: number) => Date.parse(createdAt) > now - LATELY_MS

/** What a page is about: the duty of a place, an alert however often it was told, or itself. */
const matterOf = ({ purpose, jurisdictionId, alertId, key }: DutyPage): string =>
  purpose === 'test' ? `test ${jurisdictionId}` : alertId === null ? key : `${purpose} ${alertId}`

/**
 * What waits for an answer, also where it could not be sent: whoever is here has found the way by themselves. `pages`
 * the newest first: of those about one matter only the last counts.
 */
export const waitingPages = (pages: readonly DutyPage[], now: number): DutyPage[] => {
  const seen = new Set<string>()
  return pages.filter((page) => {
    const matter = matterOf(page)
    if (seen.has(matter)) return false
    seen.add(matter)
    return page.state !== 'answered' && page.state !== 'dropped' && isRecent(page, now)
  })
}

/** The test page of this shift that was answered, if it was. */
export const answeredLately = (pages: readonly DutyPage[], now: number): DutyPage | null =>
  pages.find((page) => page.purpose === 'test' && page.state === 'answered' && isRecent(page, now)) ?? null
