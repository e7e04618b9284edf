import { createHmac } from 'node:crypto'
import { z } from 'zod'
import { type Channel, ChannelFault, type Notice, type Receipt } from '../contracts/channel.ts'
import type { Clock } from '../contracts/time.ts'
import { MINUTE_MS } from '../contracts/time.ts'
import { HttpDoor, jsonIn, requireTaken } from './http.ts'

/** Everybody in the group, whatever the product calls them. */
export const EVERYBODY = 'all'

/** HMAC-SHA256 of the robots: `key` and `text` stand in different places at DingTalk and Feishu. */
export const robotSign = (key: string, text: string): string =>
  createHmac('sha256', key).update(text).digest('base64')

export interface RobotMessage {
  url: string
  body: object
}

export interface Robot {
  /** The member of the answer that holds 0 when all went well. */
  code: 'errcode' | 'code'
  /** Too many at once: later it goes well. */
  tooMany: readonly number[]
  /** How long one who was too quick is not listened to. */
  pauseMs: number
  /** The other side is in trouble itself. */
  busy: readonly number[]
  perMinute: number
  message(addresses: readonly string[], notices: readonly Notice[], now: number): RobotMessage
}

/**
 * A robot in a group chat of WeCom, DingTalk or Feishu. Its address is its key, so the address is put together only to
 * be used. All of them answer 200 and say in the body what became of it.
 */
export function openRobot(robot: Robot, wall: Clock): Channel {
  const door = new HttpDoor()
  return {
    groupsUpTo: 20,
    addressesUpTo: 20,
    perMinute: robot.perMinute,
    async send(addresses, notices, signal): Promise<Receipt> {
      const { url, body } = robot.message(addresses, notices, wall.now())
      const answer = await door.ask(
        { url, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) },
        signal,
      )
      // Feishu says "too many" with status 400 as well: its own code counts before the status does.
      const said = Answered.safeParse(jsonIn(answer.text)).data
      const code = said?.[robot.code]
      if (code !== undefined && code !== 0) throw refusalOf(robot, code)
      requireTaken(answer, wall)
      if (code === undefined) throw new ChannelFault('an answer that is none of a robot', true)
      return { outcome: 'accepted', reference: null }
    },
    close: () => door.close(),
  }
}

const Answered = z.object({ errcode: z.int().optional(), code: z.int().optional() })

const refusalOf = ({ code: name, tooMany, pauseMs, busy }: Robot, code: number): ChannelFault => {
  if (tooMany.includes(code)) return new ChannelFault(`too many messages (${name} ${code})`, true, pauseMs)
  return new ChannelFault(`refused (${name} ${code})`, busy.includes(code))
}

export const ROBOT_PAUSE_MS = MINUTE_MS
