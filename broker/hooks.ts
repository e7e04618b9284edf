import type { AedesOptions, ConnectPacket, PublishPacket } from 'aedes'
import type { Message, Principal } from '../contracts/message.ts'
import type { Log, Meters } from '../contracts/telemetry.ts'
import type { Clock } from '../contracts/time.ts'
import { admit, type Identification, isGuess, refuse } from './admission.ts'
import { addressOf } from './entrance.ts'
import type { BrokerLimits } from './limits.ts'
import type { Peer, Peers } from './peers.ts'
import { keyOf, mayPublish, mayRetain, maySubscribe, mayUseTopic } from './permissions.ts'
import type { TokenBuckets } from './rates.ts'
import type { Sessions } from './sessions.ts'

interface HookContext {
  identification: Identification
  accept(principal: Principal, message: Message): Promise<void>
  civil: Clock
  log: Log
  meters: Meters
  limits: BrokerLimits
  peers: Peers
  sessions: Sessions
  /** Admissions by principal. */
  admissions: TokenBuckets
  /** Refused credentials by address and by registered id. */
  failures: TokenBuckets
}

/** A reason is fixed, few of them, and fit for a metric's label. */
class Refused extends Error {
  readonly reason: string

  constructor(reason: string) {
    super(reason)
    this.reason = reason
  }
}

type Hooks = Required<
  Pick<
    AedesOptions,
    | 'preConnect'
    | 'authenticate'
    | 'authorizePublish'
    | 'authorizeSubscribe'
    | 'authorizeForward'
    | 'published'
  >
>

/** The places at which Aedes asks what is allowed, and waits for what must be kept. */
export function hooksFor(context: HookContext): Hooks {
  const { peers, log, meters } = context
  return {
    /** Aedes takes the client id after this hook, so who it is must be known here; `authenticate` gives the answer. */
    preConnect(client, packet, callback) {
      const peer = peers.of(client)
      if (peer === undefined) return callback(new Refused('gone'), false)
      peer.will = packet.will ?? null
      void decide(context, peer, packet).finally(() => callback(null, true))
    },

    authenticate(client, username, _password, callback) {
      const peer = peers.of(client)
      if (peer?.admission?.ok === true && peer.key !== null) {
        // Gone while it was being looked up: Aedes drops it here, and it must not be counted.
        if (!client.closed && !peer.connection.destroyed) peers.admitted(peer, peer.key)
        return callback(null, true)
      }
      const refusal = peer?.admission?.ok === false ? peer.admission : null
      const reason = refusal?.reason ?? 'unavailable'
      meters.count('broker_refused_total', { reason })
      // Only a registered id is logged: what a stranger sends as a name might be a secret.
      log.info({ reason, ...(refusal?.known === true ? { id: username } : {}) }, 'connection refused')
      // Aedes reads the `returnCode` of the error; its type wants an enum that exists in declarations only.
      const answer = callback as (error: Error, success: null) => void
      answer(Object.assign(new Error(reason), { returnCode: refusal?.returnCode ?? 3 }), null)
    },

    authorizePublish(client, packet, callback) {
      const peer = peers.of(client)
      if (peer === undefined) return callback(new Refused('gone'))
      receive(context, peer, packet, callback)
    },

    authorizeSubscribe(client, subscription, callback) {
      const peer = peers.of(client)
      if (peer !== undefined && mayBeGranted(context, peer, subscription.topic)) {
        return callback(null, subscription)
      }
      meters.count('broker_forbidden_total', { action: 'subscribe' })
      log.info({ principal: peer?.key ?? null }, 'subscription refused')
      callback(null, null)
    },

    published(packet, client, callback) {
      const peer = peers.of(client)
      if (peer !== undefined && packet !== peer.will && settlesWhenDelivered(packet.qos)) {
        peer.connection.settled()
      }
      callback()
    },

    authorizeForward(client, packet) {
      const peer = peers.of(client)
      return peer !== undefined && mayUseTopic(peer.prefixes, packet.topic) ? packet : null
    },
  }
}

function mayBeGranted({ peers, sessions, limits }: HookContext, peer: Peer, filter: string): boolean {
  if (Buffer.byteLength(filter) > limits.topicBytes || !maySubscribe(peer.prefixes, filter)) return false
  return (peer.client.clean || sessions.hasRoom()) && peers.subscribe(peer, filter)
}

async function decide(context: HookContext, peer: Peer, packet: ConnectPacket): Promise<void> {
  const { identification, limits, admissions } = context
  const admission = await admit(packet, peer.arrival.certifiedId, identification, limits)
  if (admission.ok) {
    packet.clientId = admission.clientId
    const isInRate = admissions.take(keyOf(admission.principal))
    if (!isInRate) await beforeRefusal(context, peer)
    peer.admission = isInRate ? admission : refuse('admission_rate')
  } else {
    peer.admission = admission
    if (isGuess(admission.reason))
      await slowDown(context, peer, admission.known ? packet.username : undefined)
  }
}

/**
 * Whoever has failed too often, or at too many, waits for the answer. Nobody is locked out: the right secret is always
 * answered at once, or anybody could keep a device away by guessing at its secret.
 */
async function slowDown(context: HookContext, peer: Peer, id: string | undefined): Promise<void> {
  const { failures, log } = context
  const mayFail = failures.take(`address ${addressOf(peer.arrival.socket)}`)
  if (mayFail && (id === undefined || failures.take(`id ${id}`))) return
  log.warn({ ...(id !== undefined && { id }) }, 'many wrong secrets: answers are slowed down')
  await beforeRefusal(context, peer)
}

/** Whoever tries again as soon as it is answered tries only so often. */
async function beforeRefusal({ limits, meters }: HookContext, peer: Peer): Promise<void> {
  meters.count('broker_slowed_total')
  const { connection } = peer
  if (connection.gone) return
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, limits.refusalMs)
    const giveUp = () => {
      clearTimeout(timer)
      resolve()
    }
    connection.once('gone', giveUp).once('close', giveUp)
  })
}

/**
 * What is delivered to a slow reader counts as being on its way, so that its memory is bounded like everything else.
 * A QoS 2 message that came twice is not delivered again, and so is counted until its PUBREC only.
 */
const settlesWhenDelivered = (qos: number): boolean => qos < 2

/** Takes one PUBLISH, or the will of a client that is gone, through `accept`, and calls back in order of arrival. */
function receive(
  context: HookContext,
  peer: Peer,
  packet: PublishPacket,
  callback: (error?: Error | null) => void,
): void {
  const { peers, meters } = context
  const isWill = packet === peer.will
  const answer = (error: Error | null) => {
    if (packet.retain && peer.principal !== null && !mayRetain(peer.principal, packet.topic)) {
      packet.retain = false
    }
    // Aedes answers an error by closing; the acknowledgements before it leave at the end of this turn.
    if (error !== null) {
      setImmediate(callback, error)
      return
    }
    callback()
    if (!isWill && !settlesWhenDelivered(packet.qos)) peer.connection.settled()
  }
  // By the time of its will a connection may have failed, and nobody waits in its order any more.
  const inTurn = isWill ? answer : peer.order.take(answer)
  peers.began(peer)
  const settle = (error: Error | null) => {
    inTurn(error)
    peers.ended(peer)
  }
  const work = packet.qos === 2 ? keepOnce(context, peer, packet) : keep(context, peer, packet)
  work.then(
    () => settle(null),
    (error: unknown) => {
      meters.count('broker_not_kept_total', { reason: error instanceof Refused ? error.reason : 'accept' })
      settle(error instanceof Error ? error : new Error(String(error)))
    },
  )
}

/** A QoS 2 message that is sent again before its PUBREL is the same message. */
function keepOnce(context: HookContext, peer: Peer, packet: PublishPacket): Promise<void> {
  const { client } = peer
  if (packet.messageId === undefined || client.closed) return keep(context, peer, packet)
  const { messageId } = packet
  const { accepted } = context.sessions.open(client.id)
  const before = accepted.get(messageId)
  if (before !== undefined) return before
  if (accepted.size >= context.limits.receivingPerSession) {
    return Promise.reject(new Refused('too_many_unreleased'))
  }
  const work = keep(context, peer, packet)
  accepted.set(messageId, work)
  work.catch(() => accepted.delete(messageId))
  return work
}

async function keep(context: HookContext, peer: Peer, packet: PublishPacket): Promise<void> {
  const { principal } = peer
  const { topic, payload } = packet
  if (principal === null || !mayPublish(peer.prefixes, topic)) {
    context.meters.count('broker_forbidden_total', { action: 'publish' })
    context.log.warn({ principal: peer.key }, 'message on a forbidden topic: connection closed')
    throw new Refused('forbidden_topic')
  }
  await context.accept(principal, {
    topic,
    payload: typeof payload === 'string' ? Buffer.from(payload) : payload,
    receivedAt: context.civil.now(),
    // The flag here asks us to keep a copy; the message itself is fresh. Only what another broker kept is old.
    retained: false,
  })
}
