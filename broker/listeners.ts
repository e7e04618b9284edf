import { once } from 'node:events'
import { createServer as createHttpServer } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import { type AddressInfo, createServer as createTcpServer, type Server, Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { createServer as createTlsServer } from 'node:tls'
import { createWebSocketStream, WebSocketServer } from 'ws'
import type { BrokerLimits } from './limits.ts'

export interface ListenerOptions {
  tcp: { host: string; port: number } | null
  tls: { host: string; port: number; cert: Buffer; key: Buffer } | null
  /** Served as wss when certificate and key are given. */
  ws: { host: string; port: number; cert?: Buffer; key?: Buffer } | null
}

export interface Addresses {
  tcp: AddressInfo | null
  tls: AddressInfo | null
  ws: AddressInfo | null
}

export interface Listeners {
  addresses: Addresses
  /** Takes no more connections; those that are there stay. */
  stop(): void
}

/** A path that dies without a word is noticed by the kernel, whatever keep-alive the device asked for. */
const TCP_KEEP_ALIVE_MS = 60_000
const MIN_TLS = 'TLSv1.2'

/** Opens what is configured and hands each byte stream to `accept`. Rejects when one address cannot be had. */
export async function openListeners(
  options: ListenerOptions,
  limits: BrokerLimits,
  accept: (stream: Duplex) => void,
): Promise<Listeners> {
  const servers: Server[] = []
  const open = async (server: Server, { host, port }: { host: string; port: number }) => {
    server.maxConnections = limits.connections
    servers.push(server)
    server.listen(port, host)
    await once(server, 'listening')
    return server.address() as AddressInfo
  }
  const stop = () => {
    for (const server of servers) server.close()
  }
  try {
    const addresses: Addresses = {
      tcp: options.tcp && (await open(tcpServer(accept), options.tcp)),
      tls: options.tls && (await open(tlsServer(options.tls, limits, accept), options.tls)),
      ws: options.ws && (await open(webSocketServer(options.ws, limits, accept), options.ws)),
    }
    return { addresses, stop }
  } catch (error) {
    stop()
    throw error
  }
}

/** A client that has closed its side still gets the acknowledgement of what it sent: `allowHalfOpen`. */
const socketOptions = {
  allowHalfOpen: true,
  noDelay: true,
  keepAlive: true,
  keepAliveInitialDelay: TCP_KEEP_ALIVE_MS,
}

function tcpServer(accept: (stream: Duplex) => void): Server {
  return createTcpServer(socketOptions, accept)
}

function tlsServer(
  { cert, key }: { cert: Buffer; key: Buffer },
  limits: BrokerLimits,
  accept: (stream: Duplex) => void,
): Server {
  const server = createTlsServer({
    ...socketOptions,
    cert,
    key,
    minVersion: MIN_TLS,
    handshakeTimeout: limits.connectMs,
  })
  server.on('secureConnection', accept)
  // A handshake that fails ends its own socket and concerns nobody else.
  server.on('tlsClientError', (_error, socket) => socket.destroy())
  return server
}

function webSocketServer(
  { cert, key }: { cert?: Buffer; key?: Buffer },
  limits: BrokerLimits,
  accept: (stream: Duplex) => void,
): Server {
  const timeouts = {
    headersTimeout: limits.connectMs,
    requestTimeout: limits.connectMs,
    connectionsCheckingInterval: limits.connectMs,
  }
  const server =
    cert !== undefined && key !== undefined
      ? createHttpsServer({ ...timeouts, cert, key, minVersion: MIN_TLS, handshakeTimeout: limits.connectMs })
      : createHttpServer(timeouts)
  server.on('request', (_request, response) => {
    response.writeHead(426, { connection: 'close', upgrade: 'websocket' }).end()
  })
  const webSockets = new WebSocketServer({
    server,
    maxPayload: limits.gatewayPacketBytes,
    perMessageDeflate: false,
    handleProtocols: (offered) => ['mqtt', 'mqttv3.1'].find((name) => offered.has(name)) ?? false,
  })
  // It repeats the errors of its HTTP server, which whoever opens that one hears already.
  webSockets.on('error', () => {})
  webSockets.on('connection', (webSocket, request) => {
    if (request.socket instanceof Socket) request.socket.setKeepAlive(true, TCP_KEEP_ALIVE_MS)
    accept(createWebSocketStream(webSocket))
  })
  return server
}
