import { createStore, del, get, keys, set, update } from 'idb-keyval'
import type { OwnVisit } from '../api/types.ts'
import type { OutcomeDraft } from '../outcome/draft.ts'
import type { KeptAct } from './kept.ts'

/** What this phone keeps between two moments of reception, in a database of the browser. */
const store = createStore('shouwang-visits', 'kept')
const ACTS = 'acts'
const visitsKey = (accountId: string) => `visits:${accountId}`
const draftKey = (accountId: string, visitId: string) => `draft:${accountId}:${visitId}`

export const readActs = async (): Promise<KeptAct[]> => (await get<KeptAct[]>(ACTS, store)) ?? []

export const writeActs = (change: (acts: readonly KeptAct[]) => KeptAct[]): Promise<void> =>
  update<KeptAct[]>(ACTS, (acts) => change(acts ?? []), store)

export const readVisits = async (accountId: string): Promise<{ at: number; items: OwnVisit[] } | null> =>
  (await get<{ at: number; items: OwnVisit[] }>(visitsKey(accountId), store)) ?? null

/** Replaces all that was kept: of a visit that is over the service's answer names nobody, and so neither does the phone. */
export const keepVisits = async (
  accountId: string,
  at: number,
  items: readonly OwnVisit[],
): Promise<void> => {
  await set(visitsKey(accountId), { at, items }, store)
  const open = new Set(
    items.filter(({ disclosed }) => disclosed !== null).map(({ id }) => draftKey(accountId, id)),
  )
  await forgetKeys((key) => key.startsWith(draftKey(accountId, '')) && !open.has(key))
}

export const readDraft = async (accountId: string, visitId: string): Promise<OutcomeDraft | null> =>
  (await get<OutcomeDraft>(draftKey(accountId, visitId), store)) ?? null

export const keepDraft = (accountId: string, visitId: string, draft: OutcomeDraft): Promise<void> =>
  set(draftKey(accountId, visitId), draft, store)

export const forgetDraft = (accountId: string, visitId: string): Promise<void> =>
  del(draftKey(accountId, visitId), store)

/** Whoever signs out, or somebody else who signs in, leaves nobody's data behind; what is not yet sent waits. */
export const forgetOthers = (accountId: string | null): Promise<void> =>
  forgetKeys(
    (key) =>
      key !== ACTS &&
      (accountId === null || (key !== visitsKey(accountId) && !key.startsWith(draftKey(accountId, '')))),
  )

const forgetKeys = async (isForgotten: (key: string) => boolean): Promise<void> => {
  for (const key of await keys(store)) if (typeof key === 'string' && isForgotten(key)) await del(key, store)
}
