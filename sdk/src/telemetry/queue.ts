import type { EncodedItem } from './wire.ts'

export interface Bounds {
  items: number
  bytes: number
}

/** What waits to be sent, and what is under way: in its order, in bounded memory. */
export class Queue {
  private waiting: EncodedItem[] = []
  private batch: EncodedItem[] = []
  private bytes = 0
  private readonly limits: Bounds

  constructor(most: Bounds) {
    this.limits = most
  }

  /** How many there are, those under way among them. */
  get length(): number {
    return this.waiting.length + this.batch.length
  }

  /**
   * Adds an item; answers those that had to go for it. The oldest turns go first, for the newest are those somebody
   * looks for; the ends of calls go last, for without its end a call stays open. What is under way stays.
   */
  push(item: EncodedItem): EncodedItem[] {
    this.waiting.push(item)
    this.bytes += item.bytes
    const gone: EncodedItem[] = []
    while (this.waiting.length > 0 && (this.length > this.limits.items || this.bytes > this.limits.bytes)) {
      const turn = this.waiting.findIndex(({ kind }) => kind === 'turn')
      const dropped = this.waiting.splice(Math.max(0, turn), 1)
      for (const { bytes } of dropped) this.bytes -= bytes
      gone.push(...dropped)
    }
    return gone
  }

  /** Takes the next items, within bounds but one at least. */
  takeBatch(most: Bounds): EncodedItem[] {
    let count = 0
    let bytes = 0
    for (const item of this.waiting) {
      bytes += item.bytes
      if (count >= most.items || (count > 0 && bytes > most.bytes)) break
      count++
    }
    this.batch = this.waiting.splice(0, count)
    return this.batch
  }

  /** What was taken is done with. */
  removeBatch(): void {
    for (const { bytes } of this.batch) this.bytes -= bytes
    this.batch = []
  }

  /** What was taken waits again, in front of what came since. */
  returnBatch(): void {
    this.waiting.unshift(...this.batch)
    this.batch = []
  }

  /** Takes out everything that waits. */
  clear(): EncodedItem[] {
    const left = this.waiting.splice(0)
    for (const { bytes } of left) this.bytes -= bytes
    return left
  }
}
