import type { Sql } from 'postgres'
import { delayAfter } from '../lib/loop.ts'
import type { Db } from './client.ts'

/** Doubles with each failed attempt, up to a minute. */
const reconnectDelayMs = 250

interface ListenerHandlers {
  /** Called whenever LISTEN takes effect. Notifications sent before were missed. */
  onListening: () => void
  onNotify: (channel: string) => void
  onError: (error: unknown) => void
}

/**
 * Runs LISTEN on a dedicated connection, and reconnects after it is lost. Notifications sent in between are lost, so
 * `onListening` must look for the changes that they would have announced.
 */
export class Listener {
  private readonly db: Db
  private readonly statement: string
  private readonly handlers: ListenerHandlers
  private client: Sql | undefined
  private timer: NodeJS.Timeout | undefined
  private failures = 0
  private isStopped = false

  constructor(db: Db, statement: string, handlers: ListenerHandlers) {
    this.db = db
    this.statement = statement
    this.handlers = handlers
    void this.listen()
  }

  async stop(): Promise<void> {
    this.isStopped = true
    clearTimeout(this.timer)
    await this.client?.end({ timeout: 1 })
  }

  private async listen(): Promise<void> {
    const client = this.db.openConnection({
      onnotify: this.handlers.onNotify,
      onclose: () => this.reconnectAfter(client),
    })
    this.client = client
    try {
      await client.unsafe(this.statement)
      if (this.client !== client) return
      this.failures = 0
      this.handlers.onListening()
    } catch (error) {
      if (!this.isStopped) this.handlers.onError(error)
      this.reconnectAfter(client)
    }
  }

  /** Replaces a client whose connection was lost. A client that was replaced already is ignored. */
  private reconnectAfter(client: Sql): void {
    if (this.client !== client || this.isStopped) return
    this.client = undefined
    void client.end({ timeout: 0 })
    const delayMs = delayAfter(++this.failures, reconnectDelayMs, Math.random())
    this.timer = setTimeout(() => void this.listen(), delayMs)
  }
}
