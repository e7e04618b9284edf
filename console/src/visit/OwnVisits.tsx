import { useQueryClient } from '@tanstack/react-query'
import {
  createContext,
  type ReactNode,
  useCallback,
  useContext,
  useEffect,
  useMemo,
  useRef,
  useState,
} from 'react'
import { ApiError, answer, answerOf, client } from '../api/client.ts'
import { keys } from '../api/queries.ts'
import type { OwnVisit } from '../api/types.ts'
import { civilNow } from '../clock/civil.ts'
import { useMe } from '../session/session.ts'
import { type Delivery, deliver, type Sent } from './deliver.ts'
import { type ActType, asDone, type KeptAct, keep, tidied, unsentOf, withoutAged } from './kept.ts'
import { forgetOthers, keepVisits, readActs, readVisits, writeActs } from './phone-store.ts'

/** Offers run out within minutes, and nothing is pushed to a page: it asks. */
const ASK_EVERY_MS = 15_000

type Further = Partial<Pick<KeptAct, 'place' | 'photos' | 'outcome' | 'note'>>

interface OwnVisits {
  /** As whoever holds the phone knows them; null until they are known from the service or from this phone. */
  visits: readonly OwnVisit[] | null
  acts: readonly KeptAct[]
  /** False: the list is what this phone kept, `asOf` then. */
  isCurrent: boolean
  asOf: number | null
  unsent: number
  /** Keeps it on this phone first, then sends it as soon as that is possible. */
  act(visitId: string, type: ActType, further?: Further): Promise<void>
  refresh(): Promise<void>
}

interface Known {
  at: number
  items: OwnVisit[]
  isCurrent: boolean
}

const OwnVisitsContext = createContext<OwnVisits | null>(null)

export const useOwnVisits = (): OwnVisits => {
  const own = useContext(OwnVisitsContext)
  if (own === null) throw new Error('useOwnVisits outside of OwnVisitsProvider')
  return own
}

const nowIso = () => new Date(civilNow() ?? Date.now()).toISOString()

/** Also where the page came without TLS, and browsers make no UUIDs. */
const newActId = () =>
  [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('')

/** A line that is neither there nor gone must not hold up what is kept. */
const PATIENCE_MS = 30_000
const patiently = () => AbortSignal.timeout(PATIENCE_MS)
/** Nobody before a door waits longer than this for what the phone keeps already. */
const SHOW_KEPT_AFTER_MS = 2_000

const COME_AGAIN: ReadonlySet<number> = new Set([0, 401, 408, 425, 429])

const sent = async <Value,>(call: Promise<Value>): Promise<Sent<Value>> => {
  try {
    return { sent: await call }
  } catch (error) {
    if (!(error instanceof ApiError)) throw error
    return COME_AGAIN.has(error.status) || error.status >= 500 ? 'later' : { refused: error.code }
  }
}

const postAct = ({ actId, doneAt, visitId, type, place, photos, outcome, note }: KeptAct) => {
  const params = { path: { id: visitId } }
  const signal = patiently()
  const base = { actId, doneAt }
  if (type === 'check-in') {
    const photoIds = photos.flatMap(({ id }) => id ?? [])
    return answer(
      client.POST('/api/v1/visits/{id}/check-in', { params, signal, body: { ...base, place, photoIds } }),
    )
  }
  if (type === 'submit') {
    if (outcome === null) throw new Error('a report without an outcome was kept')
    const body = note === '' ? { ...base, outcome } : { ...base, outcome, note }
    return answer(client.POST('/api/v1/visits/{id}/submit', { params, signal, body }))
  }
  return answer(client.POST(`/api/v1/visits/{id}/${type}`, { params, signal, body: base }))
}

/** The document of the API has no words for bytes, so this one is sent as it is. */
const postPhoto = (visitId: string, picture: Blob): Promise<string> =>
  answerOf<{ id: string }>(
    fetch(`/api/v1/visits/${encodeURIComponent(visitId)}/photos`, {
      method: 'POST',
      credentials: 'same-origin',
      headers: { 'content-type': 'image/jpeg' },
      body: picture,
      signal: patiently(),
    }),
  ).then(({ id }) => id)

const deliveryFor = (accountId: string): Delivery => ({
  accountId,
  read: readActs,
  write: writeActs,
  sendPhoto: (visitId, picture) => sent(postPhoto(visitId, picture)),
  sendAct: (act) => sent(postAct(act).then(() => null)),
  now: nowIso,
})

/** One tab sends at a time; the others find it sent. */
const alone = async (work: () => Promise<void>): Promise<void> => {
  if (!('locks' in navigator)) return work()
  await navigator.locks.request('shouwang-visits', work)
}

export const OwnVisitsProvider = ({ children }: { children: ReactNode }) => {
  const { account } = useMe()
  const queries = useQueryClient()
  const [known, setKnown] = useState<Known | null>(null)
  const [acts, setActs] = useState<readonly KeptAct[]>([])
  const isGone = useRef(false)

  const keptHere = useCallback(async (): Promise<Known | null> => {
    const kept = await readVisits(account.id)
    return kept && { at: kept.at, items: withoutAged(kept, Date.now()), isCurrent: false }
  }, [account.id])

  const ask = useCallback(async () => {
    try {
      const { items } = await answer(
        client.GET('/api/v1/visits/mine', { signal: patiently(), params: { query: { limit: 50 } } }),
      )
      const at = Date.now()
      await keepVisits(account.id, at, items)
      if (!isGone.current) setKnown({ at, items, isCurrent: true })
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
      // A session that ended leads to the sign-in page.
      if (error.status === 401) void queries.invalidateQueries({ queryKey: keys.session })
      const kept = await keptHere()
      if (!isGone.current && kept !== null) setKnown(kept)
    }
  }, [account.id, queries, keptHere])

  const refresh = useCallback(
    () =>
      alone(async () => {
        await deliver(deliveryFor(account.id))
        await ask()
        if (!isGone.current) setActs(await readActs())
      }),
    [account.id, ask],
  )

  useEffect(() => {
    isGone.current = false
    const again = () => void refresh()
    void (async () => {
      await forgetOthers(account.id)
      await writeActs((all) => tidied(all, civilNow() ?? Date.now()))
      setActs(await readActs())
      await refresh()
    })()
    const showKept = async () => {
      const kept = await keptHere()
      if (!isGone.current) setKnown((asked) => asked ?? kept)
    }
    const meanwhile = setTimeout(() => void showKept(), SHOW_KEPT_AFTER_MS)
    const timer = setInterval(again, ASK_EVERY_MS)
    window.addEventListener('online', again)
    window.addEventListener('offline', again)
    document.addEventListener('visibilitychange', again)
    return () => {
      isGone.current = true
      clearTimeout(meanwhile)
      clearInterval(timer)
      window.removeEventListener('online', again)
      window.removeEventListener('offline', again)
      document.removeEventListener('visibilitychange', again)
    }
  }, [account.id, refresh, keptHere])

  const act = useCallback(
    async (visitId: string, type: ActType, further: Further = {}) => {
      await writeActs((all) =>
        keep(all, {
          actId: newActId(),
          accountId: account.id,
          visitId,
          type,
          doneAt: nowIso(),
          place: null,
          photos: [],
          outcome: null,
          note: '',
          ...further,
          state: 'kept',
          receivedAt: null,
          code: null,
        }),
      )
      setActs(await readActs())
      void refresh()
    },
    [account.id, refresh],
  )

  const own = useMemo(() => acts.filter(({ accountId }) => accountId === account.id), [acts, account.id])
  const value = useMemo<OwnVisits>(
    () => ({
      visits: known?.items.map((visit) => asDone(visit, own)) ?? null,
      acts: own,
      isCurrent: known?.isCurrent ?? false,
      asOf: known?.at ?? null,
      unsent: unsentOf(own, account.id).length,
      act,
      refresh,
    }),
    [known, own, account.id, act, refresh],
  )
  return <OwnVisitsContext.Provider value={value}>{children}</OwnVisitsContext.Provider>
}
