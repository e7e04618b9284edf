import { type Channel, ChannelFault, type Notice, type Receipt } from '../../../contracts/channel.ts'
import type { Clock, EpochMs } from '../../../contracts/time.ts'
import { SECOND_MS } from '../../../contracts/time.ts'
import { Pace } from './pace.ts'

/** Tries under way on one channel; the last place is for what is urgent. */
const AT_ONCE = 4
const TRY_MOST_MS = 10 * SECOND_MS

export interface LaneOptions {
  open(): Promise<Channel>
  wall: Clock
  /** Resolves after so many ms of wall time, or at once when the signal says stop. */
  wait(ms: number, signal: AbortSignal): Promise<void>
  /** Each try, after it: `fault` null when it went well. */
  onTry(addresses: readonly string[], fault: ChannelFault | null): void
}

interface Letter {
  address: string
  notice: Notice
  /** A group with it was refused for good: whose fault that was shows when it goes alone. */
  alone: boolean
  /** False: meanwhile somebody has the case, or has answered. */
  wanted(): Promise<boolean>
  taken(receipt: Receipt): void
  refused(fault: ChannelFault): void
}

/**
 * The queue before one channel. Each has its own, so that a slow one holds up nobody else; within it what is urgent
 * goes first and never in a group with the rest, and what has to wait for the channel's pace goes in groups.
 */
export class Lane {
  readonly #options: LaneOptions
  readonly #closing = new AbortController()
  readonly #urgent: Letter[] = []
  readonly #others: Letter[] = []
  #opened: Promise<{ channel: Channel; pace: Pace }> | null = null
  #ready: { channel: Channel; pace: Pace } | null = null
  #underWay = 0
  #alarm: AbortController | null = null

  constructor(options: LaneOptions) {
    this.#options = options
  }

  /**
   * Settles with the receipt or rejects with a `ChannelFault`. Once `signal` says so what still waits for its turn is
   * taken back; what is under way comes to its own end, or to that of the lane. `wanted` is asked when its turn has come.
   */
  async send(
    address: string,
    notice: Notice,
    signal: AbortSignal,
    wanted: Letter['wanted'] = async () => true,
  ): Promise<Receipt> {
    await this.#open(address)
    if (this.#closing.signal.aborted) throw new ChannelFault('the channel was closed', true)
    const queue = notice.severity === 'P1' ? this.#urgent : this.#others
    return new Promise<Receipt>((resolve, reject) => {
      const takeBack = () => {
        const place = queue.indexOf(letter)
        if (place === -1) return
        queue.splice(place, 1)
        reject(new ChannelFault('it waited too long for its turn', true))
      }
      const end = () => signal.removeEventListener('abort', takeBack)
      const letter: Letter = {
        address,
        notice,
        alone: false,
        wanted,
        taken(receipt) {
          end()
          resolve(receipt)
        },
        refused(fault) {
          end()
          reject(fault)
        },
      }
      queue.push(letter)
      if (signal.aborted) takeBack()
      else signal.addEventListener('abort', takeBack, { once: true })
      this.#pump()
    })
  }

  /** In how many ms the channel may be used at all; 0 when that is not known yet. */
  blockedMs(urgent: boolean): number {
    return this.#ready?.pace.waitMs(this.#options.wall.now(), urgent) ?? 0
  }

  async close(): Promise<void> {
    this.#closing.abort()
    for (const queue of [this.#urgent, this.#others])
      for (const letter of queue.splice(0)) letter.refused(new ChannelFault('the channel was closed', true))
    await this.#opened?.then(
      ({ channel }) => channel.close(),
      () => {},
    )
  }

  async #open(address: string): Promise<void> {
    this.#opened ??= this.#options.open().then((channel) => ({ channel, pace: new Pace(channel.perMinute) }))
    try {
      this.#ready = await this.#opened
    } catch (error) {
      // It may go well once somebody has mended its settings.
      this.#opened = null
      // Whatever kept it shut: the recipient has other ways, and the district is to hear that this one is broken.
      const fault =
        error instanceof ChannelFault ? error : new ChannelFault('the channel cannot be opened', true)
      this.#options.onTry([address], fault)
      throw fault
    }
  }

  #pump(): void {
    if (this.#ready === null || this.#closing.signal.aborted) return
    const { channel, pace } = this.#ready
    for (;;) {
      const urgent = this.#urgent.length > 0
      const queue = urgent ? this.#urgent : this.#others
      if (queue.length === 0 || this.#underWay >= (urgent ? AT_ONCE : AT_ONCE - 1)) return
      const now = this.#options.wall.now()
      const waitMs = pace.waitMs(now, urgent)
      if (waitMs > 0) {
        this.#wakeIn(waitMs)
        return
      }
      pace.take(now)
      void this.#sendWanted(takeGroup(queue, channel), channel, pace, now)
    }
  }

  /** What waited for its turn may have been waiting too long: nobody is called for a case that somebody has. */
  async #sendWanted(group: readonly Letter[], channel: Channel, pace: Pace, takenAt: EpochMs): Promise<void> {
    this.#underWay += 1
    // A page too many is better than one that is lost because nobody could say whether it is wanted.
    const wanted = await Promise.all(group.map((letter) => letter.wanted().catch(() => true)))
    for (const [n, letter] of group.entries())
      if (!wanted[n]) letter.refused(new ChannelFault('nobody wants it any more', false))
    const letters = group.filter((_, n) => wanted[n])
    if (letters.length > 0) await this.#send(letters, channel, pace)
    else pace.giveBack(takenAt)
    this.#underWay -= 1
    this.#pump()
  }

  #wakeIn(ms: number): void {
    this.#alarm?.abort()
    const alarm = new AbortController()
    this.#alarm = alarm
    void this.#options.wait(ms, AbortSignal.any([alarm.signal, this.#closing.signal])).then(() => {
      if (!alarm.signal.aborted) this.#pump()
    })
  }

  async #send(letters: readonly Letter[], channel: Channel, pace: Pace): Promise<void> {
    const addresses = [...new Set(letters.map(({ address }) => address))]
    const notices = letters.map(({ notice }) => notice)
    try {
      const receipt = await this.#try(channel, addresses, notices)
      this.#options.onTry(addresses, null)
      for (const letter of letters) letter.taken(receipt)
    } catch (error) {
      const fault = error instanceof ChannelFault ? error : new ChannelFault('the driver broke', false)
      if (fault.afterMs !== null) pace.pause(this.#options.wall.now(), fault.afterMs)
      this.#options.onTry(addresses, fault)
      this.#failed(letters, fault)
    }
  }

  #failed(letters: readonly Letter[], fault: ChannelFault): void {
    if (fault.retry || letters.length === 1 || this.#closing.signal.aborted) {
      for (const letter of letters) letter.refused(fault)
      return
    }
    for (const letter of letters) letter.alone = true
    const queue = letters[0]?.notice.severity === 'P1' ? this.#urgent : this.#others
    queue.unshift(...letters)
  }

  /** Also a driver that does not heed its signal gives its place back in time. */
  async #try(channel: Channel, addresses: string[], notices: Notice[]): Promise<Receipt> {
    const patience = new AbortController()
    const answered = new AbortController()
    const closing = this.#closing.signal
    const over = AbortSignal.any([answered.signal, closing])
    const late = this.#options.wait(TRY_MOST_MS, over).then(() => {
      if (!answered.signal.aborted) patience.abort()
      throw new ChannelFault(closing.aborted ? 'the channel was closed' : 'no answer in time', true)
    })
    late.catch(() => {})
    try {
      return await Promise.race([channel.send(addresses, notices, patience.signal), late])
    } finally {
      answered.abort()
    }
  }
}

/** The first, and whatever behind it may travel in the same message. */
function takeGroup(queue: Letter[], { groupsUpTo, addressesUpTo }: Channel): Letter[] {
  const first = queue.shift()
  if (first === undefined) throw new Error('an empty queue has no first')
  if (first.alone) return [first]
  const group = [first]
  const addresses = new Set([first.address])
  for (let n = 0; n < queue.length && group.length < groupsUpTo; ) {
    const letter = queue[n]
    const fits =
      letter !== undefined &&
      !letter.alone &&
      (addresses.has(letter.address) || addresses.size < addressesUpTo)
    if (fits) {
      group.push(letter)
      addresses.add(letter.address)
      queue.splice(n, 1)
    } else n += 1
  }
  return group
}
