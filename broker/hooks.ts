import type { AedesOptions, ConnectPacket, PublishPacket } from 'aedes'
import type { Message, Principal } from '../contracts/message.ts'
import type { Log, Meters } from '../contracts/telemetry.ts'
import type { Clock } from '../contracts/time.ts'
import { type Authentication, admit } from './admission.ts'
import type { BrokerLimits } from './limits.ts'
import type { Peer, Peers } from './peers.ts'
import { mayRetain, maySubscribe, mayUseTopic } from './permissions.ts'
import type { Sessions } from './sessions.ts'
import { isTopicFilter } from './topics.ts'

interface HookContext {
  authenticate(username: string, secret: Uint8Array): Promise<Authentication>
  accept(principal: Principal, message: Message): Promise<void>
  civil: Clock
  log: Log
  meters: Meters
  limits: BrokerLimits
  peers: Peers
  sessions: Sessions
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
    'preConnect' | 'authenticate' | 'authorizePublish' | 'authorizeSubscribe' | 'authorizeForward'
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
      // Aedes answers a version that it does not speak with code 1.
      if ((packet.protocolVersion ?? 4) > 4) return callback(null, true)
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
      const { topic } = subscription
      if (!isTopicFilter(topic)) return callback(new Refused('malformed_filter'))
      const peer = peers.of(client)
      if (peer !== undefined && maySubscribe(peer.prefixes, topic) && peer.subscribe(topic)) {
        return callback(null, subscription)
      }
      meters.count('broker_forbidden_total', { action: 'subscribe' })
      log.info({ principal: peer?.key ?? null }, 'subscription refused')
      callback(null, null)
    },

    authorizeForward(client, packet) {
      const peer = peers.of(client)
      return peer !== undefined && mayUseTopic(peer.prefixes, packet.topic) ? packet : null
    },
  }
}

async function decide(context: HookContext, peer: Peer, packet: ConnectPacket): Promise<void> {
  const authenticate: HookContext['authenticate'] = (id, secret) => context.authenticate(id, secret)
  peer.admission = await admit(packet, authenticate, context.limits)
  if (peer.admission.ok) packet.clientId = peer.admission.clientId
}

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
    if (!isWill) peer.connection.settled()
  }
  // By the time of its will a connection may have failed, and nobody waits in its order any more.
  const inTurn = isWill ? answer : peer.order.take(answer)
  peers.began()
  const settle = (error: Error | null) => {
    peers.ended()
    inTurn(error)
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
  const work = keep(context, peer, packet)
  accepted.set(messageId, work)
  work.catch(() => accepted.delete(messageId))
  return work
}

async function keep(context: HookContext, peer: Peer, packet: PublishPacket): Promise<void> {
  const { principal } = peer
  const { topic, payload } = packet
  if (principal === null || !mayUseTopic(peer.prefixes, topic)) {
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
