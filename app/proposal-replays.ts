import type { LiveFeed } from '../contracts/live.ts'
import type { Proposal, ProposalReplay } from '../contracts/proposal.ts'
import type { Log } from '../contracts/telemetry.ts'
import type { Clock } from '../contracts/time.ts'
import type { StateStore } from '../store/state.ts'
import type { HomeTerms, TrialPeriod } from './trials/home-trial.ts'
import type { TrialDesk } from './trials/trials.ts'

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
export class ProposalReplays {
  readonly #options: ProposalReplayOptions
  readonly #unlisten: () => void
  #ended = false
  #asked = false
  #running: Promise<void> | null = null

  constructor(options: ProposalReplayOptions) {
    this.#options = options
    this.#unlisten = options.live.listen({
      kept: ({ event }) => {
        if (event.type === 'alert' && event.alert.state === 'reviewed') this.wake()
      },
      heard() {},
    })
    // What a stop of the service left undone.
    this.wake()
  }

  wake(): void {
    this.#asked = true
    this.#running ??= this.#run().finally(() => {
      this.#running = null
    })
  }

  async stop(): Promise<void> {
    this.#ended = true
    this.#unlisten()
    await this.#running
  }

  async #run(): Promise<void> {
    const { state, log } = this.#options
    while (this.#asked && !this.#ended) {
      this.#asked = false
      try {
        for (const proposal of await state.proposals.toReplay())
          if (!this.#ended) await this.#replay(proposal)
      } catch (error) {
        log.error({ err: error }, 'what is proposed could not be read')
      }
    }
  }

  async #replay(proposal: Proposal): Promise<void> {
    const { state, trials, civil, settled, log } = this.#options
    let replay: ProposalReplay
    try {
      await settled()
      const alert = await state.alerts.get(proposal.alertId)
      const since = alert?.since ?? proposal.createdAt
      const result =
        proposal.change.type === 'technician'
          ? null
          : await trials.compareHome(proposal.homeId, REPLAYED_DAYS, (period) =>
              termsOf(proposal, since, period),
            )
      replay = { state: 'done', at: civil.now(), result }
    } catch (error) {
      // A stop is no failure: it is replayed after the next start.
      if (this.#ended) return
      log.error({ err: error, proposal: proposal.id }, 'a proposal could not be replayed')
      replay = { state: 'failed', at: civil.now(), result: null }
    }
    await state.proposals.putReplay(proposal.id, replay)
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
