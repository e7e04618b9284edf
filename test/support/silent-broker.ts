import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'
import mqttPacket, { type Packet } from 'mqtt-packet'
import { onTestFinished } from 'vitest'

/** A broker that takes us in and then answers as little as it is told to; it does not even hang up unless `hangsUp`. */
export async function silentBroker({ hangsUp = false } = {}) {
  const heard: Packet[] = []
  const sockets = new Set<Socket>()
  const answers = { suback: true, puback: false }
  const server = createServer({ allowHalfOpen: !hangsUp }, (socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    socket.on('close', () => sockets.delete(socket))
    const parser = mqttPacket.parser({ protocolVersion: 4 })
    const say = (packet: Packet) => socket.write(mqttPacket.generate(packet))
    parser.on('packet', (packet) => {
      heard.push(packet)
      const { messageId = 0 } = packet
      if (packet.cmd === 'connect') say({ cmd: 'connack', returnCode: 0, sessionPresent: false })
      if (packet.cmd === 'subscribe' && answers.suback) say({ cmd: 'suback', messageId, granted: [1] })
      if (packet.cmd === 'unsubscribe' && hangsUp) say({ cmd: 'unsuback', messageId, granted: [] })
      if (packet.cmd === 'publish' && answers.puback) say({ cmd: 'puback', messageId })
    })
    socket.on('data', (bytes) => parser.parse(bytes))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const hangUp = () => {
    for (const socket of sockets) socket.destroy()
    sockets.clear()
  }
  onTestFinished(() => {
    hangUp()
    server.close()
  })
  const address = server.address()
  const port = address !== null && typeof address === 'object' ? address.port : 0
  const published = () => heard.flatMap((one) => (one.cmd === 'publish' ? one.topic : []))
  return { url: `mqtt://127.0.0.1:${port}`, answers, heard, hangUp, published, connected: () => sockets.size }
}
