import { setTimeout as sleep } from 'node:timers/promises'
import type { Logger } from 'pino'
import type { CheckInChannel } from '../contracts/check-in.ts'
import type { HomeId } from '../contracts/ids.ts'
import { defaultRuleSettings } from '../contracts/settings.ts'
import type { Clocks } from '../contracts/time.ts'
import { Circumstances } from './circumstances.ts'
import { newAlertId } from './commands/commands.ts'
import { Directory } from './directory.ts'
import { Duty } from './duty/duty.ts'
import { Feed } from './live-feed.ts'
import type { ServiceMetrics } from './metrics.ts'
import { Relearner } from './past/relearning.ts'
import { Pipeline, RULES_READER } from './pipeline/pipeline.ts'
import { SERIES_READER, SeriesReader } from './series-reader.ts'
import type { Stores } from './stores.ts'
import { Outbox } from './telling/outbox.ts'
import { openTelling, type Telling } from './telling/telling.ts'

/** Everything behind the journal: what reads it, and what leaves because of it. */
export interface Readers {
  directory: Directory
  circumstances: Circumstances
  duty: Duty
  feed: Feed
  pipeline: Pipeline
  series: SeriesReader
  relearner: Relearner
  telling: Telling
  /** Settles when rules and series have dealt with all that was accepted until now. */
  settled(): Promise<void>
  stop(): Promise<void>
}

const wait = (ms: number, signal: AbortSignal): Promise<void> =>
  sleep(ms, undefined, { signal }).catch(() => {})

/** Writes down that the service is there again, and settles when the rules have dealt with all that was waiting. */
export async function startReaders(
  stores: Stores,
  clocks: Clocks,
  { checkIn, publicUrl }: { checkIn: CheckInChannel | null; publicUrl: string | null },
  zone: string,
  log: Logger,
  metrics: ServiceMetrics,
): Promise<Readers> {
  const { state, journal } = stores
  const directory = await Directory.load(state)
  const circumstances = await Circumstances.load(state, clocks.civil.now())
  const duty = await Duty.load(state, clocks.civil.now(), zone)
  const feed = new Feed(clocks.wall)
  const settings = (await state.settings.rules()) ?? defaultRuleSettings
  await journal.append([{ type: 'started', lastAliveAt: journal.lastAt() }], clocks.civil.now())
  const rulesLog = log.child({ part: 'rules' })
  const shared = { journal, state, directory, circumstances, duty, feed, meters: metrics }
  // Memories may be lost before there is anybody to learn them anew.
  const lost: HomeId[] = []
  let relearner: Relearner | null = null
  const pipeline = await Pipeline.start({
    ...shared,
    settings,
    newAlertId,
    // Gateways may be set up at any time; where there is none the question fails at once and the alert opens.
    canAsk: true,
    onLostHome: (homeId) => (relearner === null ? lost.push(homeId) : relearner.lost(homeId)),
    wait: sleep,
    log: rulesLog,
  })
  const series = new SeriesReader({
    journal,
    series: stores.series,
    log: log.child({ part: 'series' }),
    meters: metrics,
    wait,
  })
  await pipeline.caughtUp()
  const learner = new Relearner({
    state,
    series: stores.series,
    pipeline,
    reader: series,
    civil: clocks.civil,
    log: rulesLog,
    meters: metrics,
  })
  relearner = learner
  for (const homeId of lost) learner.lost(homeId)
  const telling = await openTelling({
    stores,
    pipeline,
    clocks,
    publicUrl,
    checkIn,
    wait,
    log: log.child({ part: 'telling' }),
  })
  const outbox = new Outbox({
    state,
    channels: telling.channels,
    clocks,
    wait,
    log: log.child({ part: 'outbox' }),
    meters: metrics,
  })
  metrics.onExport(() => {
    metrics.gauge('reader_lag_entries', pipeline.lag(), { reader: RULES_READER })
    metrics.gauge('reader_lag_entries', series.lag(), { reader: SERIES_READER })
    metrics.gauge('journal_entries', journal.head() - journal.tail() + 1)
  })
  return {
    directory,
    circumstances,
    duty,
    feed,
    pipeline,
    series,
    relearner: learner,
    telling,
    async settled() {
      await pipeline.caughtUp()
      await series.settled()
    },
    async stop() {
      const sent = outbox.stop()
      await telling.stop()
      await sent
      const learnt = learner.stop()
      // Whoever waits for readings to be kept is let go by this.
      await series.stop()
      await learnt
      await pipeline.stop()
    },
  }
}
