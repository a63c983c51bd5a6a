import type { Encoded } from './wire.ts'

export interface Bounds {
  items: number
  bytes: number
}

/** What waits to be sent, and what is under way: in its order, in bounded memory. */
export class Queue {
  private waiting: Encoded[] = []
  private taken: Encoded[] = []
  private bytes = 0
  private readonly most: Bounds

  constructor(most: Bounds) {
    this.most = most
  }

  /** How many there are, those under way among them. */
  get length(): number {
    return this.waiting.length + this.taken.length
  }

  /**
   * Adds an item; answers those that had to go for it. The oldest turns go first, for the newest are those somebody
   * looks for; the ends of calls go last, for without its end a call stays open. What is under way stays.
   */
  push(item: Encoded): Encoded[] {
    this.waiting.push(item)
    this.bytes += item.bytes
    const gone: Encoded[] = []
    while (this.waiting.length > 0 && (this.length > this.most.items || this.bytes > this.most.bytes)) {
      const turn = this.waiting.findIndex(({ kind }) => kind === 'turn')
      const dropped = this.waiting.splice(Math.max(0, turn), 1)
      for (const { bytes } of dropped) this.bytes -= bytes
      gone.push(...dropped)
    }
    return gone
  }

  /** Takes the next items, within bounds but one at least. */
  take(most: Bounds): Encoded[] {
    let count = 0
    let bytes = 0
    for (const item of this.waiting) {
      bytes += item.bytes
      if (count >= most.items || (count > 0 && bytes > most.bytes)) break
      count++
    }
    this.taken = this.waiting.splice(0, count)
    return this.taken
  }

  /** What was taken is done with. */
  done(): void {
    for (const { bytes } of this.taken) this.bytes -= bytes
    this.taken = []
  }

  /** What was taken waits again, in front of what came since. */
  putBack(): void {
    this.waiting.unshift(...this.taken)
    this.taken = []
  }

  /** Takes out everything that waits. */
  clear(): Encoded[] {
    const left = this.waiting.splice(0)
    for (const { bytes } of left) this.bytes -= bytes
    return left
  }
}
