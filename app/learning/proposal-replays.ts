import type { LiveFeed } from '../../contracts/live.ts'
import type { Proposal, ProposalReplay } from '../../contracts/proposal.ts'
import type { Log } from '../../contracts/telemetry.ts'
import type { Clock } from '../../contracts/time.ts'
import type { StateStore } from '../../store/state.ts'
import type { HomeTerms, TrialPeriod } from '../trials/home-trial.ts'
import type { TrialDesk } from '../trials/trials.ts'
import { type Chore, startChore } from './chore.ts'

/** How much of a home's past speaks to a proposal. */
const REPLAYED_DAYS = 60

export interface ProposalReplayOptions {
  state: Pick<StateStore, 'proposals' | 'alerts'>
  trials: Pick<TrialDesk, 'compareHome'>
  /** Settles when the curves are as far as the rules. */
  settled(): Promise<void>
  live: LiveFeed
  civil: Clock
  log: Log
}

/** Replays the past of each home for which something is proposed, in the background and one after another. */
export function replayProposals(options: ProposalReplayOptions): Chore {
  const { state, live, log } = options
  return startChore(
    live,
    (event) => event.type === 'alert' && event.alert.state === 'reviewed',
    async (isEnded) => {
      try {
        for (const proposal of await state.proposals.toReplay()) {
          if (isEnded()) return
          const replay = await replayOf(proposal, options)
          // A stop is no failure: it is replayed after the next start.
          if (!isEnded()) await state.proposals.putReplay(proposal.id, replay)
        }
      } catch (error) {
        log.error({ err: error }, 'what is proposed could not be read')
      }
    },
  )
}

async function replayOf(
  proposal: Proposal,
  { state, trials, civil, settled, log }: ProposalReplayOptions,
): Promise<ProposalReplay> {
  try {
    await settled()
    const alert = await state.alerts.get(proposal.alertId)
    const since = alert?.since ?? proposal.createdAt
    const termsFor = (period: Pick<TrialPeriod, 'from' | 'to'>) => termsOf(proposal, since, period)
    const changesRules = proposal.change.type !== 'technician'
    const result = changesRules ? await trials.compareHome(proposal.homeId, REPLAYED_DAYS, termsFor) : null
    return { state: 'done', at: civil.now(), result }
  } catch (error) {
    log.error({ err: error, proposal: proposal.id }, 'a proposal could not be replayed')
    return { state: 'failed', at: civil.now(), result: null }
  }
}

/**
 * The change as if it had held in the past: settings and sensitivity through all of it, an absence from when the
 * resident was last noticed, because before that they were there.
 */
function termsOf(
  { change }: Proposal,
  since: number,
  { from, to }: Pick<TrialPeriod, 'from' | 'to'>,
): HomeTerms {
  switch (change.type) {
    case 'home_settings':
      return { own: change, circumstances: {} }
    case 'sensitivity': {
      const { factor, reason } = change
      return { own: null, circumstances: { sensitivity: [{ from, to, factor, reason }] } }
    }
    case 'away':
      return { own: null, circumstances: { away: [{ from: since, to: change.to, source: 'planned' }] } }
    case 'technician':
      return { own: null, circumstances: {} }
  }
}
