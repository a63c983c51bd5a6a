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

  static async to(url: string): Promise<Relay> {
    const server = net.createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    const relay = new Relay(server, Number(new URL(url).port))
    server.on('connection', (socket) => relay.connect(socket))
    return relay
  }

  /** The database URL with the port of the relay. */
  through(url: string): string {
    const through = new URL(url)
    through.port = String(this.port)
    return through.href
  }

  moveTo(url: string): void {
    this.target = Number(new URL(url).port)
  }

  close(): void {
    this.server.close()
  }

  private connect(socket: net.Socket): void {
    const behind = net.connect({ host: '127.0.0.1', port: this.target, noDelay: true })
    socket.setNoDelay(true)
    socket.pipe(behind).pipe(socket)
    const end = () => {
      socket.destroy()
      behind.destroy()
    }
    for (const side of [socket, behind]) side.on('error', end).on('close', end)
  }
}
