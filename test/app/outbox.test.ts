import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { Outbox, type OutboxChannel } from '../../app/telling/outbox.ts'
import { noMeters, silentLog } from '../../contracts/telemetry.ts'
import { SECOND_MS } from '../../contracts/time.ts'
import { openState } from '../../store/sqlite/state.ts'
import type { OutboxItem } from '../../store/state/outbox.ts'
import type { StateStore } from '../../store/state.ts'
import { manualClock } from '../support/clock.ts'
import { temporaryFolder } from '../support/folder.ts'

const T0 = 1_000_000_000
const FACTOR = 60

/** An outbox whose civil time passes only when told; `hang` says that a delivery has taken too long. */
function outboxOf(channel: Partial<OutboxChannel>) {
  const civil = manualClock(T0)
  const state = openState({ file: join(temporaryFolder(), 'state.db') })
  const givenUp: string[] = []
  let hang: () => void = () => {}
  const whole: OutboxChannel = {
    attempts: 3,
    mostMs: 20 * SECOND_MS,
    deliver: async () => 'sent',
    givenUp: async ({ key }, reason) => {
      givenUp.push(`${key}: ${reason}`)
    },
    ...channel,
  }
  const start = () =>
    new Outbox({
      state,
      channels: new Map([['phone', whole]]),
      clocks: { civil, wall: civil, factor: FACTOR },
      wait: (ms, signal) =>
        ms < 20 * SECOND_MS
          ? new Promise((next) => setImmediate(next))
          : new Promise((resolve) => {
              hang = resolve
              signal.addEventListener('abort', () => resolve())
            }),
      log: silentLog,
      meters: noMeters,
    })
  onTestFinished(() => state.close())
  return { civil, state, start, givenUp, hang: () => hang() }
}

const item = (key: string, channel = 'phone') => ({ key, channel, payload: { key }, notBefore: T0 })

/** The only item, as soon as it is as it should be. */
async function until(state: StateStore, isSo: (item: OutboxItem | undefined) => boolean) {
  for (;;) {
    const [waiting] = await state.outbox.due(Number.MAX_SAFE_INTEGER, 1)
    if (isSo(waiting)) return waiting
    await new Promise((next) => setImmediate(next))
  }
}
const isDone = (waiting: OutboxItem | undefined) => waiting === undefined

describe('the outbox', () => {
  it('delivers what is due once, also when it is started again', async () => {
    const delivered: string[] = []
    const { state, start } = outboxOf({
      deliver: async ({ key }) => {
        delivered.push(key)
        return 'sent'
      },
    })
    await state.outbox.add(item('a'))
    await state.outbox.add({ ...item('later'), notBefore: T0 + 1 })
    const first = start()
    await until(state, (waiting) => waiting?.key === 'later')
    await first.stop()
    const second = start()
    await state.outbox.add(item('b'))
    await until(state, (waiting) => waiting?.key === 'later')
    await second.stop()
    expect(delivered).toEqual(['a', 'b'])
  })

  it('tries again after seconds of the wall, however fast civil time runs, and gives up with the reason', async () => {
    const { civil, state, start, givenUp } = outboxOf({
      deliver: async () => {
        throw new Error('line busy')
      },
    })
    await state.outbox.add(item('a'))
    const outbox = start()
    const once = await until(state, (waiting) => waiting?.attempts === 1)
    expect((once?.notBefore ?? 0) - T0).toBe(SECOND_MS * FACTOR)
    civil.pass(SECOND_MS * FACTOR)
    const twice = await until(state, (waiting) => waiting?.attempts === 2)
    expect((twice?.notBefore ?? 0) - civil.now()).toBe(2 * SECOND_MS * FACTOR)
    civil.pass(2 * SECOND_MS * FACTOR)
    await until(state, isDone)
    await outbox.stop()
    expect(givenUp).toEqual(['a: line busy'])
  })

  it('does not wait for ever for a channel that never answers', async () => {
    let givesUp: AbortSignal | null = null
    const { state, start, givenUp, hang } = outboxOf({
      attempts: 1,
      deliver: (_, signal) => {
        givesUp = signal
        return new Promise(() => {})
      },
    })
    await state.outbox.add(item('a'))
    const outbox = start()
    await until(state, (waiting) => {
      hang()
      return isDone(waiting)
    })
    await outbox.stop()
    expect(givenUp).toEqual(['a: no answer from the channel'])
    expect(givesUp).toMatchObject({ aborted: true })
  })

  it('keeps what could not even be given up, and tries that again', async () => {
    let tries = 0
    const { civil, state, start } = outboxOf({
      attempts: 1,
      deliver: async () => {
        throw new Error('line busy')
      },
      givenUp: async () => {
        tries += 1
        if (tries < 3) throw new Error('the journal is full')
      },
    })
    await state.outbox.add(item('a'))
    const outbox = start()
    await until(state, isDone)
    await outbox.stop()
    expect(tries).toBe(3)
    expect(civil.now()).toBe(T0)
  })

  it('lets go of what has no channel', async () => {
    const { state, start } = outboxOf({})
    await state.outbox.add(item('a', 'pigeon'))
    const outbox = start()
    await until(state, isDone)
    await outbox.stop()
  })
})
