import { ChannelFault, type Notice } from '../../../contracts/channel.ts'
import type { Page } from '../../../contracts/duty.ts'
import type { PageResult } from '../../../contracts/duty-change.ts'
import type { ChannelId } from '../../../contracts/ids.ts'
import type { Severity } from '../../../contracts/severity.ts'
import type { Log } from '../../../contracts/telemetry.ts'
import { type Clocks, MINUTE_MS, SECOND_MS } from '../../../contracts/time.ts'
import type { OutboxChannel } from '../outbox.ts'
import type { Lane } from './lane.ts'

/** One way to reach somebody. */
export interface Way {
  channelId: ChannelId
  address: string
  language: 'zh' | 'en'
  voice: boolean
}

export interface PagerOptions {
  /** The page as it stands; null when there is none. */
  page(key: string): Promise<Page | null>
  /** In the order of the recipient's own choosing. */
  waysTo(page: Page): Promise<Way[]>
  noticeOf(page: Page, language: 'zh' | 'en'): Promise<Notice>
  /** Null when the channel is no more, or put out of use. */
  lane(id: ChannelId): Promise<Lane | null>
  /** Journals what became of it; settles when that has taken effect. */
  record(result: PageResult): Promise<void>
  /** The address is no more. */
  forget(page: Page, way: Way): Promise<void>
  clocks: Clocks
  wait(ms: number, signal: AbortSignal): Promise<void>
  log: Log
}

interface Patience {
  tries: number
  pauseMs: number
  /** For one address, its turn in the queue included. */
  mostMs: number
}
/** How long one address is kept at before the next: the ladder's own times are minutes, so a P1 moves on in seconds. */
const PATIENCE: Record<Severity, Patience> = {
  P1: { tries: 2, pauseMs: SECOND_MS, mostMs: 20 * SECOND_MS },
  P2: { tries: 4, pauseMs: 2 * SECOND_MS, mostMs: 2 * MINUTE_MS },
  P3: { tries: 7, pauseMs: 5 * SECOND_MS, mostMs: 15 * MINUTE_MS },
  P4: { tries: 7, pauseMs: 5 * SECOND_MS, mostMs: 15 * MINUTE_MS },
}
const REASON_CHARACTERS = 200
const OUTBOX_ATTEMPTS = 1_000

type Ending = Pick<PageResult, 'channelId' | 'outcome' | 'reason'>

/** The service stops: what was being told is told after the next start. */
class Stopped extends Error {}

/**
 * Tells people what the ladder decided: through their addresses in order, the voice first for a P1, each tried a few
 * times under the same key. Every page ends in the journal once, as sent or as failed.
 */
export class Pager implements OutboxChannel {
  readonly attempts = OUTBOX_ATTEMPTS
  /** Its own patience is bounded. */
  readonly mostMs = null
  readonly #options: PagerOptions
  readonly #stopping = new AbortController()
  /** Told, but not yet written down: what failed to be written is only written again. */
  readonly #endings = new Map<string, Ending>()

  constructor(options: PagerOptions) {
    this.#options = options
  }

  stop(): void {
    this.#stopping.abort()
  }

  async deliver({ key }: { key: string }): Promise<'sent' | 'dropped'> {
    const page = await this.#options.page(key)
    if (page?.state !== 'queued') return 'dropped'
    const ending = this.#endings.get(key) ?? (await this.#tell(page))
    if (ending === null) return 'dropped'
    this.#endings.set(key, ending)
    await this.#options.record({ type: 'page_result', key, ...ending, at: this.#options.clocks.civil.now() })
    this.#endings.delete(key)
    return 'sent'
  }

  async givenUp({ key }: { key: string }, reason: string): Promise<void> {
    const failed = { channelId: null, outcome: 'failed', reason: reason.slice(0, REASON_CHARACTERS) } as const
    const at = this.#options.clocks.civil.now()
    await this.#options.record({ type: 'page_result', key, ...failed, at })
  }

  /** Null: meanwhile nobody wants it any more. */
  async #tell(page: Page): Promise<Ending | null> {
    const ways = await this.#options.waysTo(page)
    if (page.severity === 'P1') ways.sort((a, b) => Number(b.voice) - Number(a.voice))
    let reason = 'no address'
    for (const [n, way] of ways.entries()) {
      const end = await this.#through(way, page, n === ways.length - 1)
      if (end === 'unwanted') return null
      if (end === 'sent') return { channelId: way.channelId, outcome: 'sent', reason: null }
      reason = end.message
    }
    const channelId = ways.at(-1)?.channelId ?? null
    return { channelId, outcome: 'failed', reason: reason.slice(0, REASON_CHARACTERS) }
  }

  async #through(way: Way, page: Page, isLast: boolean): Promise<'sent' | 'unwanted' | ChannelFault> {
    const { forget, log, wait } = this.#options
    const { tries, pauseMs, mostMs } = PATIENCE[page.severity ?? 'P3']
    const lane = await this.#options.lane(way.channelId)
    // It will not be its turn in time, and there is another way.
    if (!isLast && lane !== null && lane.blockedMs(page.severity === 'P1') > mostMs)
      return new ChannelFault('the channel has to wait', true)
    const notice = await this.#options.noticeOf(page, way.language)
    const over = new AbortController()
    const until = AbortSignal.any([over.signal, this.#stopping.signal])
    void wait(mostMs, until).then(() => over.abort())
    try {
      for (let n = 1; ; n += 1) {
        const fault = await this.#once(way, notice, until, page)
        if (fault === null) return 'sent'
        if (this.#stopping.signal.aborted) throw new Stopped('the service stops')
        if (!(await this.#isWanted(page))) return 'unwanted'
        log.warn(
          { key: page.key, channelId: way.channelId, tries: n, reason: fault.message },
          'a page failed',
        )
        if (fault.gone) await forget(page, way)
        if (!fault.retry || n === tries || until.aborted) return fault
        await wait(pauseMs * 2 ** (n - 1), until)
        if (this.#stopping.signal.aborted) throw new Stopped('the service stops')
        if (until.aborted) return fault
        if (!(await this.#isWanted(page))) return 'unwanted'
      }
    } finally {
      over.abort()
    }
  }

  async #isWanted({ key }: Page): Promise<boolean> {
    return (await this.#options.page(key))?.state === 'queued'
  }

  async #once(way: Way, notice: Notice, until: AbortSignal, page: Page): Promise<ChannelFault | null> {
    try {
      // Asked for anew each time: its settings may have been mended meanwhile.
      const lane = await this.#options.lane(way.channelId)
      if (lane === null) return new ChannelFault('the channel is out of use', false)
      await lane.send(way.address, notice, until, () => this.#isWanted(page))
      return null
    } catch (error) {
      if (error instanceof ChannelFault) return error
      throw error
    }
  }
}
