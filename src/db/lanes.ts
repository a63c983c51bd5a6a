import type { Connection } from './connection.ts'

/** A transaction that waits for a connection. */
export interface Waiter {
  /** Who shares the connections with others: a company, or its background work. */
  lane: string
  /** The company of a read transaction; undefined for any other transaction. */
  readingCompany: string | undefined
  /** When it stops waiting, in ms of performance.now(). */
  expiresAt: number
  resolve: (connection: Connection) => void
  reject: (error: Error) => void
}

interface Lane {
  readonly name: string
  /** The number of connections that its transactions have. */
  held: number
  readonly waiting: Waiter[]
}

/** A lane may hold this many connections for each that is free. */
const heldPerFree = 3

/**
 * Shares the connections of a pool between lanes. A lane holds at most three times as many connections as it leaves free, so
 * one alone gets three quarters, the next one finds free connections, and each further lane still finds some. Lanes that wait take
 * turns, so how long a transaction waits does not depend on how many transactions others have sent.
 */
export class Lanes {
  private readonly lanes = new Map<string, Lane>()
  /** Lanes with waiting transactions; it is the first one's turn. */
  private readonly turns: Lane[] = []
  private waitingCount = 0

  get size(): number {
    return this.waitingCount
  }

  /** Whether a transaction of the lane may have one of the free connections now. */
  mayTake(name: string, free: number): boolean {
    const lane = this.lanes.get(name)
    return free > 0 && (lane === undefined || (lane.waiting.length === 0 && isAllowed(lane, free)))
  }

  /** The lane has got a connection. */
  take(name: string): void {
    this.laneOf(name).held++
  }

  /** The lane has given a connection back. */
  giveBack(name: string): void {
    const lane = this.laneOf(name)
    lane.held--
    this.deleteIfUnused(lane)
  }

  waitingIn(name: string): number {
    return this.lanes.get(name)?.waiting.length ?? 0
  }

  add(waiter: Waiter): void {
    const lane = this.laneOf(waiter.lane)
    if (lane.waiting.length === 0) this.turns.push(lane)
    lane.waiting.push(waiter)
    this.waitingCount++
  }

  remove(waiter: Waiter): boolean {
    const lane = this.laneOf(waiter.lane)
    const index = lane.waiting.indexOf(waiter)
    if (index >= 0) this.removeAt(lane, index)
    this.deleteIfUnused(lane)
    return index >= 0
  }

  /** Removes and returns the waiting transaction whose turn it is; undefined when none may have a free connection. */
  next(free: number): Waiter | undefined {
    const lane = free > 0 ? this.turns.find((candidate) => isAllowed(candidate, free)) : undefined
    if (lane === undefined) return undefined
    const waiter = this.removeAt(lane, 0)
    // Its next transaction waits until the other lanes have had their turns.
    if (lane.waiting.length > 0) {
      this.turns.splice(this.turns.indexOf(lane), 1)
      this.turns.push(lane)
    }
    return waiter
  }

  /** Removes and returns the first waiting transaction of the lane if it is a reader of the company. */
  nextReader(name: string, company_id: string): Waiter | undefined {
    const lane = this.lanes.get(name)
    if (lane === undefined || lane.waiting[0]?.readingCompany !== company_id) return undefined
    return this.removeAt(lane, 0)
  }

  /** Whether transactions of other lanes wait. */
  hasOthers(name: string): boolean {
    return this.turns.length > 1 || (this.turns.length === 1 && this.turns[0]?.name !== name)
  }

  /** Removes the newest waiting transaction of the lane with most of them, if that has more than `count`. */
  removeFromLongest(count: number): Waiter | undefined {
    const longest = this.turns.reduce<Lane | undefined>(
      (found, lane) => (lane.waiting.length > (found?.waiting.length ?? count) ? lane : found),
      undefined,
    )
    return longest && this.removeAt(longest, longest.waiting.length - 1)
  }

  /** Removes and returns those that have waited too long. */
  removeExpired(now: number): Waiter[] {
    const expired: Waiter[] = []
    for (const lane of [...this.turns]) {
      while (lane.waiting[0] !== undefined && lane.waiting[0].expiresAt < now)
        expired.push(this.removeAt(lane, 0) as Waiter)
      this.deleteIfUnused(lane)
    }
    return expired
  }

  private removeAt(lane: Lane, index: number): Waiter | undefined {
    const [waiter] = lane.waiting.splice(index, 1)
    this.waitingCount--
    if (lane.waiting.length === 0) this.turns.splice(this.turns.indexOf(lane), 1)
    return waiter
  }

  private laneOf(name: string): Lane {
    let lane = this.lanes.get(name)
    if (lane === undefined) {
      lane = { name, held: 0, waiting: [] }
      this.lanes.set(name, lane)
    }
    return lane
  }

  private deleteIfUnused(lane: Lane): void {
    if (lane.held === 0 && lane.waiting.length === 0) this.lanes.delete(lane.name)
  }
}

/** The last free connection is for a lane that has none. */
const isAllowed = (lane: Lane, free: number): boolean =>
  lane.held === 0 ? free > 0 : free > 1 && lane.held < heldPerFree * free
