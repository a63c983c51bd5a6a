import { setTimeout as sleep } from 'node:timers/promises'

/** Time between the ends of statements and the next ones, ms. */
const intervalMs = 50
/** Hashes of one statement, and those that may wait. */
const maxHashes = 1_000

interface Waiting {
  hash: string
  resolve: (exists: boolean) => void
  reject: (error: unknown) => void
}

/** Finds which hashes exist, those of many requests by one statement: guessed keys then cost next to nothing. */
export class ExistingHashes {
  private readonly find: (hashes: readonly string[]) => Promise<readonly string[]>
  private waiting: Waiting[] = []
  private isRunning = false

  constructor(find: (hashes: readonly string[]) => Promise<readonly string[]>) {
    this.find = find
  }

  /** Whether a hash exists; false, too, when too many wait. Rejects when the statement failed. */
  async has(hash: string): Promise<boolean> {
    if (this.waiting.length >= maxHashes) return false
    return new Promise((resolve, reject) => {
      this.waiting.push({ hash, resolve, reject })
      if (!this.isRunning) void this.run()
    })
  }

  private async run(): Promise<void> {
    this.isRunning = true
    while (this.waiting.length > 0) {
      await sleep(intervalMs)
      const batch = this.waiting
      this.waiting = []
      try {
        const existing = new Set(await this.find(batch.map(({ hash }) => hash)))
        for (const { hash, resolve } of batch) resolve(existing.has(hash))
      } catch (error) {
        for (const { reject } of batch) reject(error)
      }
    }
    this.isRunning = false
  }
}
