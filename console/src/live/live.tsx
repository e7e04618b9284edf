import { useQueryClient } from '@tanstack/react-query'
import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { keys, useUnresolvedAlerts } from '../api/queries.ts'
import type { AlertView } from '../api/types.ts'
import { setCivilClock } from '../clock/civil.ts'
import { preferences, usePreferences } from '../preference/preferences.ts'
import { bellRepeats, mergeAlert, mustRing, pageTitle } from './alerts.ts'
import { type Connection, nextConnection, retryDelayMs } from './connection.ts'
import { ring } from './sound.ts'

/** The service says the time every 15 s; twice that and a bit without a word is a dead line, whatever TCP believes. */
const SILENCE_MS = 40_000
const FRESH_MS = 6_000
const BELL_EVERY_MS = 3_500

interface Live {
  connection: Connection
  alerts: readonly AlertView[]
  isLoading: boolean
  error: Error | null
  reload(): void
  /** Alerts that have just rung, to be lit up for a moment. */
  fresh: ReadonlySet<string>
  /** What an action answered, merged as if it had come by the line. */
  take(alert: AlertView): void
}

const LiveContext = createContext<Live | null>(null)

export const useLive = (): Live => {
  const live = useContext(LiveContext)
  if (live === null) throw new Error('useLive outside of LiveProvider')
  return live
}

interface Listener {
  onAlert(alert: AlertView): void
  onReset(): void
  onRegistry(): void
  onVisit(): void
  onHeard(homeId: string): void
  onOpen(): void
  onFail(): void
}

/** Opens the line and keeps it open; returns how to hang up. */
const keepListening = (listener: Listener): (() => void) => {
  let source: EventSource | null = null
  let lastEventId = ''
  let attempts = 0
  let retry: ReturnType<typeof setTimeout> | undefined
  let silence: ReturnType<typeof setTimeout> | undefined

  const fail = () => {
    source?.close()
    source = null
    clearTimeout(silence)
    clearTimeout(retry)
    attempts += 1
    listener.onFail()
    retry = setTimeout(open, retryDelayMs(attempts))
  }
  const heardSomething = (event?: MessageEvent) => {
    if (event !== undefined && event.lastEventId !== '') lastEventId = event.lastEventId
    clearTimeout(silence)
    silence = setTimeout(fail, SILENCE_MS)
  }
  const open = () => {
    // A new EventSource sends no Last-Event-ID header by itself, hence the parameter.
    const after = lastEventId === '' ? '' : `?lastEventId=${encodeURIComponent(lastEventId)}`
    const line = new EventSource(`/api/v1/events${after}`)
    source = line
    const on = (type: string, take: (data: string) => void) =>
      line.addEventListener(type, (event) => {
        heardSomething(event)
        take((event as MessageEvent<string>).data)
      })
    line.addEventListener('open', () => {
      attempts = 0
      heardSomething()
      listener.onOpen()
    })
    line.addEventListener('error', fail)
    on('alert', (data) => listener.onAlert(JSON.parse(data) as AlertView))
    on('reset', () => listener.onReset())
    on('registry', () => listener.onRegistry())
    on('visit', () => listener.onVisit())
    on('heard', (data) => listener.onHeard((JSON.parse(data) as { homeId: string }).homeId))
    on('clock', (data) => {
      const clock = JSON.parse(data) as { civilNow: string; civilFactor: number }
      setCivilClock(clock.civilNow, clock.civilFactor)
    })
  }
  const comeBack = () => {
    if (source === null) {
      clearTimeout(retry)
      open()
    }
  }
  window.addEventListener('online', comeBack)
  open()
  return () => {
    window.removeEventListener('online', comeBack)
    clearTimeout(retry)
    clearTimeout(silence)
    source?.close()
  }
}

const useBell = (alerts: readonly AlertView[]) => {
  const { sound } = usePreferences()
  const repeats = sound && bellRepeats(alerts)
  useEffect(() => {
    if (!repeats) return
    ring('P1')
    const timer = setInterval(() => ring('P1'), BELL_EVERY_MS)
    return () => clearInterval(timer)
  }, [repeats])
}

export const LiveProvider = ({ seesAlerts, children }: { seesAlerts: boolean; children: ReactNode }) => {
  const queries = useQueryClient()
  const { t } = useTranslation()
  const [connection, setConnection] = useState<Connection>({ state: 'connecting' })
  const [fresh, setFresh] = useState<ReadonlySet<string>>(new Set())
  const unresolved = useUnresolvedAlerts(seesAlerts)
  const alerts = useMemo(() => unresolved.data ?? [], [unresolved.data])
  useBell(alerts)

  const { refetch } = unresolved
  const actions = useMemo(() => {
    const take = (alert: AlertView) => {
      queries.setQueryData<AlertView[]>(keys.unresolved, (known) =>
        known === undefined ? known : [...mergeAlert(known, alert)],
      )
      void queries.invalidateQueries({ queryKey: keys.alert(alert.id) })
      void queries.invalidateQueries({ queryKey: keys.summary })
      if (alert.homeId !== null) {
        void queries.invalidateQueries({ queryKey: keys.home(alert.homeId) })
        void queries.invalidateQueries({ queryKey: ['alerts', 'home', alert.homeId] })
      }
      void queries.invalidateQueries({ queryKey: keys.listed })
    }
    return { take, reload: () => void refetch() }
  }, [queries, refetch])

  useEffect(() => {
    let wasLost = false
    const lightUp = (id: string) => {
      setFresh((known) => new Set([...known, id]))
      setTimeout(() => setFresh((known) => new Set([...known].filter((other) => other !== id))), FRESH_MS)
    }
    // A busy home is heard many times a minute: its pictures are asked for again at a calm pace.
    const askedAgain = new Map<string, number>()
    return keepListening({
      onAlert(alert) {
        const known = queries.getQueryData<AlertView[]>(keys.unresolved)
        const before = known?.find((other) => other.id === alert.id)
        if (known !== undefined && mustRing(before, alert)) {
          lightUp(alert.id)
          if (preferences().sound && alert.severity === 'P2') ring('P2')
        }
        actions.take(alert)
      },
      onReset: () => void queries.invalidateQueries(),
      onRegistry() {
        void queries.invalidateQueries({ queryKey: keys.homes })
        void queries.invalidateQueries({ queryKey: keys.devices })
        void queries.invalidateQueries({ queryKey: ['home'] })
        void queries.invalidateQueries({ queryKey: keys.circumstances })
        void queries.invalidateQueries({ queryKey: keys.outlook })
      },
      onVisit: () => void queries.invalidateQueries({ queryKey: keys.visits }),
      onHeard(homeId) {
        const now = performance.now()
        if (now - (askedAgain.get(homeId) ?? -Infinity) < 10_000) return
        askedAgain.set(homeId, now)
        for (const queryKey of [keys.home(homeId), ['readings', homeId], ['actogram', homeId]])
          void queries.invalidateQueries({ queryKey, refetchType: 'active' })
      },
      onOpen() {
        setConnection((known) => nextConnection(known, { type: 'opened' }))
        // The replay brings the alerts; whatever else is on screen has aged meanwhile.
        if (wasLost) void queries.invalidateQueries()
        wasLost = false
      },
      onFail() {
        wasLost = true
        setConnection((known) => nextConnection(known, { type: 'failed', atMs: performance.now() }))
        // Tells a lost session from a lost service: the former leads to the sign-in page.
        void queries.invalidateQueries({ queryKey: keys.session })
      },
    })
  }, [queries, actions])

  useEffect(() => {
    document.title = pageTitle(alerts, t('name'))
  }, [alerts, t])

  const value = useMemo<Live>(
    () => ({
      connection,
      alerts,
      fresh,
      isLoading: unresolved.isPending && seesAlerts,
      error: unresolved.error,
      ...actions,
    }),
    [connection, alerts, fresh, unresolved.isPending, unresolved.error, seesAlerts, actions],
  )
  return <LiveContext.Provider value={value}>{children}</LiveContext.Provider>
}
