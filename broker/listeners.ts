import { once } from 'node:events'
import { type AddressInfo, createServer as createTcpServer, type Server, type Socket } from 'node:net'
import { createServer as createTlsServer, Server as TlsServer } from 'node:tls'
import type { Clock } from '../contracts/time.ts'
import { type Arrival, TCP_KEEP_ALIVE_MS } from './arrival.ts'
import type { BrokerLimits } from './limits.ts'
import { TokenBuckets } from './rates.ts'
import { certifiedBy, type ServerCertificate, secureOptions } from './tls.ts'
import { webSocketServer } from './websocket.ts'

export interface ListenerOptions {
  tcp: { host: string; port: number } | null
  tls: ({ host: string; port: number } & ServerCertificate) | null
  /** Served as wss when certificate and key are given. */
  ws: ({ host: string; port: number } & Partial<ServerCertificate>) | null
}

export interface Addresses {
  tcp: AddressInfo | null
  tls: AddressInfo | null
  ws: AddressInfo | null
}

export interface Listeners {
  addresses: Addresses
  /**
   * Handshakes from now on use these; throws, and changes nothing, when they are no pair. `clientCa` takes the place of
   * the one before, where client certificates are asked for.
   */
  reloadTls(cert: Buffer, key: Buffer, clientCa?: Buffer): void
  /** Takes no more connections; those that are there stay. */
  stop(): void
}

/** In a flood, who finds no place in the kernel's queue tries again only after a second. */
const BACKLOG = 4_096

/** A client that has closed its side still gets the acknowledgement of what it sent: `allowHalfOpen`. */
const socketOptions = {
  allowHalfOpen: true,
  noDelay: true,
  keepAlive: true,
  keepAliveInitialDelay: TCP_KEEP_ALIVE_MS,
}

/**
 * Opens what is configured; each socket must first be let in by `enter`, and what it speaks is handed to `accept`.
 * Rejects when one address cannot be had.
 */
export async function openListeners(
  options: ListenerOptions & { wall: Clock },
  limits: BrokerLimits,
  enter: (socket: Socket) => boolean,
  accept: (arrival: Arrival) => void,
): Promise<Listeners> {
  const { tcp, tls, ws, wall } = options
  const idleFrames = new TokenBuckets(limits.idleFrameRate, wall)
  const servers: Server[] = []
  const secured: { server: TlsServer; clientCa: Buffer | undefined }[] = []
  const open = async (server: Server, { host, port, clientCa }: Partial<ServerCertificate> & Place) => {
    servers.push(server)
    if (server instanceof TlsServer) {
      secured.push({ server, clientCa })
      // A handshake that fails ends its own socket and concerns nobody else.
      server.on('tlsClientError', (_error, socket) => socket.destroy())
    }
    guard(server, enter)
    server.listen({ port, host, backlog: BACKLOG })
    await once(server, 'listening')
    return server.address() as AddressInfo
  }
  const stop = () => {
    for (const server of servers) server.close()
  }
  try {
    const addresses: Addresses = {
      tcp: tcp && (await open(createTcpServer(socketOptions, plain(accept)), tcp)),
      tls: tls && (await open(tlsServer(tls, limits, accept), tls)),
      ws: ws && (await open(webSocketServer(certificateOf(ws), { limits, idleFrames }, accept), ws)),
    }
    return {
      addresses,
      stop,
      reloadTls: (cert, key, clientCa) =>
        reload(secured, { cert, key, ...(clientCa && { clientCa }) }, limits),
    }
  } catch (error) {
    stop()
    throw error
  }
}

interface Place {
  host: string
  port: number
}

/** Before any other listener sees the socket, above all the one that would begin a TLS handshake with it. */
function guard(server: Server, enter: (socket: Socket) => boolean): void {
  const listeners = server.listeners('connection') as ((socket: Socket) => void)[]
  server.removeAllListeners('connection')
  server.on('connection', (socket: Socket) => {
    if (!enter(socket)) return
    for (const listener of listeners) listener.call(server, socket)
  })
}

const plain =
  (accept: (arrival: Arrival) => void) =>
  (socket: Socket): void =>
    accept({ stream: socket, socket, certifiedId: null, admitted: () => {} })

function tlsServer(
  certificate: ServerCertificate,
  limits: BrokerLimits,
  accept: (arrival: Arrival) => void,
): Server {
  const server = createTlsServer({ ...socketOptions, ...secureOptions(certificate, limits) })
  server.on('secureConnection', (socket) => {
    const certified = certifiedBy(socket, certificate.clientIdFrom)
    if (certified.trusted) accept({ stream: socket, socket, certifiedId: certified.id, admitted: () => {} })
    else socket.destroy()
  })
  return server
}

const certificateOf = (given: Partial<ServerCertificate>): ServerCertificate | null => {
  const { cert, key, clientCa, clientIdFrom } = given
  if (cert === undefined || key === undefined) return null
  return { cert, key, ...(clientCa && { clientCa }), ...(clientIdFrom && { clientIdFrom }) }
}

function reload(
  secured: readonly { server: TlsServer; clientCa: Buffer | undefined }[],
  certificate: ServerCertificate,
  limits: BrokerLimits,
): void {
  // Whether they are a pair is the same for all, so nothing changes when the first of them throws.
  for (const one of secured) {
    if (one.clientCa) one.clientCa = certificate.clientCa ?? one.clientCa
    const { clientCa } = one
    const { cert, key } = certificate
    one.server.setSecureContext(secureOptions({ cert, key, ...(clientCa && { clientCa }) }, limits))
  }
}
