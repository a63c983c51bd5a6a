import type { Sql } from 'postgres'
import type { Db } from './client.ts'

const againAfterMs = 250

interface ListenerHandlers {
  /** It listens, from now on: what was said before was not heard. */
  onListening: () => void
  onNotify: () => void
  onError: (error: unknown) => void
}

/**
 * A connection of its own that listens, and does so again when it was lost. What was notified in between is lost with
 * it: whoever hears `listening` looks for what has happened.
 */
export class Listener {
  private readonly db: Db
  private readonly statement: string
  private readonly heard: ListenerHandlers
  private client: Sql | undefined
  private timer: NodeJS.Timeout | undefined
  private isStopped = false

  constructor(db: Db, statement: string, heard: ListenerHandlers) {
    this.db = db
    this.statement = statement
    this.heard = heard
    void this.listen()
  }

  async stop(): Promise<void> {
    this.isStopped = true
    clearTimeout(this.timer)
    await this.client?.end({ timeout: 1 })
  }

  private async listen(): Promise<void> {
    const client = this.db.openConnection({
      onnotify: this.heard.onNotify,
      onclose: () => this.lost(client),
    })
    this.client = client
    try {
      await client.unsafe(this.statement)
      if (this.client === client) this.heard.onListening()
    } catch (error) {
      if (!this.isStopped) this.heard.onError(error)
      this.lost(client)
    }
  }

  private lost(client: Sql): void {
    if (this.client !== client || this.isStopped) return
    this.client = undefined
    void client.end({ timeout: 0 })
    this.timer = setTimeout(() => void this.listen(), againAfterMs)
  }
}
