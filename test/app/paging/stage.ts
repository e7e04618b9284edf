import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { Outbox, PAGE_CHANNEL } from '../../../app/telling/outbox.ts'
import { Lane } from '../../../app/telling/paging/lane.ts'
import { Pager, type Way } from '../../../app/telling/paging/pager.ts'
import { type Channel, ChannelFault, type Notice, type Receipt } from '../../../contracts/channel.ts'
import type { Page } from '../../../contracts/duty.ts'
import type { PageResult } from '../../../contracts/duty-change.ts'
import { ChannelId, JurisdictionId } from '../../../contracts/ids.ts'
import { noMeters, silentLog } from '../../../contracts/telemetry.ts'
import { openState } from '../../../store/sqlite/state.ts'
import { notice } from '../../channels/channel.conformance.ts'
import { temporaryFolder } from '../../support/folder.ts'
import { Hourglass } from '../../support/hourglass.ts'

export const T0 = Date.parse('2026-03-05T03:05:00+08:00')

export type Behaviour = 'accept' | 'refuse' | 'fail' | 'too_many' | 'stall' | 'gone' | 'break'

/** A channel that does as a test says, and remembers what it was sent when. */
export class ScriptedChannel implements Channel {
  groupsUpTo = 1
  addressesUpTo = 1
  perMinute: number | null = null
  behave: (nth: number) => Behaviour = () => 'accept'
  readonly sent: { at: number; addresses: readonly string[]; keys: string[] }[] = []
  #tries = 0
  readonly #now: () => number

  constructor(now: () => number, over: Partial<ScriptedChannel> = {}) {
    this.#now = now
    Object.assign(this, over)
  }

  get tries(): number {
    return this.#tries
  }

  async send(addresses: readonly string[], notices: readonly Notice[]): Promise<Receipt> {
    this.#tries += 1
    const how = this.behave(this.#tries)
    if (how === 'stall') return new Promise(() => {})
    if (how === 'refuse') throw new ChannelFault('refused', false)
    if (how === 'fail') throw new ChannelFault('HTTP 503', true)
    if (how === 'too_many') throw new ChannelFault('HTTP 429', true, 30_000)
    if (how === 'gone') throw new ChannelFault('gone', false, null, true)
    if (how === 'break') throw new TypeError('a fault of ours')
    this.sent.push({ at: this.#now(), addresses, keys: notices.map(({ key }) => key) })
    return { outcome: 'accepted', reference: null }
  }

  async close(): Promise<void> {}
}

export const pageOf = (key: string, over: Partial<Page> = {}): Page => ({
  key,
  purpose: 'alert',
  alertId: null,
  homeId: null,
  jurisdictionId: JurisdictionId.parse('east'),
  recipient: 'person:p1',
  severity: 'P2',
  step: 0,
  dueAt: T0,
  createdAt: T0,
  state: 'queued',
  channelId: null,
  sentAt: null,
  reason: null,
  drill: false,
  ...over,
})

/** The way of pages from the outbox to the channels, over a real state, with time that passes when told. */
export class PagingStage {
  readonly time = new Hourglass(T0)
  readonly state = openState({ file: join(temporaryFolder(), 'state.db') })
  readonly channels = new Map<string, Channel>()
  readonly results: PageResult[] = []
  readonly forgotten: string[] = []
  /** Channels that cannot even be opened. */
  readonly sealed = new Set<string>()
  /** What became of the tries, as the watch over channels hears of it. */
  readonly faults: string[] = []
  ways: (page: Page) => Way[] = () => [...this.channels.keys()].map((id) => wayOf(id))
  /** Before a result is journaled: throws where the journal is to fail. */
  beforeRecord: () => void = () => {}
  #running: { outbox: Outbox; pager: Pager; lanes: Map<string, Lane> } | null = null

  constructor() {
    onTestFinished(async () => {
      await this.stop()
      await this.state.close()
    })
  }

  channel(id: string, over: Partial<ScriptedChannel> = {}): ScriptedChannel {
    const channel = new ScriptedChannel(this.time.now, over)
    this.channels.set(id, channel)
    return channel
  }

  /** As the pipeline does it: the row of the page and its item in the outbox, in one transaction. */
  async page(page: Page): Promise<void> {
    await this.state.transaction(async (tables) => {
      await tables.pages.add(page)
      const payload = { key: page.key }
      await tables.outbox.add({ key: page.key, channel: PAGE_CHANNEL, payload, notBefore: this.time.now() })
    })
  }

  start(): void {
    const lanes = new Map<string, Lane>()
    const { time, state } = this
    const clocks = { civil: time, wall: time, factor: 1 }
    const pager = new Pager({
      page: (key) => state.pages.get(key),
      waysTo: async (page) => this.ways(page),
      noticeOf: async (page, language) => notice(page.key, { severity: page.severity, language }),
      lane: async (id) => {
        const channel = this.channels.get(id)
        if (channel === undefined) return null
        const open = async () => {
          if (this.sealed.has(id)) throw new Error('the secret does not open')
          return channel
        }
        const onTry = (addresses: readonly string[], fault: ChannelFault | null) => {
          if (fault !== null) this.faults.push(`${addresses.join()}: ${fault.message}`)
        }
        const lane = lanes.get(id) ?? new Lane({ open, wall: time, wait: time.wait, onTry })
        lanes.set(id, lane)
        return lane
      },
      record: async (result) => {
        this.beforeRecord()
        this.results.push(result)
        const page = await state.pages.get(result.key)
        const { outcome, channelId, reason } = result
        if (page) await state.pages.update({ ...page, state: outcome, channelId, reason })
      },
      forget: async (_, way) => {
        this.forgotten.push(way.address)
      },
      clocks,
      wait: time.wait,
      log: silentLog,
    })
    const outbox = new Outbox({
      state,
      channels: new Map([[PAGE_CHANNEL, pager]]),
      clocks,
      wait: time.wait,
      log: silentLog,
      meters: noMeters,
    })
    this.#running = { outbox, pager, lanes }
  }

  async stop(): Promise<void> {
    if (this.#running === null) return
    const { outbox, pager, lanes } = this.#running
    this.#running = null
    pager.stop()
    for (const lane of lanes.values()) await lane.close()
    await outbox.stop()
  }

  ends(): Record<string, string> {
    return Object.fromEntries(this.results.map(({ key, outcome }) => [key, outcome]))
  }
}

export const wayOf = (channel: string, over: Partial<Way> = {}): Way => ({
  channelId: ChannelId.parse(channel),
  address: `${channel}-address`,
  language: 'zh',
  voice: false,
  ...over,
})
