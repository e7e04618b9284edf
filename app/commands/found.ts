import { Refusal } from '../../contracts/errors.ts'

/** The row that somebody named, or the refusal that there is none. */
export async function found<T>(row: Promise<T | null>, what: string): Promise<T> {
  const value = await row
  if (value === null) throw new Refusal('not_found', `no such ${what}`)
  return value
}
