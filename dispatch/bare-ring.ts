import type { Alert, TimelineEntry } from '../contracts/alert.ts'
import type { EpochMs } from '../contracts/time.ts'
import { type CaseContext, type CaseFinding, REOPENED } from './case.ts'
import { newAlert } from './case-book.ts'
import { holdLadder } from './ladder.ts'

/** An alert as it is to be kept, with its line in the history. */
export interface Rung {
  alert: Alert
  line: TimelineEntry
}

/** Rings at the desk for a finding where nothing else works: without a ladder, beside whatever is open. */
export function bareRing(finding: CaseFinding, now: EpochMs, context: CaseContext): Rung {
  return rung(newAlert(finding, now, context), now, 'opened')
}

/** What waited, was kept quiet or forgotten comes back to the desk, and tells nobody. */
export const ringAgain = (alert: Alert, now: EpochMs): Rung =>
  rung({ ...alert, ...REOPENED, ladder: holdLadder(alert.ladder) }, now, 'reopened', alert.state)

function rung(
  alert: Alert,
  now: EpochMs,
  event: 'opened' | 'reopened',
  from: Alert['state'] | null = null,
): Rung {
  const version = alert.version + 1
  const evidence = {
    data: { ...alert.evidence.data, bare: true },
    sentence: {
      zh: `${alert.evidence.sentence.zh}（系统出错：仅在值班台响铃，未逐级通知）`,
      en: `${alert.evidence.sentence.en} (a fault of the service: it rings at the desk only and tells nobody)`,
    },
  }
  return {
    alert: { ...alert, updatedAt: now, version, decidedVersion: version },
    line: {
      alertId: alert.id,
      n: version,
      at: now,
      actor: 'system',
      event,
      from,
      to: alert.state,
      noteId: null,
      evidence,
    },
  }
}
