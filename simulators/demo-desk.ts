import type { Service } from '../app/service.ts'
import type { Alert } from '../contracts/alert.ts'
import type { AccountId } from '../contracts/ids.ts'
import { type EpochMs, HOUR_MS, MINUTE_MS } from '../contracts/time.ts'

/** In the history somebody was on duty; live, the visitor is, and the colleague only tidies up after hours. */
const PATIENCE = {
  history: { acknowledgeMs: 10 * MINUTE_MS, resolveMs: 50 * MINUTE_MS },
  live: { acknowledgeMs: 12 * HOUR_MS, resolveMs: 12 * HOUR_MS },
}

const OUTCOMES: Record<string, string> = {
  smoke: '上门查看:做饭油烟触发,已通风,人平安。',
  inactivity: '电话联系上,老人在家休息,一切正常。',
  water: '上门查看:水龙头没关紧,已帮忙关好。',
  device: '设备已恢复上报,通知设备科留意。',
}

/** The fictitious colleague who keeps the demo's queue from growing for ever, and gives its history a past. */
export async function colleagueWorks(
  service: Service,
  colleague: AccountId,
  now: EpochMs,
  time: keyof typeof PATIENCE,
): Promise<void> {
  const { acknowledgeMs, resolveMs } = PATIENCE[time]
  const filter = { scope: null, severities: null, kinds: null, homeId: null, from: null, to: null }
  const open = await service.state.alerts.list(
    { ...filter, states: ['open', 'acknowledged', 'recovered'] },
    'newest',
    { limit: 500, after: null },
  )
  const act = (alert: Alert, note: string | null) => ({
    alertId: alert.id,
    by: `account:${colleague}` as const,
    expectedVersion: null,
    note,
  })
  for (const alert of open.items) {
    const ageMs = now - alert.openedAt
    if (alert.state === 'open' && ageMs >= acknowledgeMs)
      await service.commands.actOnAlert({ type: 'acknowledge', ...act(alert, null) })
    if (ageMs >= resolveMs)
      await service.commands.actOnAlert({
        type: 'resolve',
        outcome: null,
        ...act(alert, OUTCOMES[alert.family] ?? '已核实,一切正常。'),
      })
  }
}
