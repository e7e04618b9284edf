import { createServer as createHttpServer } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import { type Server, Socket } from 'node:net'
import { createWebSocketStream, type WebSocket, WebSocketServer } from 'ws'
import { type Arrival, TCP_KEEP_ALIVE_MS } from './arrival.ts'
import type { BrokerLimits } from './limits.ts'
import type { TokenBuckets } from './rates.ts'
import { certifiedBy, type ServerCertificate, secureOptions } from './tls.ts'

/** A chunk that ends one message may hold the beginning of the next. */
const CHUNK_BYTES = 64 * 1_024

export function webSocketServer(
  certificate: ServerCertificate | null,
  { limits, idleFrames }: { limits: BrokerLimits; idleFrames: TokenBuckets },
  accept: (arrival: Arrival) => void,
): Server {
  const settings = {
    keepAlive: true,
    keepAliveInitialDelay: TCP_KEEP_ALIVE_MS,
    headersTimeout: limits.connectMs,
    requestTimeout: limits.connectMs,
    connectionsCheckingInterval: limits.connectMs,
  }
  const server =
    certificate === null
      ? createHttpServer(settings)
      : createHttpsServer({ ...settings, ...secureOptions(certificate, limits) })
  server.on('request', (_request, response) => {
    response.writeHead(426, { connection: 'close', upgrade: 'websocket' }).end()
  })
  const webSockets = new WebSocketServer({
    server,
    maxPayload: limits.gatewayPacketBytes + CHUNK_BYTES,
    perMessageDeflate: false,
    handleProtocols: (offered) => ['mqtt', 'mqttv3.1'].find((name) => offered.has(name)) ?? false,
  })
  // It repeats the errors of its HTTP server, which whoever opens that one hears already.
  webSockets.on('error', () => {})
  let connections = 0
  webSockets.on('connection', (webSocket, request) => {
    const { socket } = request
    const certified = certifiedBy(socket, certificate?.clientIdFrom)
    if (!(socket instanceof Socket) || !certified.trusted) {
      webSocket.terminate()
      return
    }
    const name = `${(connections += 1)}`
    const idle = () => {
      if (!idleFrames.take(name)) webSocket.terminate()
    }
    webSocket.on('ping', idle).on('pong', idle)
    // MQTT travels in binary frames alone (MQTT 3.1.1, 6.0).
    webSocket.on('message', (data: Buffer, isBinary) => {
      if (!isBinary) webSocket.terminate()
      else if (data.length === 0) idle()
    })
    const boundFrames = frameBound(webSocket, socket, limits.connectBytes)
    accept({
      stream: createWebSocketStream(webSocket),
      socket,
      certifiedId: certified.id,
      admitted: boundFrames,
    })
  })
  return server
}

/**
 * `ws` puts frames together up to one limit for everybody. Here whoever sends more than a packet may have, and no whole
 * message with it, is cut; what comes back sets how large a packet may be from now on.
 */
function frameBound(
  webSocket: WebSocket,
  socket: Socket,
  connectBytes: number,
): (packetBytes: number) => void {
  let packetBytes = connectBytes
  let unfinishedBytes = 0
  const finished = () => {
    unfinishedBytes = 0
  }
  webSocket.on('message', finished)
  webSocket.on('ping', finished)
  webSocket.on('pong', finished)
  socket.on('data', (chunk: Buffer) => {
    unfinishedBytes += chunk.length
    if (unfinishedBytes > packetBytes + CHUNK_BYTES) webSocket.terminate()
  })
  return (admittedBytes) => {
    packetBytes = admittedBytes
  }
}
