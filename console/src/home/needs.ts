import type { Resident } from '../api/types.ts'

type Say = (key: string, values: Record<string, unknown>) => string

/** What whoever comes must know of how somebody hears, sees, moves and speaks, in words. */
export const needWords = ({ hearing, vision, mobility, dialect }: Resident['needs'], say: Say): string[] => [
  ...(hearing ? [say('need.hearing', {})] : []),
  ...(vision ? [say('need.vision', {})] : []),
  ...(mobility ? [say('need.mobility', {})] : []),
  ...(dialect === '' ? [] : [say('need.dialect', { dialect })]),
]
