/** The members of a WebSocket of the package `ws` that are used here. */
export interface Socket {
  readonly readyState: number
  readonly OPEN: number
  readonly bufferedAmount: number
  send(text: string): void
  ping(): void
  /** Stops reading from the connection. */
  pause(): void
  close(code: number, reason: string): void
  terminate(): void
  on(event: string, listener: (...args: unknown[]) => void): unknown
  once(event: string, listener: (...args: unknown[]) => void): unknown
  off(event: string, listener: (...args: unknown[]) => void): unknown
}

/** Bytes that may wait to be sent to a client. A client with more is disconnected; it can connect again and resume. */
const maxUnreadBytes = 1024 * 1024
const drainedBytes = maxUnreadBytes / 4
const drainCheckMs = 20
const heartbeatIntervalMs = 15_000
const keyCheckIntervalMs = 2_000
/** A client that does not respond to a close frame within this time is disconnected, ms. */
const closeTimeoutMs = 2_000
/** The same for a client that reads slowly: the close frame comes after up to 1 MiB that it has not read yet. */
const slowCloseTimeoutMs = 60_000

/** Close codes of the service. 1001 and 1013 are registered with IANA; 4401, 4404 and 4429 follow HTTP 401, 404 and 429. */
export const closeCodes = {
  goingAway: 1001,
  tooSlow: 1013,
  revoked: 4401,
  notFound: 4404,
  tooMany: 4429,
} as const
const stoppingReason = 'The service is stopping: connect again.'

export interface OpenSocket {
  socket: Socket
  company_id: string
  key_id: string
}

export interface RegistryOptions {
  /** Maximum number of open sockets of one company in this process. */
  maxPerCompany: number
  /** Returns which of these keys can still be used, each as "company_id key_id". */
  findUsableKeys: (keys: { company_id: string; key_id: string }[]) => Promise<Set<string>>
  onError: (error: unknown) => void
}

interface RegisteredSocket extends OpenSocket {
  /** A pong has arrived since the last ping. */
  isAlive: boolean
}

/**
 * The open sockets of this process. Limits their number per company, pings them every 15 s, and closes them when their
 * key becomes invalid (checked every 2 s) or the service stops.
 */
export class SocketRegistry {
  private readonly options: RegistryOptions
  private readonly open = new Set<RegisteredSocket>()
  private readonly timers: NodeJS.Timeout[]
  private isStopped = false

  constructor(options: RegistryOptions) {
    this.options = options
    this.timers = [
      setInterval(() => this.sendHeartbeats(), heartbeatIntervalMs).unref(),
      setInterval(
        () => void this.closeSocketsOfInvalidKeys().catch(options.onError),
        keyCheckIntervalMs,
      ).unref(),
    ]
  }

  /** Whether the company has reached its maximum number of open sockets. */
  isFull(company_id: string): boolean {
    let count = 0
    for (const registered of this.open) if (registered.company_id === company_id) count++
    return count >= this.options.maxPerCompany
  }

  /** Adds a socket until it closes. Closes it with code 1001 when the service is stopping. */
  add(added: OpenSocket): void {
    // Ignored: a close event follows each error event.
    added.socket.on('error', () => undefined)
    if (this.isStopped) {
      closeSocket(added.socket, closeCodes.goingAway, stoppingReason)
      return
    }
    const registered: RegisteredSocket = { ...added, isAlive: true }
    this.open.add(registered)
    added.socket.on('pong', () => {
      registered.isAlive = true
    })
    added.socket.on('close', () => this.open.delete(registered))
  }

  /** Closes sockets whose key was revoked or has expired, or whose company is inactive. */
  async closeSocketsOfInvalidKeys(): Promise<void> {
    const keys = new Map(
      Array.from(this.open, ({ company_id, key_id }) => [key_id + company_id, { company_id, key_id }]),
    )
    if (keys.size === 0) return
    const usable = await this.options.findUsableKeys([...keys.values()])
    for (const { socket, company_id, key_id } of this.open) {
      if (!usable.has(`${company_id} ${key_id}`))
        closeSocket(socket, closeCodes.revoked, 'The API key is no longer valid.')
    }
  }

  /** Pings all clients, and disconnects those that have not responded to the previous ping. */
  sendHeartbeats(): void {
    for (const registered of this.open) {
      if (!registered.isAlive) registered.socket.terminate()
      else {
        registered.isAlive = false
        registered.socket.ping()
      }
    }
  }

  /** Closes all sockets with code 1001, and resolves when they are closed. */
  async stop(): Promise<void> {
    this.isStopped = true
    for (const timer of this.timers) clearInterval(timer)
    await Promise.all(
      Array.from(this.open, ({ socket }) => {
        const closed = new Promise((resolve) => socket.once('close', resolve))
        closeSocket(socket, closeCodes.goingAway, stoppingReason)
        return closed
      }),
    )
  }
}

/** Starts the closing handshake, unless it has started; disconnects a client that does not respond in time. */
export function closeSocket(socket: Socket, code: number, reason: string): void {
  if (socket.readyState === socket.OPEN) socket.close(code, reason)
  const timeoutMs = code === closeCodes.tooSlow ? slowCloseTimeoutMs : closeTimeoutMs
  const timer = setTimeout(() => socket.terminate(), timeoutMs)
  socket.once('close', () => clearTimeout(timer))
}

/** Sends text. Closes the socket with code 1013 instead when its client has left more than 1 MiB unread. */
export function sendText(socket: Socket, text: string): void {
  if (socket.readyState !== socket.OPEN) return
  if (socket.bufferedAmount > maxUnreadBytes)
    closeSocket(
      socket,
      closeCodes.tooSlow,
      'Messages were read too slowly: connect again and resume after the last event.',
    )
  else socket.send(text)
}

/** Returns a function that resolves when at most 256 KiB wait to be sent, or the socket is closed. */
export const whenDrained = (socket: Socket) => (): Promise<void> =>
  new Promise((resolve) => {
    if (socket.readyState !== socket.OPEN || socket.bufferedAmount < drainedBytes) return resolve()
    const finish = () => {
      clearInterval(timer)
      socket.off('close', finish)
      resolve()
    }
    const timer = setInterval(() => {
      if (socket.bufferedAmount < drainedBytes) finish()
    }, drainCheckMs)
    socket.on('close', finish)
  })
