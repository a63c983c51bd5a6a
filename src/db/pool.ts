import { overloaded } from '../lib/errors.ts'
import { Connection, ConnectionLostError, type ConnectionOptions, type OpenClient } from './connection.ts'
import { Lanes, type Waiter } from './lanes.ts'
import { type Deadlines, maxSilenceMs, requestDeadlines } from './session-settings.ts'

/** A shared read transaction ends after this number of readers, so that others get the connection and vacuum proceeds. */
const maxReaders = 100
/** While other lanes wait, a shared read transaction takes no further readers after this time, ms. */
const maxSharedMs = 10
const defaultLifetimeMs = 15 * 60_000
/** Open transactions may take this long to end when the pool is closed. */
const closeTimeoutMs = 5_000
/** How often connections without a response, abandoned reads and waiting times are checked. */
const checkIntervalMs = 500
/** All lanes together may have this many times the waiting transactions of one. */
const maxWaitingLanes = 4

export interface PoolOptions extends Partial<Pick<ConnectionOptions, 'onError'>> {
  /** The number of connections. */
  max: number
  /** When this number of transactions or statements of a lane wait per connection, further ones are rejected. */
  maxWaitingPerConnection: number
  /** A connection is replaced after this time to twice that. */
  lifetimeMs?: number
  /** Of the sessions; those for requests by default. */
  deadlines?: Deadlines
}

/** Who needs a connection, and for how long. */
export interface AcquireOptions {
  /** Connections are shared fairly between lanes; see lanes.ts. */
  lane: string
  /** The company of a read transaction; undefined for any other transaction. */
  readingCompany?: string | undefined
  /** Of the transaction; those of the sessions by default. */
  deadlines?: Deadlines | undefined
  /** Calls its argument when nobody waits for the result any more. Returns a function that stops that. */
  onAbandoned?: ((callback: () => void) => () => void) | undefined
}

/** At most `max` connections, each for one transaction or statement at a time. Others wait, in turns of their lanes. */
export class Pool {
  private readonly all = new Set<Connection>()
  private readonly idle: Connection[] = []
  private readonly inUse = new Set<Connection>()
  private readonly lanes = new Lanes()
  private readonly closing = new Set<Promise<void>>()
  private readonly open: OpenClient
  readonly max: number
  private readonly maxWaitingOfLane: number
  private readonly connectionOptions: ConnectionOptions
  /** Set while the pool is being closed; called when its last connection is gone. */
  private onEmpty: (() => void) | undefined
  private timer: NodeJS.Timeout | undefined
  private checkedAt = 0

  /**
   * Connections are replaced, because the memory of their server processes grows. Their lifetime is random so that not all
   * of them are replaced together.
   */
  constructor(
    open: OpenClient,
    {
      max,
      maxWaitingPerConnection,
      lifetimeMs = defaultLifetimeMs,
      deadlines = requestDeadlines,
      onError,
    }: PoolOptions,
  ) {
    this.open = open
    this.max = max
    this.maxWaitingOfLane = max * maxWaitingPerConnection
    this.connectionOptions = { lifetimeMs, deadlines, onError }
  }

  /**
   * Returns a connection, which the caller must release. For a reader, a read transaction of its company may be open on
   * it already (`readingCompany` is set).
   *
   * @throws Refusal 'unavailable' when too many transactions of the lane wait, or after the deadline for waiting; ConnectionLostError
   * when the pool is closed; AbandonedError
   */
  async acquire(options: AcquireOptions): Promise<Connection> {
    if (this.onEmpty !== undefined) throw poolClosed()
    const { lane } = options
    const connection = this.lanes.mayTake(lane, this.free)
      ? this.start(this.takeFree(), lane)
      : await this.wait(options)
    connection.maxSilenceMs = maxSilenceMs(options.deadlines ?? this.connectionOptions.deadlines)
    return connection
  }

  /**
   * Passes an open read transaction to the next waiting transaction of its lane, if that is a read transaction of the same
   * company. Under load many readers then share one BEGIN and COMMIT. Each statement has its own snapshot (read
   * committed), so no reader sees old data. Returns whether it was passed on.
   */
  handOverToNextReader(connection: Connection): boolean {
    const { lane, readingCompany } = connection
    if (
      readingCompany === undefined ||
      connection.isExpired ||
      connection.isAbandoned ||
      connection.readerCount >= maxReaders ||
      this.onEmpty !== undefined ||
      (this.lanes.hasOthers(lane) && performance.now() - connection.acquiredAt > maxSharedMs)
    )
      return false
    const next = this.lanes.nextReader(lane, readingCompany)
    if (next === undefined) return false
    connection.readerCount++
    connection.lastSentAt = performance.now()
    next.resolve(connection)
    return true
  }

  /** Returns a connection to the pool. No transaction may be open on it, unless it is lost. */
  release(connection: Connection): void {
    connection.readingCompany = undefined
    connection.readerCount = 0
    connection.isAbandoned = false
    this.inUse.delete(connection)
    this.lanes.giveBack(connection.lane)
    if (connection.isExpired || this.onEmpty !== undefined) this.discard(connection)
    else this.idle.push(connection)
    for (let next = this.lanes.next(this.free); next !== undefined; next = this.lanes.next(this.free))
      next.resolve(this.start(this.takeFree(), next.lane))
  }

  /** Rejects waiting and later transactions, waits up to 5 s for open ones, and closes all connections. */
  async close(): Promise<void> {
    const empty = new Promise<void>((resolve) => {
      this.onEmpty = resolve
    })
    for (const { reject } of this.lanes.removeExpired(Number.POSITIVE_INFINITY)) reject(poolClosed())
    for (const connection of this.idle.splice(0)) this.discard(connection)
    const timeout = setTimeout(() => this.disconnect(), closeTimeoutMs)
    if (this.all.size > 0) await empty
    clearTimeout(timeout)
    clearInterval(this.timer)
    await Promise.all(this.closing)
  }

  /** Ends all transactions and statements, also later ones, whether or not the server responds. They reject. */
  disconnect(): void {
    this.onEmpty ??= () => undefined
    for (const { reject } of this.lanes.removeExpired(Number.POSITIVE_INFINITY)) reject(poolClosed())
    for (const connection of this.inUse) connection.disconnect(poolClosed())
    for (const connection of this.all) this.discard(connection)
  }

  /** The number of connections that are not in use; some of them may not be open yet. */
  private get free(): number {
    return this.max - this.inUse.size
  }

  /** An idle connection, or a new one. The caller has checked that one is free. */
  private takeFree(): Connection {
    for (let connection = this.idle.pop(); connection !== undefined; connection = this.idle.pop()) {
      if (!connection.isExpired) return connection
      this.discard(connection)
    }
    const lifetimeMs = this.connectionOptions.lifetimeMs * (1 + Math.random())
    const connection = new Connection(this.open, { ...this.connectionOptions, lifetimeMs })
    this.all.add(connection)
    return connection
  }

  private start(connection: Connection, lane: string): Connection {
    connection.lane = lane
    connection.acquiredAt = connection.lastSentAt = performance.now()
    this.inUse.add(connection)
    this.lanes.take(lane)
    this.checkRegularly()
    return connection
  }

  private async wait({ lane, readingCompany, deadlines, onAbandoned }: AcquireOptions): Promise<Connection> {
    const waitingInLane = this.lanes.waitingIn(lane)
    if (waitingInLane >= this.maxWaitingOfLane) throw overloaded()
    if (this.lanes.size >= this.maxWaitingOfLane * maxWaitingLanes) {
      // The place is taken from those who have most, so that they cannot take them all.
      const evicted = this.lanes.removeFromLongest(waitingInLane)
      if (evicted === undefined) throw overloaded()
      evicted.reject(overloaded())
    }
    let stopWatching: (() => void) | undefined
    try {
      return await new Promise((resolve, reject) => {
        const { waitMs } = deadlines ?? this.connectionOptions.deadlines
        const expiresAt = performance.now() + waitMs
        const waiter: Waiter = { lane, readingCompany, expiresAt, resolve, reject }
        this.lanes.add(waiter)
        stopWatching = onAbandoned?.(() => {
          if (this.lanes.remove(waiter)) reject(new AbandonedError())
        })
      })
    } finally {
      stopWatching?.()
    }
  }

  private checkRegularly(): void {
    if (this.timer !== undefined) return
    this.checkedAt = performance.now()
    this.timer = setInterval(() => this.check(), checkIntervalMs).unref()
  }

  private check(): void {
    const now = performance.now()
    const isLate = now - this.checkedAt > 2 * checkIntervalMs
    this.checkedAt = now
    // After a pause of this process, responses may have arrived that it has not read yet.
    if (isLate) return
    for (const { reject } of this.lanes.removeExpired(now)) reject(overloaded())
    for (const connection of this.inUse) {
      if (connection.isAbandoned) connection.cancelStatement()
      connection.disconnectIfSilent(now)
    }
    if (this.inUse.size > 0) return
    clearInterval(this.timer)
    this.timer = undefined
  }

  private discard(connection: Connection): void {
    if (!this.all.delete(connection)) return
    const closed = connection.sql.end({ timeout: 0 }).finally(() => this.closing.delete(closed))
    this.closing.add(closed)
    if (this.all.size === 0) this.onEmpty?.()
  }
}

/** Nobody waits for the result of a read any more, so it was given up. */
export class AbandonedError extends Error {
  readonly code = 'ABANDONED'
  constructor() {
    super('nobody waits for the result of this read any more')
  }
}

const poolClosed = () => new ConnectionLostError('the connection pool is closed')
