import type { Alert } from '../../contracts/alert.ts'
import { Refusal } from '../../contracts/errors.ts'
import type { AlertId, HomeId } from '../../contracts/ids.ts'
import type { JournalBody, JournalEntry } from '../../contracts/journal.ts'
import { defaultRuleSettings, type RuleSettings } from '../../contracts/settings.ts'
import type { Log, Meters } from '../../contracts/telemetry.ts'
import { type EpochMs, earlier } from '../../contracts/time.ts'
import { type Journal, UnreadableEntry } from '../../store/journal.ts'
import type { StateStore } from '../../store/state.ts'
import type { Circumstances } from '../circumstances.ts'
import { DeviceHealths } from '../devices/device-health.ts'
import type { Directory } from '../directory.ts'
import type { Duty } from '../duty/duty.ts'
import type { Feed } from '../live-feed.ts'
import { Adoptions } from './adoption.ts'
import { HomeSteps } from './home-step.ts'
import { type Effects, takeEntry } from './take-entry.ts'

export const RULES_READER = 'rules'
/** Entries in one transaction: enough to share its fsync, few enough that the broker is not kept waiting. */
const BATCH_ENTRIES = 256
/** With this much waiting, catching up counts for more than anybody's wait: larger transactions, fewer fsyncs. */
const BACKLOG_ENTRIES = 2_000
const BACKLOG_BATCH_ENTRIES = 1_024
const RETRY_MS = 1_000

export interface PipelineOptions {
  journal: Journal
  state: StateStore
  directory: Directory
  circumstances: Circumstances
  feed: Feed
  settings: RuleSettings
  duty: Duty
  newAlertId(): AlertId
  /** There is a channel by which residents can be asked. */
  canAsk: boolean
  /** What was remembered of a home is gone. Called within the batch that met it. */
  onLostHome(homeId: HomeId): void
  /** Waits before a failed batch is tried again, in wall time; given from outside so that tests need not wait. */
  wait(ms: number): Promise<unknown>
  log: Log
  meters: Meters
}

/**
 * The reader that decides. It takes journal entries in order, one batch a transaction: home memories, findings,
 * alerts, live events and its own cursor are kept together or not at all, so a crash neither loses nor doubles an alert.
 */
export class Pipeline {
  readonly #options: PipelineOptions
  readonly #homes: HomeSteps
  /** How homes that were lived through again come into memory. */
  readonly adoptions: Adoptions
  readonly #healths = new DeviceHealths()
  readonly #waiting = new Map<number, (answer: Alert | Refusal | null) => void>()
  /** Answers of the last batch, for whom the reader was quicker than the journal's own answer. */
  #answered = new Map<number, Alert | Refusal | null>()
  #followers: { seq: number; resolve(): void }[] = []
  #seq: number
  #stopped = false
  #ending = false
  #wake: (() => void) | null = null
  #unlisten: () => void = () => {}
  #done: Promise<void> = Promise.resolve()

  private constructor(options: PipelineOptions, homes: HomeSteps, seq: number) {
    this.#options = options
    this.#homes = homes
    this.adoptions = new Adoptions(homes)
    this.#seq = seq
  }

  static async start(options: PipelineOptions): Promise<Pipeline> {
    const { state, journal, directory, circumstances, log, settings, newAlertId } = options
    const seq = await state.cursors.get(RULES_READER)
    await journal.setCursor(RULES_READER, seq)
    const outages = await state.outages.since(0)
    const homes = new HomeSteps(
      {
        directory,
        circumstances,
        duty: options.duty,
        newAlertId,
        canAsk: options.canAsk,
        onFault(subject, fault, code) {
          if (fault === null) log.info({ subject }, 'dispatch decides again on this home or place')
          else {
            log.error(
              { subject, code, err: fault.error },
              'dispatch broke on this home or place; it is tried again',
            )
            options.meters.count('dispatch_faults_total', { code })
          }
        },
        onEarlyDeadline: (homeId) => log.error({ homeId }, 'a rule asked to be called in the past'),
        onLostMemory(subject, error) {
          log.error({ subject, err: error }, 'the rules broke on this home or place; its memory begins anew')
          options.meters.count('rules_lost_memories_total')
          if (directory.home(subject as HomeId) !== null) options.onLostHome(subject as HomeId)
        },
      },
      settings,
      outages,
    )
    const pipeline = new Pipeline(options, homes, seq)
    pipeline.#unlisten = journal.onCommit(() => pipeline.#wake?.())
    pipeline.#done = pipeline.#run()
    return pipeline
  }

  get settings(): RuleSettings {
    return this.#homes.settings
  }

  lag(): number {
    return this.#options.journal.head() - this.#seq
  }

  async nextDueAt(): Promise<EpochMs | null> {
    const { memories, nodeMemories, dutyWatches, rotas } = this.#options.state
    const [home, node] = await Promise.all([memories.nextDueAt(), nodeMemories.nextDueAt()])
    const [watch, rota] = await Promise.all([dutyWatches.nextDueAt(), rotas.nextDueAt()])
    return earlier(earlier(home, node), earlier(watch, rota))
  }

  /** Journals `body` and settles when it has taken effect: with the alert it was about, or the refusal it met. */
  async execute(body: JournalBody, at: EpochMs): Promise<Alert | null> {
    const answer = await new Promise<Alert | Refusal | null>((resolve, reject) => {
      this.#options.journal.append([body], at).then(({ lastSeq }) => {
        const early = this.#answered.get(lastSeq)
        if (early === undefined) this.#waiting.set(lastSeq, resolve)
        else resolve(early)
      }, reject)
    })
    if (answer instanceof Refusal) throw answer
    return answer
  }

  /** Journals all of `bodies` in their order; settles when the last of them has taken effect. For what cannot be refused. */
  async executeAll(bodies: readonly JournalBody[], at: EpochMs): Promise<void> {
    for (let from = 0; from < bodies.length; from += BACKLOG_BATCH_ENTRIES)
      await this.#options.journal.append(bodies.slice(from, from + BACKLOG_BATCH_ENTRIES), at)
    await this.caughtUp()
  }

  /** The last entry that was journaled. */
  head(): number {
    return this.#options.journal.head()
  }

  /** Settles when everything journaled until now has taken effect. */
  async caughtUp(): Promise<void> {
    // By its number: while readings keep coming there may never be nothing to do.
    const seq = this.head()
    if (this.#seq >= seq) return
    await new Promise<void>((resolve) => this.#followers.push({ seq, resolve }))
  }

  #releaseFollowers(upTo: number): void {
    const released = this.#followers.filter(({ seq }) => seq <= upTo)
    this.#followers = this.#followers.filter(({ seq }) => seq > upTo)
    for (const { resolve } of released) resolve()
  }

  /** The service is about to stop: from now on nobody is kept waiting for a batch that fails. */
  ending(): void {
    this.#ending = true
  }

  async stop(): Promise<void> {
    this.#stopped = true
    this.#unlisten()
    this.#wake?.()
    await this.#done
    this.#letGo()
  }

  #letGo(): void {
    for (const resolve of this.#waiting.values())
      resolve(new Refusal('not_ready', 'the service is stopping; what you did is kept and will take effect'))
    this.#waiting.clear()
    this.#releaseFollowers(Number.POSITIVE_INFINITY)
  }

  async #run(): Promise<void> {
    const { journal, log, meters } = this.#options
    while (!this.#stopped) {
      this.#releaseFollowers(this.#seq)
      if (this.lag() === 0) {
        await new Promise<void>((resolve) => {
          this.#wake = resolve
        })
        this.#wake = null
        continue
      }
      try {
        const size = this.lag() > BACKLOG_ENTRIES ? BACKLOG_BATCH_ENTRIES : BATCH_ENTRIES
        await this.#batch(await journal.read(this.#seq, size))
        // Between two batches everything else that waits for the loop has its turn: packets, requests.
        await new Promise((resolve) => setImmediate(resolve))
      } catch (error) {
        if (error instanceof UnreadableEntry) {
          // One broken line must not silence a district: it is passed, said and counted.
          log.error({ err: error, seq: error.seq }, 'a journal entry cannot be read and is passed')
          meters.count('journal_unreadable_total', { reader: RULES_READER })
          this.#seq = error.seq
          continue
        }
        log.error({ err: error, seq: this.#seq }, 'a batch of the rules reader failed; it is tried again')
        meters.count('rules_failed_batches_total')
        if (this.#ending) this.#letGo()
        await this.#options.wait(RETRY_MS)
        await this.#forget()
      }
    }
  }

  /** What the failed batch had changed in memory never was: everything is taken from the disk again. */
  async #forget(): Promise<void> {
    const { state, journal, directory, circumstances, duty, log } = this.#options
    this.#homes.forget()
    this.#healths.forget()
    try {
      await directory.reload(state)
      await circumstances.reload(state, journal.lastAt() ?? 0)
      await duty.reload(state, journal.lastAt() ?? 0)
      this.#homes.settings = (await state.settings.rules()) ?? defaultRuleSettings
      this.#homes.outages = await state.outages.since(0)
    } catch (error) {
      log.error({ err: error }, 'what is kept could not be read again')
    }
  }

  async #batch(entries: JournalEntry[]): Promise<void> {
    const last = entries.at(-1)
    if (!last) return
    const { state, journal, feed, meters } = this.#options
    const effects: Effects = { kept: [], heard: new Map(), answers: new Map() }
    const context = {
      ...this.#options,
      homes: this.#homes,
      adoptions: this.adoptions,
      healths: this.#healths,
    }
    await state.transaction(async (tables) => {
      for (const entry of entries) await takeEntry(tables, entry, effects, context)
      await this.#homes.flush(tables)
      await this.#healths.flush(tables)
      await tables.cursors.set(RULES_READER, last.seq)
    })
    this.#seq = last.seq
    this.#answered = effects.answers
    for (const [seq, answer] of effects.answers) {
      this.#waiting.get(seq)?.(answer)
      this.#waiting.delete(seq)
    }
    feed.kept(effects.kept)
    feed.heard(effects.heard)
    meters.count('rules_entries_total', {}, entries.length)
    for (const { event } of effects.kept)
      if (event.type === 'alert' && !event.alert.drill && hasJustOpened(event.alert))
        meters.count('alerts_opened_total', { kind: event.alert.kind, severity: event.alert.severity })
    await journal.setCursor(RULES_READER, last.seq)
  }
}

/** Rings for the first time: at once, or after it waited for an answer or the end of an incident. */
const hasJustOpened = ({ state, openedAt, updatedAt }: Alert): boolean =>
  state === 'open' && openedAt === updatedAt
