import type { Service } from '../app/service.ts'
import type { Alert } from '../contracts/alert.ts'
import type { AlertAction } from '../contracts/command.ts'
import type { AccountId } from '../contracts/ids.ts'
import { type EpochMs, HOUR_MS, MINUTE_MS } from '../contracts/time.ts'
import { harmless, unlessRefused } from './demo-visits.ts'

/** In the history somebody was on duty; live, whoever tries the demo is, and the colleague only tidies up after hours. */
const PATIENCE = {
  history: { acknowledgeMs: 10 * MINUTE_MS, resolveMs: 50 * MINUTE_MS },
  live: { acknowledgeMs: 12 * HOUR_MS, resolveMs: 12 * HOUR_MS },
}
/** Rings for so long, and nobody tried the buttons: the colleague sends somebody, so that it is seen how it goes on. */
const SENDS_AFTER_MS: Partial<Record<Alert['severity'], number>> = { P1: 45 * MINUTE_MS, P2: 60 * MINUTE_MS }
const REVIEWS_AFTER_MS = 2 * HOUR_MS

type Desk = Pick<Service, 'state' | 'commands'>

/** The fictitious colleague who keeps the demo's queue from growing for ever, and gives its history a past. */
export async function colleagueWorks(
  service: Desk,
  colleague: AccountId,
  now: EpochMs,
  time: keyof typeof PATIENCE,
): Promise<void> {
  const { acknowledgeMs, resolveMs } = PATIENCE[time]
  const { commands } = service
  for (const alert of await alertsIn(service, ['open', 'acknowledged', 'recovered'])) {
    const ageMs = now - alert.openedAt
    const act = (note: string | null) => actOn(alert, colleague, note)
    if (alert.state === 'open' && ageMs >= acknowledgeMs)
      await unlessRefused(commands.actOnAlert({ type: 'acknowledge', ...act(null) }))
    if (ageMs >= resolveMs) {
      const { note, outcome } = harmless(alert.family)
      await unlessRefused(commands.actOnAlert({ type: 'resolve', outcome, ...act(note) }))
    }
  }
}

/** What rings unheard gets a visitor, and what a visitor reported is reviewed and closed. */
export async function colleagueSends(service: Desk, colleague: AccountId, now: EpochMs): Promise<void> {
  const { commands } = service
  for (const alert of await alertsIn(service, ['open', 'recovered'])) {
    const patienceMs = SENDS_AFTER_MS[alert.severity]
    const rings = alert.state === 'open' || alert.acknowledgedAt === null
    const ringsSince = alert.ladder?.startedAt ?? alert.openedAt
    if (alert.homeId === null || !rings || patienceMs === undefined || now - ringsSince < patienceMs) continue
    const send = { type: 'dispatch', candidates: null, crewSize: 1 } as const
    await unlessRefused(commands.actOnAlert({ ...send, ...actOn(alert, colleague, null) }))
  }
  for (const alert of await alertsIn(service, ['resolved'])) {
    const { outcome, resolvedBy, resolvedAt } = alert
    if (outcome === null || !resolvedBy?.startsWith('person:')) continue
    if (now - (resolvedAt ?? now) < REVIEWS_AFTER_MS) continue
    await unlessRefused(commands.actOnAlert({ type: 'review', outcome, ...actOn(alert, colleague, null) }))
    await unlessRefused(commands.actOnAlert({ type: 'close', ...actOn(alert, colleague, null) }))
  }
}

async function alertsIn({ state }: Desk, states: Alert['state'][]): Promise<Alert[]> {
  const filter = { scope: null, severities: null, kinds: null, homeId: null, from: null, to: null }
  return (await state.alerts.list({ ...filter, states }, 'newest', { limit: 500, after: null })).items
}

const actOn = ({ id: alertId }: Alert, colleague: AccountId, note: string | null): AlertAction => ({
  alertId,
  by: `account:${colleague}`,
  expectedVersion: null,
  note,
})
