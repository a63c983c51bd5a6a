/** What is needed of a WebSocket: browsers have it, Node from 22 on, and the package `ws`. */
export interface SocketLike {
  send(text: string): void
  close(): void
  addEventListener(type: 'open' | 'message' | 'close' | 'error', listener: (event: never) => void): void
}
export type SocketConstructor = new (url: string) => SocketLike

/** Nothing heard for so long, though we asked: the line is dead, ms. */
const silentMs = 45_000
const askMs = 20_000

interface Handlers {
  open: () => void
  message: (message: Record<string, unknown>) => void
  /** Once, however it ends; not after `end`. */
  lost: (why: string) => void
}

/** One connection: it tells what it hears until it is lost, and is lost too when it falls silent. */
export class LiveConnection {
  private readonly socket: SocketLike
  private readonly pingTimer: ReturnType<typeof setInterval>
  private isClosed = false
  private lastMessageAt = Date.now()

  constructor(Socket: SocketConstructor, url: string, handlers: Handlers) {
    this.socket = new Socket(url)
    const lost = (why: string) => {
      if (this.isClosed) return
      this.close()
      handlers.lost(why)
    }
    this.socket.addEventListener('open', () => this.isClosed || handlers.open())
    this.socket.addEventListener('message', ({ data }: { data: unknown }) => {
      this.lastMessageAt = Date.now()
      if (!this.isClosed) handlers.message(JSON.parse(String(data)) as Record<string, unknown>)
    })
    this.socket.addEventListener('close', ({ code, reason }: { code: number; reason: string }) =>
      lost(`closed: ${code} ${reason}`.trimEnd()),
    )
    // A close follows, and says it.
    this.socket.addEventListener('error', () => undefined)
    this.pingTimer = setInterval(() => {
      if (Date.now() - this.lastMessageAt > silentMs) lost('nothing was heard for 45 s')
      else this.send({ type: 'ping' })
    }, askMs)
  }

  send(message: object): void {
    try {
      this.socket.send(JSON.stringify(message))
    } catch {
      // It is not open, or not any more: what is watched is asked for again when one is.
    }
  }

  close(): void {
    this.isClosed = true
    clearInterval(this.pingTimer)
    this.socket.close()
  }
}
