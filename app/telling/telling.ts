import type { Subscriptions } from '../../contracts/channel.ts'
import type { CheckInChannel, CheckInDoor } from '../../contracts/check-in.ts'
import type { Log } from '../../contracts/telemetry.ts'
import type { Clocks } from '../../contracts/time.ts'
import type { Pipeline } from '../pipeline/pipeline.ts'
import { newId } from '../secrets.ts'
import type { Stores } from '../stores.ts'
import { ChannelDesk } from './channel-desk.ts'
import { ChannelWatch } from './channel-health.ts'
import { checkInOutbox } from './check-in.ts'
import { CheckInCall } from './check-in-call.ts'
import { CHECK_IN_CHANNEL, type OutboxChannel, PAGE_CHANNEL } from './outbox.ts'
import { Lanes } from './paging/lanes.ts'
import { Pager } from './paging/pager.ts'
import { Recipients } from './paging/recipients.ts'
import { PushBook } from './push-book.ts'

export interface TellingOptions {
  stores: Stores
  pipeline: Pipeline
  clocks: Clocks
  /** Where people reach the console; null: what they are told has no link. */
  publicUrl: string | null
  /** Asks residents in place of the channels, as the demo does. */
  checkIn: CheckInChannel | null
  wait(ms: number, signal: AbortSignal): Promise<void>
  log: Log
}

/** Everything between the outbox and people. */
export interface Telling {
  desk: ChannelDesk
  /** For the outbox, by name. */
  channels: ReadonlyMap<string, OutboxChannel>
  subscriptions: Subscriptions
  checkIns: CheckInDoor
  /** Lets go of what is being told; it is told after the next start. */
  stop(): Promise<void>
}

export async function openTelling(options: TellingOptions): Promise<Telling> {
  const { stores, pipeline, clocks, publicUrl, wait, log } = options
  const { state, secrets } = stores
  const { civil, wall } = clocks
  const record = async (body: Parameters<Pipeline['execute']>[0]) => {
    await pipeline.execute(body, civil.now())
  }
  const watch = new ChannelWatch({ state, clocks, record, log })
  const desk = new ChannelDesk({
    state,
    secrets,
    clocks,
    newId: () => newId('channel'),
    onChange(id) {
      watch.forget(id)
      void lanes.renew(id)
    },
  })
  const lanes = new Lanes({
    state,
    desk,
    wall,
    wait,
    onTry: (id, addresses, fault) => watch.tried(id, addresses, fault),
  })
  const recipients = new Recipients(state, publicUrl)
  const pager = new Pager({
    page: (key) => state.pages.get(key),
    waysTo: (page) => recipients.waysTo(page),
    noticeOf: (page, language) => recipients.noticeOf(page, language),
    lane: (id) => lanes.of(id),
    record,
    forget: (page, way) => recipients.forget(page, way),
    clocks,
    wait,
    log,
  })
  const call = await CheckInCall.open({
    state,
    secrets,
    recipients,
    lanes,
    civil,
    answered: (homeId, alertId, answer) => record({ type: 'check_in', homeId, alertId, answer }),
  })
  const asking = checkInOutbox(options.checkIn ?? call, { state, pipeline, civil })
  return {
    desk,
    channels: new Map<string, OutboxChannel>([
      [PAGE_CHANNEL, pager],
      [CHECK_IN_CHANNEL, asking],
    ]),
    subscriptions: new PushBook(state, desk),
    checkIns: call,
    async stop() {
      pager.stop()
      await lanes.close()
      await watch.settled()
    },
  }
}
