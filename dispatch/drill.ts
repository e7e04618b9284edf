import type { Alert, TimelineEntry, TimelineEvent } from '../contracts/alert.ts'
import type { Page } from '../contracts/duty.ts'
import type { DrillReport } from '../contracts/report.ts'
import { isOver } from './states.ts'

/** Who was told when and answered when, and how long each step took. */
export function drillReport(
  alert: Alert,
  timeline: readonly TimelineEntry[],
  pages: readonly Page[],
): DrillReport {
  const startsAt = alert.state === 'shelved' ? (alert.waitUntil ?? alert.openedAt) : alert.openedAt
  const began = timeline.filter(({ at, event }) => at >= startsAt && event !== 'shelved')
  const after = (...events: TimelineEvent[]): number | null => {
    const line = began.find(({ event }) => events.includes(event))
    return line === undefined ? null : line.at - startsAt
  }
  const answeredAt = new Map(
    timeline.flatMap(({ event, at, evidence }) =>
      event === 'page_answered' ? [[evidence?.data.key, at] as const] : [],
    ),
  )
  const count = (event: TimelineEvent) => timeline.filter((line) => line.event === event).length
  return {
    alertId: alert.id,
    homeId: alert.homeId,
    jurisdictionId: alert.jurisdictionId,
    severity: alert.severity,
    startsAt,
    isOver: isOver(alert),
    told: pages.map(
      ({ recipient, purpose, step, dueAt, createdAt, sentAt, channelId, state, reason, key }) => ({
        recipient,
        purpose,
        step,
        dueAt,
        createdAt,
        sentAt,
        channelId,
        state,
        reason,
        answeredAt: answeredAt.get(key) ?? null,
      }),
    ),
    firstToldMs: after('paged'),
    firstArrivedMs: after('page_delivered'),
    firstAnsweredMs: after('page_answered'),
    // Whoever accepts a visit has taken it on as well.
    acknowledgedMs: alert.acknowledgedAt === null ? after('acknowledged') : alert.acknowledgedAt - startsAt,
    offeredMs: after('visit_offered'),
    acceptedMs: after('visit_accepted'),
    onSceneMs: after('visit_on_scene'),
    resolvedMs: after('resolved', 'visit_submitted'),
    closedMs: after('closed'),
    nobodyOnDuty: count('nobody_on_duty'),
    pagesFailed: count('page_failed'),
  }
}
