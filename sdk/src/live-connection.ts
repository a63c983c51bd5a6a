/** The part of a WebSocket that is used here; browsers, Node 22 and the package `ws` have it. */
export interface SocketLike {
  send(text: string): void
  close(): void
  addEventListener(type: 'open' | 'message' | 'close' | 'error', listener: (event: never) => void): void
}
export type SocketConstructor = new (url: string) => SocketLike

const pingIntervalMs = 20_000
/** A connection that has received no message, not even a pong, for this long is considered lost. */
const silenceTimeoutMs = 45_000

interface Handlers {
  onOpen: () => void
  onMessage: (message: Record<string, unknown>) => void
  /** Called once when the connection is lost, for any reason; not called after close(). */
  onLost: (reason: string) => void
}

/** One WebSocket connection, pinged every 20 s, and closed when nothing is received for 45 s. */
export class LiveConnection {
  private readonly socket: SocketLike
  private readonly pingTimer: ReturnType<typeof setInterval>
  private isClosed = false
  private lastMessageAt = Date.now()

  constructor(Socket: SocketConstructor, url: string, handlers: Handlers) {
    this.socket = new Socket(url)
    const handleLoss = (reason: string) => {
      if (this.isClosed) return
      this.close()
      handlers.onLost(reason)
    }
    this.socket.addEventListener('open', () => this.isClosed || handlers.onOpen())
    this.socket.addEventListener('message', ({ data }: { data: unknown }) => {
      this.lastMessageAt = Date.now()
      if (!this.isClosed) handlers.onMessage(JSON.parse(String(data)) as Record<string, unknown>)
    })
    this.socket.addEventListener('close', ({ code, reason }: { code: number; reason: string }) =>
      handleLoss(`closed: ${code} ${reason}`.trimEnd()),
    )
    // Ignored: a close event follows each error event.
    this.socket.addEventListener('error', () => undefined)
    this.pingTimer = setInterval(() => {
      if (Date.now() - this.lastMessageAt > silenceTimeoutMs) handleLoss('no message for 45 s')
      else this.send({ type: 'ping' })
    }, pingIntervalMs)
  }

  send(message: object): void {
    try {
      this.socket.send(JSON.stringify(message))
    } catch {
      // The socket is not open. All subscriptions are sent again when the next connection opens.
    }
  }

  close(): void {
    this.isClosed = true
    clearInterval(this.pingTimer)
    this.socket.close()
  }
}
