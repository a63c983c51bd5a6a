import type { Item } from './wire.ts'

interface Held {
  item: Item
  bytes: number
}

/** What waits to be sent, in its order, in bounded memory: past the bounds the oldest turns make room. */
export class Queue {
  private held: Held[] = []
  private bytes = 0
  private readonly mostItems: number
  private readonly mostBytes: number

  constructor(mostItems: number, mostBytes: number) {
    this.mostItems = mostItems
    this.mostBytes = mostBytes
  }

  get length(): number {
    return this.held.length
  }

  /** Adds an item; answers those that had to go for it. The end of a call goes last: without it a call never ends. */
  push(item: Item): Item[] {
    const bytes = JSON.stringify(item).length
    this.held.push({ item, bytes })
    this.bytes += bytes
    const gone: Item[] = []
    while (this.held.length > this.mostItems || (this.bytes > this.mostBytes && this.held.length > 1)) {
      const turn = this.held.findIndex(({ item }) => item.kind === 'turn')
      const [dropped] = this.held.splice(Math.max(0, turn), 1)
      if (dropped === undefined) break
      this.bytes -= dropped.bytes
      gone.push(dropped.item)
    }
    return gone
  }

  /**
   * Takes out the next items, at most so many. They end before a turn whose call ends among them: the service takes
   * turns first, and so the order of each call is kept.
   */
  take(most: number): Item[] {
    const ended = new Set<string>()
    let count = 0
    for (const { item } of this.held) {
      if (count === most || (item.kind === 'turn' && ended.has(item.call_id))) break
      if (item.kind === 'completion') ended.add(item.call_id)
      count++
    }
    const taken = this.held.splice(0, count)
    for (const { bytes } of taken) this.bytes -= bytes
    return taken.map(({ item }) => item)
  }

  /** Puts back what was taken and not sent, in front of what came since. */
  putBack(items: readonly Item[]): void {
    const back = items.map((item) => ({ item, bytes: JSON.stringify(item).length }))
    this.held.unshift(...back)
    for (const { bytes } of back) this.bytes += bytes
  }
}
