import type { AddressInfo, Socket } from 'node:net'
import WebSocket from 'ws'
import type { Headers, TestService } from './service.ts'

// biome-ignore lint/suspicious/noExplicitAny: a test reads what came, whatever it is.
export type Message = any

/** How the service said no before there was a socket. */
export class UpgradeRefused extends Error {
  readonly status: number
  constructor(status: number) {
    super(`answered ${status}`)
    this.status = status
  }
}

/** A WebSocket that keeps what it was told, and waits for what it is asked to. */
export class TestSocket {
  readonly messages: Message[] = []
  readonly closed: Promise<{ code: number; reason: string }>
  private readonly socket: WebSocket
  private waiting: (() => void)[] = []
  private isClosed = false

  private constructor(socket: WebSocket) {
    this.socket = socket
    socket.on('message', (data) => {
      const text = String(data)
      this.messages.push(text.startsWith('{') ? JSON.parse(text) : text)
      this.wake()
    })
    this.closed = new Promise((resolve) => {
      socket.on('close', (code, reason) => {
        this.isClosed = true
        resolve({ code, reason: String(reason) })
        this.wake()
      })
    })
    // The close that follows says it too.
    socket.on('error', () => undefined)
  }

  /** @throws NotOpened with the status that was answered */
  static open(url: string, headers: Headers = {}): Promise<TestSocket> {
    const socket = new WebSocket(url.replace(/^http/, 'ws'), { headers })
    const client = new TestSocket(socket)
    return new Promise((resolve, reject) => {
      socket.once('open', () => resolve(client))
      socket.once('unexpected-response', (_, answer) => reject(new UpgradeRefused(answer.statusCode ?? 0)))
      socket.once('error', reject)
    })
  }

  send(message: unknown): void {
    this.socket.send(typeof message === 'string' ? message : JSON.stringify(message))
  }

  /** The first of what was told, or will be, that fits. @throws after 15 s, or when the socket is closed without it */
  async next(fits: (message: Message) => boolean): Promise<Message> {
    let seen = 0
    await this.until(() => {
      while (seen < this.messages.length && !fits(this.messages[seen])) seen++
      return seen < this.messages.length
    })
    return this.messages[seen]
  }

  /** Waits until what was told is enough. */
  async until(isEnough: () => boolean): Promise<void> {
    let isLate = false
    const limit = setTimeout(() => {
      isLate = true
      this.wake()
    }, 15_000)
    while (!isEnough()) {
      if (this.isClosed || isLate)
        throw new Error(
          `in vain, of ${this.messages.length} messages: ${JSON.stringify(this.messages.slice(-3))}`,
        )
      await new Promise<void>((resolve) => this.waiting.push(resolve))
    }
    clearTimeout(limit)
  }

  /** The events that were told. */
  get events(): Message[] {
    return this.messages.filter(({ type }) => type === 'event').map(({ event }) => event)
  }

  /** Reads nothing any more, until it goes on. */
  pause(): void {
    this.connection.pause()
  }

  resume(): void {
    this.connection.resume()
  }

  close(): Promise<unknown> {
    this.socket.close()
    return this.closed
  }

  /** Is gone, without a word. */
  terminate(): void {
    this.socket.terminate()
  }

  private get connection(): Socket {
    return (this.socket as unknown as { _socket: Socket })._socket
  }

  private wake(): void {
    const { waiting } = this
    this.waiting = []
    for (const one of waiting) one()
  }
}

/** Has a service listen, and tell of events by itself; answers where. */
export async function listen(s: TestService): Promise<string> {
  await s.app.listen({ port: 0, host: '127.0.0.1' })
  s.events.start()
  return `http://127.0.0.1:${(s.app.server.address() as AddressInfo).port}`
}
