import type { EncodedItem } from './wire.ts'

export interface Bounds {
  items: number
  bytes: number
}

/** The items that wait to be sent and the batch that is being sent, in order. Limited in number and size. */
export class Queue {
  private waiting: EncodedItem[] = []
  private batch: EncodedItem[] = []
  private bytes = 0
  private readonly limits: Bounds

  constructor(limits: Bounds) {
    this.limits = limits
  }

  /** Number of items, including those of the batch. */
  get length(): number {
    return this.waiting.length + this.batch.length
  }

  /**
   * Adds an item. Returns the waiting items that were dropped to stay within the limits: the oldest turns first, and
   * ends of calls last, because a call without an end stays open. Items of the batch are not dropped.
   */
  push(item: EncodedItem): EncodedItem[] {
    this.waiting.push(item)
    this.bytes += item.bytes
    const dropped: EncodedItem[] = []
    while (this.waiting.length > 0 && (this.length > this.limits.items || this.bytes > this.limits.bytes)) {
      const oldestTurn = this.waiting.findIndex(({ kind }) => kind === 'turn')
      const removed = this.waiting.splice(Math.max(0, oldestTurn), 1)
      for (const { bytes } of removed) this.bytes -= bytes
      dropped.push(...removed)
    }
    return dropped
  }

  /** Moves the next items into the batch and returns it: as many as the bounds allow, but at least one. */
  takeBatch(bounds: Bounds): EncodedItem[] {
    let count = 0
    let bytes = 0
    for (const item of this.waiting) {
      bytes += item.bytes
      if (count >= bounds.items || (count > 0 && bytes > bounds.bytes)) break
      count++
    }
    this.batch = this.waiting.splice(0, count)
    return this.batch
  }

  /** Removes the items of the batch: they were sent or rejected. */
  removeBatch(): void {
    for (const { bytes } of this.batch) this.bytes -= bytes
    this.batch = []
  }

  /** Returns the items of the batch to the front of the queue. */
  returnBatch(): void {
    this.waiting.unshift(...this.batch)
    this.batch = []
  }

  /** Removes and returns all waiting items. */
  clear(): EncodedItem[] {
    const removed = this.waiting.splice(0)
    for (const { bytes } of removed) this.bytes -= bytes
    return removed
  }
}
