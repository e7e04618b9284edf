import { once } from 'node:events'
import { createServer, type Server, type Socket } from 'node:net'
import { Aedes } from 'aedes'

/** A broker on a port of its own, which can go away and come back and remembers what it acknowledged. */
export class SmallBroker {
  readonly heard: string[] = []
  port = 0
  refuse: (username: string) => boolean = () => false
  private aedes: Aedes | null = null
  private server: Server | null = null
  private readonly sockets = new Set<Socket>()

  async start(): Promise<void> {
    const aedes = await Aedes.createBroker()
    aedes.authenticate = (_client, username, _password, done) => {
      if (username && !this.refuse(username)) done(null, true)
      else done(Object.assign(new Error('no'), { returnCode: 5 }), false)
    }
    aedes.authorizePublish = (_client, packet, done) => {
      this.heard.push(`${packet.topic} ${packet.payload.toString()}`)
      done(null)
    }
    this.server = createServer((socket) => {
      this.sockets.add(socket)
      aedes.handle(socket)
    })
    this.server.listen(this.port, '127.0.0.1')
    await once(this.server, 'listening')
    const address = this.server.address()
    if (address && typeof address === 'object') this.port = address.port
    this.aedes = aedes
  }

  async stop(): Promise<void> {
    const server = this.server
    this.server = null
    if (!server) return
    for (const socket of this.sockets) socket.destroy()
    this.sockets.clear()
    server.close()
    await once(server, 'close')
    const aedes = this.aedes
    if (aedes) await new Promise<void>((done) => aedes.close(done))
  }
}
