import { describe, expect, it } from 'vitest'
import { type Channel, ChannelFault, type Notice } from '../../contracts/channel.ts'
import type { Behaviour } from './gateway.ts'

/** A channel with its other side, a real server on loopback. */
export interface Stage {
  channel: Channel
  address: string
  /** What may stand in no fault. */
  secrets: readonly string[]
  behave(how: Behaviour): void
  /** Settles when the next message has arrived. */
  next(): Promise<unknown>
  /** A stalled answer is given after all. */
  answerNow(): void
  /** All that arrived, each message as one text. */
  arrived(): string[]
  /** What of a key a message shows. */
  mark(key: string): string
}

export const notice = (key: string, over: Partial<Notice> = {}): Notice => ({
  key,
  purpose: 'alert',
  severity: 'P2',
  title: { zh: '长时间无活动 · 安远小区', en: 'No activity for long · Anyuan' },
  text: { zh: '有一户需要查看。', en: 'A home needs a look.' },
  language: 'zh',
  url: 'https://desk.example.org/alerts/a1',
  answerToken: null,
  at: Date.parse('2026-03-05T03:05:00Z'),
  drill: false,
  ...over,
})

const never = () => new AbortController().signal

async function faultOf(sending: Promise<unknown>): Promise<ChannelFault> {
  const fault = await sending.then(
    () => null,
    (error: unknown) => error,
  )
  expect(fault).toBeInstanceOf(ChannelFault)
  return fault as ChannelFault
}

/** What every kind of channel holds, against a real server that does what servers do. */
export function channelConformance(kind: string, open: () => Promise<Stage>): void {
  describe(`channel: ${kind}`, () => {
    const send = ({ channel, address }: Stage, signal = never()) =>
      channel.send([address], [notice('key-1')], signal)

    it('settles when the other side has taken it', async () => {
      const stage = await open()
      await expect(send(stage)).resolves.toMatchObject({ outcome: 'accepted' })
      expect(stage.arrived()).toHaveLength(1)
    })

    it('sends the same again under the same key, another under another', async () => {
      const stage = await open()
      await send(stage)
      await send(stage)
      await stage.channel.send([stage.address], [notice('key-2')], never())
      const marks = stage
        .arrived()
        .map((text) => [text.includes(stage.mark('key-1')), text.includes(stage.mark('key-2'))])
      expect(marks).toEqual([
        [true, false],
        [true, false],
        [false, true],
      ])
    })

    it('takes as many notices in one message as it says, and leaves none out', async () => {
      const stage = await open()
      const keys = Array.from({ length: stage.channel.groupsUpTo }, (_, n) => `group-${n}`)
      await stage.channel.send(
        [stage.address],
        keys.map((key) => notice(key)),
        never(),
      )
      const [text = ''] = stage.arrived()
      expect(stage.arrived()).toHaveLength(1)
      if (keys.length > 1) expect(keys.filter((key) => !text.includes(stage.mark(key)))).toEqual([])
    })

    it('is refused for good, for now, or for a while', async () => {
      const stage = await open()
      stage.behave('refuse')
      expect((await faultOf(send(stage))).retry).toBe(false)
      stage.behave('fail')
      expect((await faultOf(send(stage))).retry).toBe(true)
      stage.behave('too_many')
      expect((await faultOf(send(stage))).retry).toBe(true)
      stage.behave('accept')
      await send(stage)
    })

    it('ends a try on which nothing is heard, and tries anew', async () => {
      const stage = await open()
      stage.behave('stall')
      const patience = new AbortController()
      const arrived = stage.next()
      const sending = faultOf(send(stage, patience.signal))
      await arrived
      patience.abort()
      const fault = await sending
      expect([fault.message, fault.retry]).toEqual(['no answer in time', true])
      stage.behave('accept')
      await send(stage)
    })

    it('takes an answer that comes late but in time', async () => {
      const stage = await open()
      stage.behave('stall')
      const arrived = stage.next()
      const sending = send(stage)
      await arrived
      stage.answerNow()
      await expect(sending).resolves.toMatchObject({ outcome: 'accepted' })
    })

    it('tries later when the connection is cut', async () => {
      const stage = await open()
      stage.behave('cut')
      expect((await faultOf(send(stage))).retry).toBe(true)
      stage.behave('accept')
      await send(stage)
    })

    it('tells no secret and no address in what went wrong', async () => {
      const stage = await open()
      for (const how of ['refuse', 'fail', 'too_many', 'cut'] as const) {
        stage.behave(how)
        const { message, stack = '', cause } = await faultOf(send(stage))
        for (const word of [...stage.secrets, stage.address].filter((text) => text !== '')) {
          expect(message).not.toContain(word)
          expect(stack).not.toContain(word)
        }
        expect(cause).toBeUndefined()
        expect(message.length).toBeLessThan(80)
      }
    })

    it('ends what is under way when it is closed', async () => {
      const stage = await open()
      stage.behave('stall')
      const arrived = stage.next()
      const sending = faultOf(send(stage))
      await arrived
      await stage.channel.close()
      expect((await sending).retry).toBe(true)
    })
  })
}

/** What every channel over HTTP holds besides. */
export function httpConformance(kind: string, open: () => Promise<Stage>): void {
  describe(`channel over HTTP: ${kind}`, () => {
    it('follows no redirect, which would carry its secrets elsewhere', async () => {
      const stage = await open()
      stage.behave('redirect')
      const fault = await faultOf(stage.channel.send([stage.address], [notice('key-1')], never()))
      expect(fault.retry).toBe(false)
      expect(stage.arrived()).toHaveLength(1)
    })

    it('does not read an answer that has no end', async () => {
      const stage = await open()
      stage.behave('endless')
      const fault = await faultOf(stage.channel.send([stage.address], [notice('key-1')], never()))
      expect(fault.message).toContain('400')
    })
  })
}
