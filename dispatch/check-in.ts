import type { Evidence } from '../contracts/finding.ts'
import type { AlertId } from '../contracts/ids.ts'
import { type CaseRefusal, REOPENED } from './case.ts'
import type { CaseBook } from './case-book.ts'
import { mergeElseOpen } from './incident.ts'
import { isOver, isWaiting } from './states.ts'

/**
 * The resident answered. "Well" closes nothing by itself: it is a sign of life, and the alert ends when the rules take
 * their finding back for it, so that no finding that goes on holding is lost. "Help" rings as danger to life.
 */
export function takeAnswer(book: CaseBook, id: AlertId, answer: 'well' | 'help'): CaseRefusal | null {
  const alert = book.get(id)
  if (!alert) return { code: 'not_found', message: 'no such alert in this home' }
  if (answer === 'well') {
    if (!isOver(alert)) book.change(alert, {}, { event: 'answered', actor: 'system', evidence: WELL })
    return null
  }
  // The clock of the desk starts when it first rings, not when the resident was asked.
  const openedAt = isWaiting(alert) ? book.now : alert.openedAt
  book.change(
    alert,
    { ...REOPENED, severity: 'P1', evidence: HELP, openedAt },
    { event: 'answered', actor: 'system', evidence: HELP },
  )
  return null
}

/** The question could not be put: nobody waits for an answer that cannot come. */
export function askFailed(book: CaseBook, id: AlertId, reason: string): void {
  const alert = book.get(id)
  if (alert?.state !== 'suspected') return
  mergeElseOpen(book, alert, 'ask_failed', {
    data: { reason },
    sentence: { zh: `无法联系本人（${reason}）`, en: `The resident could not be asked (${reason})` },
  })
}

const WELL: Evidence = {
  data: { answer: 'well' },
  sentence: { zh: '本人回复平安', en: 'The resident answered: all is well' },
}
const HELP: Evidence = {
  data: { answer: 'help' },
  sentence: { zh: '本人求助', en: 'The resident calls for help' },
}
