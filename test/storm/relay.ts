import { once } from 'node:events'
import net from 'node:net'

/** A TCP relay with a fixed port in front of the database, which listens on another port after each restart. */
export class Relay {
  readonly port: number
  private target: number
  private readonly server: net.Server

  private constructor(server: net.Server, target: number) {
    this.server = server
    this.target = target
    this.port = (server.address() as net.AddressInfo).port
  }

  static async start(url: string): Promise<Relay> {
    const server = net.createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    const relay = new Relay(server, Number(new URL(url).port))
    server.on('connection', (socket) => relay.connect(socket))
    return relay
  }

  /** The URL of the database with the port of the relay. */
  urlFor(url: string): string {
    const relayed = new URL(url)
    relayed.port = String(this.port)
    return relayed.href
  }

  /** Forwards new connections to the database at this URL. */
  redirectTo(url: string): void {
    this.target = Number(new URL(url).port)
  }

  close(): void {
    this.server.close()
  }

  private connect(socket: net.Socket): void {
    const database = net.connect({ host: '127.0.0.1', port: this.target, noDelay: true })
    socket.setNoDelay(true)
    socket.pipe(database).pipe(socket)
    const end = () => {
      socket.destroy()
      database.destroy()
    }
    for (const side of [socket, database]) side.on('error', end).on('close', end)
  }
}
