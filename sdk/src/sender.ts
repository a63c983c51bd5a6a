import { type CollectorOptions, MetricCollector } from './collector.ts'
import { Queue } from './queue.ts'
import { bodyOf, type Item, type Rejection, readAnswer } from './wire.ts'

type Timer = ReturnType<typeof setTimeout>

export interface SenderOptions {
  /** Where the service is, like https://voice.example.com */
  url: string
  /** A key with the scope `ingest`. */
  key: string
  /** Items of a request at most (100; the service takes 1,000 turns and 200 completions). */
  batchSize?: number
  /** How long an item waits for others, ms (250). */
  flushMs?: number
  /** Items, and bytes, that wait at most while the service is away (10,000 and 16 MiB). */
  maxItems?: number
  maxBytes?: number
  /** How long an answer is waited for, ms (10,000). */
  timeoutMs?: number
  /** Told of each item that was lost, with the reason; what it throws is ignored. */
  onDrop?: (item: Item, reason: string) => void
  /** Told of each request that failed and is tried again; what it throws is ignored. */
  onError?: (error: unknown, attempt: number) => void
  /** The outside world, for tests. */
  world?: Partial<World>
}

export interface World {
  fetch: typeof fetch
  /** A monotonic clock, ms. */
  now(): number
  date(): Date
  random(): number
  setTimeout(fn: () => void, ms: number): Timer
  clearTimeout(timer: Timer): void
}

/** What became of everything so far. */
export interface Counts {
  /** Items the service took, those among them that it knew already, and those it refused. */
  sent: number
  duplicates: number
  rejected: number
  /** Items that had to go because too many waited, or that could not be sent at all. */
  dropped: number
  /** Calls of this library that could not be: nothing was thrown, and nothing came of them. */
  misused: number
  /** Items that wait, or are under way. */
  left: number
}

const real: World = {
  fetch: (...args) => fetch(...args),
  now: () => performance.now(),
  date: () => new Date(),
  random: Math.random,
  setTimeout: (fn, ms) => {
    const timer = setTimeout(fn, ms)
    // An agent that has nothing else to do may end: close() is what waits.
    timer.unref()
    return timer
  },
  clearTimeout: (timer) => clearTimeout(timer),
}

const firstPauseMs = 250
const longestPauseMs = 30_000

/**
 * Sends what collectors hand over: in batches, in order, again until it is taken. It never throws into a call and never
 * makes one wait; one request is under way at a time. Sending twice is harmless: the service knows a turn by its index.
 */
export class TelemetrySender {
  private readonly options: Required<Omit<SenderOptions, 'onDrop' | 'onError' | 'world'>> & SenderOptions
  private readonly world: World
  private readonly queue: Queue
  private readonly counts: Counts = { sent: 0, duplicates: 0, rejected: 0, dropped: 0, misused: 0, left: 0 }
  private timer: Timer | undefined
  private sending: Promise<void> | undefined
  private attempt = 0
  private inFlight = 0
  private largest: number
  private isClosed = false
  private whenIdle: (() => void)[] = []

  constructor(options: SenderOptions) {
    const defaults = {
      batchSize: 100,
      flushMs: 250,
      maxItems: 10_000,
      maxBytes: 16 * 2 ** 20,
      timeoutMs: 10_000,
    }
    this.options = { ...defaults, ...options }
    this.world = { ...real, ...options.world }
    this.queue = new Queue(this.options.maxItems, this.options.maxBytes)
    this.largest = this.options.batchSize
  }

  /** The collector of a call, by the id that `POST /api/calls` answered. */
  collect(call_id: string, options: CollectorOptions = {}): MetricCollector {
    const { world } = this
    const around = {
      now: () => world.now(),
      date: () => world.date(),
      send: (item: Item) => this.send(item),
      misused: () => void this.counts.misused++,
    }
    return new MetricCollector(call_id, around, options)
  }

  /** Hands an item over to be sent. */
  send(item: Item): void {
    try {
      if (this.isClosed) this.drop(item, 'the sender is closed')
      else for (const gone of this.queue.push(item)) this.drop(gone, 'too many wait')
      this.schedule(this.queue.length >= this.largest ? 0 : this.options.flushMs)
    } catch (error) {
      // What cannot be written as JSON, as a circle in extra_data.
      this.drop(item, error instanceof Error ? error.message : 'it cannot be sent')
    }
  }

  /** What became of everything so far. */
  stats(): Counts {
    return { ...this.counts, left: this.queue.length + this.inFlight }
  }

  /** Sends what waits, for as long as `timeoutMs`; answers what became of everything. Nothing is taken after it. */
  async close(timeoutMs = 10_000): Promise<Counts> {
    this.isClosed = true
    let limit: Timer | undefined
    const idle = new Promise<void>((resolve) => this.whenIdle.push(resolve))
    const impatience = new Promise<void>((resolve) => {
      limit = this.world.setTimeout(resolve, timeoutMs)
      // Here the process is to stay until it is over.
      limit.ref?.()
    })
    if (this.attempt === 0) this.schedule(0)
    this.tellIdle()
    await Promise.race([idle, impatience])
    if (limit) this.world.clearTimeout(limit)
    if (this.timer) this.world.clearTimeout(this.timer)
    return this.stats()
  }

  private schedule(ms: number): void {
    if (this.sending || this.queue.length === 0) return
    if (this.timer) {
      // A pause after a failure is kept; a wait for company ends when there is enough.
      if (ms > 0 || this.attempt > 0) return
      this.world.clearTimeout(this.timer)
    }
    this.timer = this.world.setTimeout(() => {
      this.timer = undefined
      this.sending = this.sendNext().then((pause) => {
        this.sending = undefined
        this.schedule(pause)
        this.tellIdle()
      })
    }, ms)
  }

  private tellIdle(): void {
    if (this.sending || this.queue.length > 0) return
    for (const tell of this.whenIdle.splice(0)) tell()
  }

  /** Sends one batch; answers how long to wait before the next, ms. */
  private async sendNext(): Promise<number> {
    const batch = this.queue.take(this.largest)
    this.inFlight = batch.length
    try {
      const answer = await this.request(batch)
      if (answer.ok) {
        this.attempt = 0
        return this.queue.length >= this.largest || this.isClosed ? 0 : this.options.flushMs
      }
      if (answer.isTooLarge) return this.halve(batch, answer.reason)
      this.queue.putBack(batch)
      return this.pauseAfter(new Error(answer.reason), answer.retryAfterMs)
    } catch (error) {
      this.queue.putBack(batch)
      return this.pauseAfter(error, 0)
    } finally {
      this.inFlight = 0
    }
  }

  private async request(batch: Item[]) {
    const { url, key, timeoutMs } = this.options
    const response = await this.world.fetch(`${url.replace(/\/+$/, '')}/api/telemetry`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: bodyOf(batch),
      signal: AbortSignal.timeout(timeoutMs),
    })
    const reason = `the service answered ${response.status}`
    if (response.status !== 200) {
      await response.body?.cancel()
      const retryAfterMs = 1000 * (Number(response.headers.get('retry-after')) || 0)
      return { ok: false, reason, retryAfterMs, isTooLarge: [400, 413, 422].includes(response.status) }
    }
    const answer = readAnswer(await response.json())
    if (answer === undefined)
      return { ok: false, reason: 'the answer is not of the service', retryAfterMs: 0 }
    this.note(batch, 'turn', answer.turns)
    this.note(batch, 'completion', answer.completions)
    return { ok: true, reason, retryAfterMs: 0 }
  }

  private note(
    batch: Item[],
    kind: Item['kind'],
    taken: { duplicates: number; rejected: Rejection[] },
  ): void {
    const items = batch.filter((item) => item.kind === kind)
    const refused = new Set<number>()
    for (const { index, pointer, code, detail } of taken.rejected) {
      // A turn that contradicts what is known is stored as it was: it is told, and not lost.
      const item = items[index]
      if (item === undefined || refused.has(index)) continue
      refused.add(index)
      this.tell(this.options.onDrop, item, `${code} ${pointer}: ${detail}`)
    }
    this.counts.rejected += refused.size
    this.counts.duplicates += taken.duplicates
    this.counts.sent += items.length - refused.size
  }

  /** What is refused as a whole is sent in halves, until what is wrong with it is alone. */
  private halve(batch: Item[], reason: string): number {
    const [alone] = batch
    if (batch.length === 1 && alone) {
      this.drop(alone, reason)
      this.largest = this.options.batchSize
      return 0
    }
    this.largest = Math.max(1, Math.floor(batch.length / 2))
    this.queue.putBack(batch)
    return 0
  }

  /** Full jitter (AWS Architecture Blog, 2015): anything up to a bound that doubles, and what the service asks for. */
  private pauseAfter(error: unknown, retryAfterMs: number): number {
    this.attempt++
    this.tell(this.options.onError, error, this.attempt)
    const bound = Math.min(longestPauseMs, firstPauseMs * 2 ** Math.min(20, this.attempt - 1))
    return Math.max(1, retryAfterMs, this.world.random() * bound)
  }

  private drop(item: Item, reason: string): void {
    this.counts.dropped++
    this.tell(this.options.onDrop, item, reason)
  }

  /** What a listener throws is its own affair. */
  private tell<A extends unknown[]>(listener: ((...args: A) => void) | undefined, ...args: A): void {
    try {
      listener?.(...args)
    } catch {
      this.counts.misused++
    }
  }
}
