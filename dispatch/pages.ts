import type { Alert } from '../contracts/alert.ts'
import type { Page } from '../contracts/duty.ts'
import type { Evidence } from '../contracts/finding.ts'
import type { CaseBook } from './case-book.ts'
import { clockTime } from './civil-time.ts'
import { zoneOf } from './ladder.ts'
import { answerOffer, isPending, openVisitOf, passOn } from './visit.ts'

/** What became of a page about an alert is a line of its history. One that failed for good costs the next no time. */
export function pageResult(book: CaseBook, page: Page): void {
  const alert = page.alertId === null ? undefined : book.get(page.alertId)
  if (!alert) return
  const { duty } = book.context
  const zone = duty === null ? 'UTC' : zoneOf(duty, book.now)
  const failed = page.state === 'failed'
  const { ladder } = alert
  const told = book.change(
    alert,
    failed && ladder !== null && isLatestStep(alert.id, ladder, page)
      ? { ladder: { ...ladder, dueAt: book.now } }
      : {},
    {
      event: failed ? 'page_failed' : 'page_delivered',
      actor: 'system',
      evidence: resultEvidence(page, zone),
    },
  )
  // Without any address they see what is offered on their own page, and have their time for it.
  if (failed && page.purpose === 'offer' && page.channelId !== null) offerLost(book, told, page)
}

/** Whoever could not be told of a visit cannot accept it: the next is asked at once. */
function offerLost(book: CaseBook, alert: Alert, { recipient }: Page): void {
  const visit = openVisitOf(book, alert)
  const offer = visit?.offers.findLast(({ personId }) => recipient === `person:${personId}`)
  if (!visit || !offer || !isPending(offer)) return
  const next = answerOffer(book, visit.id, offer.personId, 'withdrawn', book.now)
  if (next) passOn(book, next, alert)
}

/** Whoever was told has seen it. They have not taken it on: the ladder goes on until somebody does. */
export function pageAnswered(book: CaseBook, page: Page): void {
  const alert = page.alertId === null ? undefined : book.get(page.alertId)
  if (!alert) return
  const { key, recipient } = page
  const sentence = { zh: '被通知人已确认收到', en: 'Whoever was told has confirmed it' }
  const evidence = { data: { key, recipient }, sentence }
  book.change(alert, {}, { event: 'page_answered', actor: 'system', evidence })
}

/** Of the step before the one that comes next. The last step is not hurried: it would ring a broken line for ever. */
function isLatestStep(
  alertId: string,
  { run, step, round, dueAt }: NonNullable<ReturnType<CaseBook['all']>[number]['ladder']>,
  page: Page,
): boolean {
  return (
    dueAt !== null &&
    round === 0 &&
    page.recipient.startsWith('person:') &&
    page.key.startsWith(`${alertId}:${run}:${step - 1}.`)
  )
}

function resultEvidence(page: Page, zone: string): Evidence {
  const { key, recipient, channelId, dueAt, sentAt, reason } = page
  const time = sentAt === null ? '' : clockTime(zone, sentAt)
  return {
    data: { key, recipient, channel: channelId, dueAt, sentAt, reason },
    sentence:
      page.state === 'failed'
        ? { zh: `通知未送达（${reason ?? ''}）`, en: `The page did not arrive (${reason ?? ''})` }
        : { zh: `通知已送达 ${time}`, en: `The page arrived at ${time}` },
  }
}
