/** What is needed of a WebSocket: `ws` gives it, and so does whatever a test makes. */
export interface Socket {
  readonly readyState: number
  readonly OPEN: number
  readonly bufferedAmount: number
  send(text: string): void
  ping(): void
  close(code: number, reason: string): void
  terminate(): void
  on(event: string, listener: (...args: unknown[]) => void): unknown
  once(event: string, listener: (...args: unknown[]) => void): unknown
  off(event: string, listener: (...args: unknown[]) => void): unknown
}

/** What a reader may leave unread, bytes; who is slower is let go, and resumes. */
export const maxUnreadBytes = 1024 * 1024
const heartbeatMs = 15_000
const keysMs = 2_000
/** A socket that was asked to close has so long for its answer. */
const closeMs = 2_000

/** Why the service closes a socket, beside 1000 and 1001 of RFC 6455. */
export const closeCodes = {
  goingAway: 1001,
  tooSlow: 1013,
  revoked: 4401,
  notFound: 4404,
} as const
const leaving = 'the service stops: connect again'

export interface OpenSocket {
  socket: Socket
  company_id: string
  key_id: string
}

export interface RegistryOptions {
  /** Sockets of a company at most, in this process. */
  maxPerCompany: number
  /** Of these keys, those that may still be used. */
  findValidKeys: (keys: { company_id: string; key_id: string }[]) => Promise<Set<string>>
  onError: (error: unknown) => void
}

interface Kept extends OpenSocket {
  isAlive: boolean
}

/** The open sockets of this process: counted, kept alive, closed when their key ends or the service stops. */
export class SocketRegistry {
  private readonly options: RegistryOptions
  private readonly open = new Set<Kept>()
  private readonly timers: NodeJS.Timeout[]
  private isStopped = false

  constructor(options: RegistryOptions) {
    this.options = options
    this.timers = [
      setInterval(() => this.sendHeartbeats(), heartbeatMs).unref(),
      setInterval(() => void this.closeSocketsOfInvalidKeys().catch(options.onError), keysMs).unref(),
    ]
  }

  isFull(company_id: string): boolean {
    let n = 0
    for (const one of this.open) if (one.company_id === company_id) n++
    return n >= this.options.maxPerCompany
  }

  add(one: OpenSocket): void {
    // The close that follows an error tells all there is to tell.
    one.socket.on('error', () => undefined)
    if (this.isStopped) {
      closeSocket(one.socket, closeCodes.goingAway, leaving)
      return
    }
    const kept: Kept = { ...one, isAlive: true }
    this.open.add(kept)
    one.socket.on('pong', () => {
      kept.isAlive = true
    })
    one.socket.on('close', () => this.open.delete(kept))
  }

  /** Closes the sockets whose key was revoked, has expired, or whose company was switched off. */
  async closeSocketsOfInvalidKeys(): Promise<void> {
    const keys = new Map(
      Array.from(this.open, ({ company_id, key_id }) => [key_id + company_id, { company_id, key_id }]),
    )
    if (keys.size === 0) return
    const good = await this.options.findValidKeys([...keys.values()])
    for (const { socket, company_id, key_id } of this.open) {
      if (!good.has(`${company_id} ${key_id}`))
        closeSocket(socket, closeCodes.revoked, 'the key is no longer good')
    }
  }

  /** Whoever has not answered the last ping is gone. */
  sendHeartbeats(): void {
    for (const one of this.open) {
      if (!one.isAlive) one.socket.terminate()
      else {
        one.isAlive = false
        one.socket.ping()
      }
    }
  }

  /** Says goodbye to all, and resolves when they are gone. */
  async stop(): Promise<void> {
    this.isStopped = true
    for (const timer of this.timers) clearInterval(timer)
    await Promise.all(
      Array.from(this.open, ({ socket }) => {
        const gone = new Promise((resolve) => socket.once('close', resolve))
        closeSocket(socket, closeCodes.goingAway, leaving)
        return gone
      }),
    )
  }
}

/** Closes in order; who does not answer is cut off. */
export function closeSocket(socket: Socket, code: number, reason: string): void {
  if (socket.readyState > socket.OPEN) return
  socket.close(code, reason)
  const timer = setTimeout(() => socket.terminate(), closeMs)
  socket.once('close', () => clearTimeout(timer))
}

/** Sends, unless its reader has left too much unread: then it is let go, and told after what to resume. */
export function sendText(socket: Socket, text: string): void {
  if (socket.readyState !== socket.OPEN) return
  if (socket.bufferedAmount > maxUnreadBytes)
    closeSocket(socket, closeCodes.tooSlow, 'too slow: resume after the last event')
  else socket.send(text)
}

/** Resolves when all that was sent has left this process, or the socket is closed. */
export const whenDrained = (socket: Socket) => (): Promise<void> =>
  new Promise((resolve) => {
    if (socket.readyState !== socket.OPEN || socket.bufferedAmount < maxUnreadBytes / 4) return resolve()
    const done = () => {
      clearInterval(timer)
      socket.off('close', done)
      resolve()
    }
    const timer = setInterval(() => {
      if (socket.bufferedAmount < maxUnreadBytes / 4) done()
    }, 20)
    socket.on('close', done)
  })
