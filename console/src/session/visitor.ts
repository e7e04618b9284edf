import type { Me } from '../api/types.ts'

/**
 * Who goes on visits with this phone, so that it opens without reception: their own account and what time it was. Nothing
 * of anybody they visit, and nothing that signs anybody in.
 */
const KEY = 'shouwang.visitor'

/** Somebody who has nothing here but their own visits. */
export const isOnlyVisitor = (me: Me): boolean =>
  me.account.grants.length > 0 && me.account.grants.every(({ role }) => role === 'visitor')

export const rememberVisitor = (me: Me | null): void => {
  try {
    if (me === null || !isOnlyVisitor(me)) localStorage.removeItem(KEY)
    else localStorage.setItem(KEY, JSON.stringify({ me, at: Date.now() }))
  } catch {
    // A browser that keeps nothing works as long as there is reception.
  }
}

export const forgetVisitor = (): void => rememberVisitor(null)

/** With the time as it should be by now. */
export const recallVisitor = (): Me | null => {
  try {
    const kept = JSON.parse(localStorage.getItem(KEY) ?? 'null') as { me: Me; at: number } | null
    if (kept === null) return null
    const passedMs = (Date.now() - kept.at) * kept.me.civilFactor
    return { ...kept.me, civilNow: new Date(Date.parse(kept.me.civilNow) + passedMs).toISOString() }
  } catch {
    return null
  }
}
