import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { openChannel } from '../../../channels/drivers.ts'
import { referenceOf } from '../../../channels/wording.ts'
import { ChannelFault } from '../../../contracts/channel.ts'
import { MINUTE_MS, SECOND_MS } from '../../../contracts/time.ts'
import { Gateway } from '../../channels/gateway.ts'
import { type Behaviour, PagingStage, pageOf, T0, wayOf } from './stage.ts'

describe('a page', () => {
  it('goes through the first address that takes it, and is told the journal once', async () => {
    const stage = new PagingStage()
    const [first, second] = [stage.channel('first'), stage.channel('second')]
    await stage.page(pageOf('a'))
    stage.start()
    await stage.time.pass(SECOND_MS)
    expect(first.sent).toEqual([{ at: T0, addresses: ['first-address'], keys: ['a'] }])
    expect(second.tries).toBe(0)
    expect(stage.results).toEqual([
      { type: 'page_result', key: 'a', channelId: 'first', outcome: 'sent', reason: null, at: T0 },
    ])
  })

  it('of a P1 is spoken first, and is past a line that is dead within a quarter of a minute', async () => {
    const stage = new PagingStage()
    const [message, call] = [stage.channel('message'), stage.channel('call', { behave: () => 'stall' })]
    stage.ways = () => [wayOf('message'), wayOf('call', { voice: true })]
    await stage.page(pageOf('a', { severity: 'P1' }))
    stage.start()
    await stage.time.pass(MINUTE_MS)
    expect(call.tries).toBeGreaterThanOrEqual(1)
    expect(message.sent).toHaveLength(1)
    expect((message.sent[0]?.at ?? 0) - T0).toBeLessThanOrEqual(22 * SECOND_MS)
  })

  it('is tried again under its key with growing pauses, then falls to the next address', async () => {
    const stage = new PagingStage()
    const first = stage.channel('first', { behave: () => 'fail' })
    const second = stage.channel('second')
    await stage.page(pageOf('a'))
    stage.start()
    await stage.time.pass(MINUTE_MS)
    expect(first.tries).toBe(4)
    expect(second.sent.map(({ at, keys }) => [at - T0, keys])).toEqual([[14 * SECOND_MS, ['a']]])
  })

  it('falls to the next address where a channel cannot even be opened, and the watch over channels hears of it', async () => {
    const stage = new PagingStage()
    const [first, second] = [stage.channel('first'), stage.channel('second')]
    stage.sealed.add('first')
    await stage.page(pageOf('a', { severity: 'P1' }))
    stage.start()
    await stage.time.pass(10 * SECOND_MS)
    expect(first.tries).toBe(0)
    expect(second.sent.map(({ keys }) => keys)).toEqual([['a']])
    expect(stage.faults[0]).toBe('first-address: the channel cannot be opened')
  })

  it('that nobody takes has failed, with the last word of a channel, so that the ladder goes on', async () => {
    const stage = new PagingStage()
    stage.channel('first', { behave: () => 'refuse' })
    await stage.page(pageOf('a'))
    await stage.page(pageOf('nowhere'))
    stage.ways = ({ key }) => (key === 'a' ? [wayOf('first'), wayOf('unknown')] : [])
    stage.start()
    await stage.time.pass(SECOND_MS)
    expect(stage.results.map(({ key, outcome, reason }) => `${key} ${outcome}: ${reason}`).sort()).toEqual([
      'a failed: the channel is out of use',
      'nowhere failed: no address',
    ])
  })

  it('forgets an address that is gone', async () => {
    const stage = new PagingStage()
    stage.channel('push', { behave: () => 'gone' })
    stage.channel('mail')
    await stage.page(pageOf('a'))
    stage.start()
    await stage.time.pass(SECOND_MS)
    expect(stage.forgotten).toEqual(['push-address'])
    expect(stage.ends()).toEqual({ a: 'sent' })
  })

  it('that was answered or taken back meanwhile is not sent any more', async () => {
    const stage = new PagingStage()
    const channel = stage.channel('robot', { behave: (nth) => (nth === 1 ? 'fail' : 'accept') })
    await stage.page(pageOf('a'))
    stage.start()
    await stage.time.pass(SECOND_MS)
    await stage.state.pages.update(pageOf('a', { state: 'dropped' }))
    await stage.time.pass(MINUTE_MS)
    expect([channel.tries, channel.sent, stage.results]).toEqual([1, [], []])
  })

  it('that was dropped while it waited for its turn takes nobody else’s', async () => {
    const stage = new PagingStage()
    const robot = stage.channel('robot', { perMinute: 4, behave: () => 'accept' })
    const keys = Array.from({ length: 12 }, (_, n) => `page-${n}`)
    for (const key of keys) await stage.page(pageOf(key))
    stage.start()
    await stage.time.pass(SECOND_MS)
    const sent = () => robot.sent.flatMap((one) => one.keys)
    const early = sent().length
    expect(early).toBeLessThan(4)
    const last = keys.at(-1) ?? ''
    for (const key of keys)
      if (key !== last && !sent().includes(key))
        await stage.state.pages.update(pageOf(key, { state: 'dropped' }))
    await stage.time.pass(MINUTE_MS)
    expect(sent().slice(early)).toEqual([last])
    expect(stage.results.map(({ key }) => key).sort()).toEqual(sent().sort())
  })
})

describe('channels beside each other', () => {
  it('a slow one never delays another, nor a later page', async () => {
    const stage = new PagingStage()
    stage.channel('slow', { behave: () => 'stall' })
    const quick = stage.channel('quick')
    stage.ways = ({ key }) => [wayOf(key.startsWith('slow') ? 'slow' : 'quick')]
    for (let n = 0; n < 300; n += 1) await stage.page(pageOf(`slow-${n}`))
    await stage.page(pageOf('quick-1'))
    stage.start()
    await stage.time.pass(SECOND_MS)
    await stage.page(pageOf('quick-2'))
    await stage.time.pass(SECOND_MS)
    expect(quick.sent.map(({ at, keys }) => [keys[0], at - T0 <= 1_500])).toEqual([
      ['quick-1', true],
      ['quick-2', true],
    ])
  })

  it('sixty P2 pages within a minute reach one WeCom robot in at most 20 messages, and none is lost', async () => {
    const gateway = await Gateway.open({
      accept: { status: 200, body: '{"errcode":0}' },
      refuse: { status: 200, body: '' },
      fail: { status: 500, body: '' },
      too_many: { status: 200, body: '{"errcode":45009}' },
    })
    const stage = new PagingStage()
    const settings = { baseUrl: `${gateway.url}/send` }
    const robot = openChannel({ kind: 'wecom', settings }, { key: 'k' }, stage.time)
    const at: number[] = []
    stage.channels.set('wecom', {
      ...robot,
      send: (...message) => {
        at.push(stage.time.now())
        return robot.send(...message)
      },
    })
    stage.ways = ({ key }) => [wayOf('wecom', { address: `1380000${key.padStart(4, '0')}` })]
    stage.start()
    for (let n = 0; n < 60; n += 1) {
      await stage.page(pageOf(`${n}`))
      await stage.time.pass(SECOND_MS)
      // What is under way really travels: the clock stands until it is there.
      while (gateway.asked.length < at.length) await stage.time.settle()
    }
    for (let s = 0; s < 60; s += 1) {
      await stage.time.pass(SECOND_MS)
      while (gateway.asked.length < at.length) await stage.time.settle()
    }
    const told = gateway.asked.map(({ body }) => body).join('\n')
    expect(Array.from({ length: 60 }, (_, n) => told.includes(`#${referenceOf(`${n}`)}`))).not.toContain(
      false,
    )
    expect(gateway.asked.length).toBeLessThanOrEqual(20)
    expect(mostWithinAMinute(at)).toBeLessThanOrEqual(20)
    await stage.time.settle()
    expect(Object.values(stage.ends())).toEqual(Array.from({ length: 60 }, () => 'sent'))
  })

  it('a P1 goes at once and alone, past a queue of P3s that has used up the pace', async () => {
    const stage = new PagingStage()
    const robot = stage.channel('robot', { groupsUpTo: 5, addressesUpTo: 5, perMinute: 20 })
    for (let n = 0; n < 500; n += 1) await stage.page(pageOf(`p3-${n}`, { severity: 'P3' }))
    stage.start()
    await stage.time.pass(30 * SECOND_MS)
    await stage.page(pageOf('p1', { severity: 'P1' }))
    await stage.time.pass(SECOND_MS)
    const urgent = robot.sent.find(({ keys }) => keys.includes('p1'))
    expect(urgent?.keys).toEqual(['p1'])
    // The outbox is looked into twice a second.
    expect((urgent?.at ?? 0) - T0).toBeLessThanOrEqual(30_500)
    await stage.time.pass(15 * MINUTE_MS)
    expect(mostWithinAMinute(robot.sent.map(({ at }) => at))).toBeLessThanOrEqual(20)
    expect(new Set(robot.sent.flatMap(({ keys }) => keys)).size).toBe(501)
  })

  it('a channel that has had too much is left alone as long as it says, and nothing is lost by it', async () => {
    const stage = new PagingStage()
    const robot = stage.channel('robot', {
      groupsUpTo: 20,
      behave: (nth) => (nth === 1 ? 'too_many' : 'accept'),
    })
    for (let n = 0; n < 10; n += 1) await stage.page(pageOf(`p-${n}`))
    stage.start()
    await stage.time.pass(5 * MINUTE_MS)
    expect(Object.values(stage.ends())).toEqual(Array.from({ length: 10 }, () => 'sent'))
    expect(robot.sent.every(({ at }) => at === T0 || at >= T0 + 30_000)).toBe(true)
  })

  it('one address that a whole group is refused for takes nobody with it', async () => {
    const stage = new PagingStage()
    const robot = stage.channel('robot', { groupsUpTo: 10, addressesUpTo: 10, perMinute: 60 })
    const send = robot.send.bind(robot)
    robot.send = async (addresses, notices) => {
      if (addresses.includes('bad')) throw new ChannelFault('refused', false)
      return send(addresses, notices)
    }
    stage.ways = ({ key }) => [wayOf('robot', { address: key })]
    for (const key of ['a', 'b', 'c', 'd', 'bad', 'e', 'f']) await stage.page(pageOf(key))
    stage.start()
    await stage.time.pass(MINUTE_MS)
    expect(stage.ends()).toEqual({
      a: 'sent',
      b: 'sent',
      c: 'sent',
      d: 'sent',
      bad: 'failed',
      e: 'sent',
      f: 'sent',
    })
  })
})

const mostWithinAMinute = (at: readonly number[]): number =>
  Math.max(...at.map((from) => at.filter((one) => one >= from && one < from + MINUTE_MS).length))

describe('across restarts', () => {
  it('what was sent but not written down is sent again under the same key', async () => {
    const stage = new PagingStage()
    const robot = stage.channel('robot')
    stage.beforeRecord = () => {
      throw new Error('killed between sending and writing')
    }
    await stage.page(pageOf('a'))
    stage.start()
    await stage.time.pass(0)
    expect([robot.sent.length, stage.results]).toEqual([1, []])
    await stage.stop()
    stage.beforeRecord = () => {}
    stage.start()
    await stage.time.pass(10 * SECOND_MS)
    expect(robot.sent.map(({ keys }) => keys)).toEqual([['a'], ['a']])
    expect(stage.ends()).toEqual({ a: 'sent' })
  })

  it('what could not be written is written later, without being sent again', async () => {
    const stage = new PagingStage()
    const robot = stage.channel('robot')
    let left = 2
    stage.beforeRecord = () => {
      left -= 1
      if (left >= 0) throw new Error('the disk is full')
    }
    await stage.page(pageOf('a'))
    stage.start()
    await stage.time.pass(MINUTE_MS)
    expect([robot.sent.length, stage.ends()]).toEqual([1, { a: 'sent' }])
  })
})

const behaviour = fc.constantFrom<Behaviour>('accept', 'refuse', 'fail', 'too_many', 'stall', 'gone', 'break')

describe('whatever fails', () => {
  it('every page ends as sent or failed, once', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(behaviour, { minLength: 1, maxLength: 6 }), { minLength: 1, maxLength: 3 }),
        fc.array(
          fc.record({
            severity: fc.constantFrom('P1', 'P2', 'P3'),
            ways: fc.array(fc.nat(2), { maxLength: 3 }),
            afterMs: fc.nat(20_000),
          }),
          { minLength: 1, maxLength: 12 },
        ),
        fc.array(fc.nat(40_000), { maxLength: 3 }),
        fc.array(fc.boolean(), { maxLength: 6 }),
        async (scripts, pages, restarts, journalFails) => {
          const stage = new PagingStage()
          scripts.forEach((script, n) => {
            stage.channel(`c${n}`, {
              groupsUpTo: n + 1,
              perMinute: n === 0 ? null : 10,
              behave: (nth) => script[nth % script.length] ?? 'accept',
            })
          })
          stage.ways = ({ key }) =>
            [...new Set(pages[Number(key)]?.ways)].map((n) => wayOf(`c${n}`, { address: `${n}-${key}` }))
          const fails = [...journalFails]
          stage.beforeRecord = () => {
            if (fails.shift() === true) throw new Error('the journal is full')
          }
          stage.start()
          for (const [n, { severity, afterMs }] of pages.entries()) {
            await stage.page(pageOf(`${n}`, { severity }))
            await stage.time.pass(afterMs)
          }
          for (const afterMs of restarts) {
            await stage.time.pass(afterMs)
            await stage.stop()
            stage.start()
          }
          for (let s = 0; s < 3_600 && stage.results.length < pages.length; s += 15)
            await stage.time.pass(15 * SECOND_MS)
          await stage.time.pass(15 * SECOND_MS)
          await stage.stop()
          expect(stage.results.map(({ key }) => Number(key)).sort((a, b) => a - b)).toEqual(
            pages.map((_, n) => n),
          )
          const sent = stage.results.filter(({ outcome }) => outcome === 'sent').map(({ key }) => key)
          const taken = new Set(
            [...stage.channels.values()].flatMap((channel) =>
              'sent' in channel ? (channel.sent as { keys: string[] }[]).flatMap(({ keys }) => keys) : [],
            ),
          )
          expect(sent.filter((key) => !taken.has(key))).toEqual([])
          expect(await stage.state.outbox.due(Number.MAX_SAFE_INTEGER, 1)).toEqual([])
        },
      ),
      { numRuns: 20 },
    )
  })
})
