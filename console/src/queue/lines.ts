import type { AlertDetail, TimelineLine } from '../api/types.ts'

/**
 * The lines after the beginning of a history, the newest first: those that come with the alert, and those between that
 * were fetched besides.
 */
export const linesAfterBeginning = (
  { beginning, timeline }: Pick<AlertDetail, 'beginning' | 'timeline'>,
  fetched: readonly TimelineLine[],
): TimelineLine[] => {
  const began = beginning.at(-1)?.n ?? 0
  const lines = new Map([...fetched, ...timeline].map((line) => [line.n, line]))
  return [...lines.values()].filter(({ n }) => n > began).sort((a, b) => b.n - a.n)
}
