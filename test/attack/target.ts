import { type AddressInfo, createServer } from 'node:net'
import { Aedes } from 'aedes'
import { type BrokerLimits, startBroker } from '../../broker/broker.ts'
import { DeviceId, GatewayId } from '../../contracts/ids.ts'
import type { Principal } from '../../contracts/message.ts'
import { silentLog } from '../../contracts/telemetry.ts'

/**
 * The broker under attack, as a process of its own: `shouwang`, or `bare` Aedes as it comes with nothing but the same
 * check of credentials. Limits may be given as JSON in `LIMITS`.
 */
export type TargetReport =
  | { event: 'ready'; port: number }
  | {
      event: 'measured'
      heapBytes: number
      accepted: Record<string, number>
      faults: Record<string, number>
      wrong: string[]
    }

export const SECRET = 'right'
/** Somebody whose name begins with it is a gateway with `attack/#`; all others are devices. */
const GATEWAY = 'gateway'

const accepted: Record<string, number> = {}
const counts: Record<string, number> = {}
const wrong: string[] = []

const principalOf = (id: string): Principal =>
  id.startsWith(GATEWAY)
    ? { type: 'gateway', gatewayId: GatewayId.parse(id), topics: ['attack/#'] }
    : { type: 'device', deviceId: DeviceId.parse(id) }

/** What `accept` may be handed, whatever was sent: a topic of the sender's own, well-formed. */
function judge(principal: Principal, topic: string): void {
  const id = principal.type === 'device' ? principal.deviceId : principal.gatewayId
  accepted[id] = (accepted[id] ?? 0) + 1
  const own =
    topic.startsWith(`devices/${id}/`) || (principal.type === 'gateway' && topic.startsWith('attack/'))
  const platform = topic.startsWith('$') && !topic.startsWith('$SYS/') && !topic.startsWith('$share/')
  if ((!own && !platform) || /[#+\0\uFFFD]/.test(topic)) wrong.push(`${id} on ${JSON.stringify(topic)}`)
}

async function startShouwang(): Promise<number> {
  const limits = JSON.parse(process.env['LIMITS'] ?? '{}') as Partial<BrokerLimits>
  const broker = await startBroker({
    tcp: { host: '127.0.0.1', port: 0 },
    tls: null,
    ws: null,
    authenticate: async (username, secret) => {
      if (Buffer.from(secret).toString() !== SECRET) return { ok: false, reason: 'wrong_secret' }
      if (!DeviceId.safeParse(username).success) return { ok: false, reason: 'unknown' }
      return { ok: true, principal: principalOf(username) }
    },
    accept: async (principal, { topic }) => judge(principal, topic),
    civil: { now: () => Date.now() },
    log: silentLog,
    meters: {
      count: (name, labels = {}) => {
        const key = [name, ...Object.values(labels)].join(' ')
        counts[key] = (counts[key] ?? 0) + 1
      },
      gauge() {},
      observe() {},
    },
    limits,
  })
  return broker.addresses.tcp?.port ?? 0
}

async function startBare(): Promise<number> {
  const aedes = await Aedes.createBroker({
    authenticate: (_client, _username, password, done) => done(null, password?.toString() === SECRET),
  })
  const server = createServer(aedes.handle)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return (server.address() as AddressInfo).port
}

const report = (message: TargetReport) => process.send?.(message)

// Whoever started it is gone, and with it the reason to go on.
process.once('disconnect', () => process.exit())
process.on('message', () => {
  global.gc?.()
  const heapBytes = process.memoryUsage().heapUsed + process.memoryUsage().external
  report({ event: 'measured', heapBytes, accepted, faults: counts, wrong })
})
if (import.meta.main) {
  report({ event: 'ready', port: await (process.argv[2] === 'bare' ? startBare() : startShouwang()) })
}
