import type { AddressInfo, Socket } from 'node:net'
import WebSocket from 'ws'
import type { Headers, TestService } from './service.ts'
import { maxWaitMs } from './wait-until.ts'

// biome-ignore lint/suspicious/noExplicitAny: tests read any message.
export type Message = any

/** The service responded with an error status instead of upgrading to a WebSocket. */
export class UpgradeRefused extends Error {
  readonly status: number
  constructor(status: number) {
    super(`the upgrade was refused with status ${status}`)
    this.status = status
  }
}

/** A WebSocket client that stores all messages, and can wait for one. */
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
    // Ignored: a close event follows each error event.
    socket.on('error', () => undefined)
  }

  /** Rejects with UpgradeRefused when the service responds with another status than 101. */
  static open(url: string, headers: Headers = {}): Promise<TestSocket> {
    const socket = new WebSocket(url.replace(/^http/, 'ws'), { headers })
    const client = new TestSocket(socket)
    return new Promise((resolve, reject) => {
      socket.once('open', () => resolve(client))
      socket.once('unexpected-response', (_, response) =>
        reject(new UpgradeRefused(response.statusCode ?? 0)),
      )
      socket.once('error', reject)
    })
  }

  send(message: unknown): void {
    this.socket.send(typeof message === 'string' ? message : JSON.stringify(message))
  }

  /** Sends a ping frame, which the service answers with a pong frame. */
  ping(): void {
    this.socket.ping()
  }

  /** The first message, past or future, that matches. Rejects after maxWaitMs, or when the socket closes before it. */
  async next(matches: (message: Message) => boolean): Promise<Message> {
    let index = 0
    await this.until(() => {
      while (index < this.messages.length && !matches(this.messages[index])) index++
      return index < this.messages.length
    })
    return this.messages[index]
  }

  /** Resolves when the condition is true after a message. Rejects after maxWaitMs or when the socket closes. */
  async until(isTrue: () => boolean): Promise<void> {
    let isTimedOut = false
    const timer = setTimeout(() => {
      isTimedOut = true
      this.wake()
    }, maxWaitMs)
    while (!isTrue()) {
      if (this.isClosed || isTimedOut)
        throw new Error(
          `the condition did not become true; ${this.messages.length} messages, the last: ${JSON.stringify(this.messages.slice(-3)).slice(0, 1_000)}`,
        )
      await new Promise<void>((resolve) => this.waiting.push(resolve))
    }
    clearTimeout(timer)
  }

  /** The events received so far. */
  get events(): Message[] {
    return this.messages.filter(({ type }) => type === 'event').map(({ event }) => event)
  }

  /** Stops reading from the connection until resume(). */
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

  /** Disconnects without a closing handshake. */
  terminate(): void {
    this.socket.terminate()
  }

  private get connection(): Socket {
    return (this.socket as unknown as { _socket: Socket })._socket
  }

  private wake(): void {
    const { waiting } = this
    this.waiting = []
    for (const resolve of waiting) resolve()
  }
}

/** Starts listening and sequencing events in the background. Returns the URL. */
export async function listen(s: TestService): Promise<string> {
  await s.app.listen({ port: 0, host: '127.0.0.1' })
  s.events.start()
  return `http://127.0.0.1:${(s.app.server.address() as AddressInfo).port}`
}
