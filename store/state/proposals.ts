import type { Alert } from '../../contracts/alert.ts'
import type { AlertId, ProposalId } from '../../contracts/ids.ts'
import type { MissedAlarmReview } from '../../contracts/missed-alarm.ts'
import type { Proposal, ProposalReplay } from '../../contracts/proposal.ts'
import type { Page, PageRequest, Scope } from './lists.ts'

/** What reviewed cases propose for their homes. */
export interface ProposalTable {
  get(id: ProposalId): Promise<Proposal | null>
  /** Newest first. */
  list(
    filter: { scope: Scope; states: readonly Proposal['state'][] | null; alertId: AlertId | null },
    page: PageRequest,
  ): Promise<Page<Proposal>>
  put(proposal: Proposal): Promise<void>
  /** Those of which the past was replayed, or could not be. */
  replays(ids: readonly ProposalId[]): Promise<Map<ProposalId, ProposalReplay>>
  putReplay(id: ProposalId, replay: ProposalReplay): Promise<void>
  /** Pending and not replayed yet, oldest first. */
  toReplay(): Promise<Proposal[]>
}

/** What the rules would have said about emergencies that were found by other means. */
export interface MissedAlarmTable {
  get(id: AlertId): Promise<MissedAlarmReview | null>
  put(review: MissedAlarmReview): Promise<void>
  /** Reported emergencies that were not looked into yet, oldest first; drills left out. */
  toReview(): Promise<Alert[]>
}
