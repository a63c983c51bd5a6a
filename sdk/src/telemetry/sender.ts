import { type CollectorContext, type CollectorOptions, MetricCollector } from './collector.ts'
import { readOptions, type SenderOptions, type Settings, type Timer } from './options.ts'
import { Queue } from './queue.ts'
import { type BatchResult, sendBatch } from './send-batch.ts'
import { decodeItem, type EncodedItem, encodeItem, type Item, type TelemetryResponse } from './wire.ts'

/** What became of everything so far: each item is in one of sent, rejected, dropped and left. */
export interface SenderStats {
  /** Items the service took; `duplicates` among them it knew already. */
  sent: number
  duplicates: number
  /** Items the service refused. */
  rejected: number
  /** Items that had to go: too many waited, or the sender was closed before they were taken. */
  dropped: number
  /** Items that wait, or are under way. */
  pending: number
  /** Uses of this library that cannot be: nothing was thrown, and what was wrong was left out. */
  misused: number
}

const firstPauseMs = 250
const longestPauseMs = 30_000
/** A request's size: what common web servers let through (1 MB) without being asked. */
const bytesOfRequest = 900_000

/**
 * Sends what collectors hand over: in batches, in order, again until it is taken. One request is under way at a time. It
 * never throws into a call and never makes one wait. Sending twice is harmless: the service knows a turn by its index.
 */
export class TelemetrySender {
  private readonly settings: Settings
  private readonly queue: Queue
  private readonly counts = { sent: 0, duplicates: 0, rejected: 0, dropped: 0, misused: 0 }
  private phase: 'open' | 'closing' | 'closed' = 'open'
  private timer: Timer | undefined
  private sending: Promise<void> | undefined
  private controller = new AbortController()
  /** Failures in a row. */
  private attempt = 0
  /** Items of the next request at most: fewer after one was too large. */
  private batchLimit: number
  private idleWaiters: (() => void)[] = []
  private isNotifying = false

  /** @throws TypeError when an option is wrong */
  constructor(options: SenderOptions) {
    this.settings = readOptions(options)
    this.queue = new Queue({ items: this.settings.maxItems, bytes: this.settings.maxBytes })
    this.batchLimit = this.settings.batchSize
  }

  /** The collector of a call, by the id that `POST /api/calls` answered. */
  collect(call_id: string, options?: CollectorOptions): MetricCollector {
    const { world } = this.settings
    const around: CollectorContext = {
      now: () => world.now(),
      date: () => world.date(),
      send: (item) => this.send(item),
      reportMisuse: (what) => this.reportMisuse(what),
    }
    return new MetricCollector(call_id, around, options)
  }

  /** Hands an item over to be sent. */
  send(item: Item): void {
    const encoded = this.encode(item)
    if (encoded === undefined) return
    if (this.phase === 'open') {
      for (const gone of this.queue.push(encoded)) this.drop(gone, 'too many wait')
      this.schedule(this.queue.length >= this.batchLimit ? 0 : this.settings.flushMs)
    } else this.drop(encoded, 'the sender is closed')
  }

  /** What became of everything so far. */
  stats(): SenderStats {
    return { ...this.counts, pending: this.queue.length }
  }

  /**
   * Sends what waits at once, and resolves when it is taken, or after `timeoutMs`: then it is still on its way. For when
   * somebody is to know before something else happens.
   */
  async flush(timeoutMs = 2_000): Promise<void> {
    if (this.phase !== 'open' || this.queue.length === 0) return
    const { world } = this.settings
    // A wait for company ends; a pause after a failure is kept.
    if (this.attempt === 0) this.stopTimer()
    this.schedule(0)
    let limit: Timer | undefined
    const impatience = new Promise<void>((resolve) => {
      limit = world.setTimeout(resolve, timeoutMs)
      limit.ref?.()
    })
    await Promise.race([new Promise<void>((resolve) => this.idleWaiters.push(resolve)), impatience])
    if (limit) world.clearTimeout(limit)
  }

  /**
   * Sends what waits, for as long as `timeoutMs`, and drops the rest: `onDrop` is told of it. Answers what became of
   * everything. What comes afterwards is dropped.
   */
  async close(timeoutMs = 10_000): Promise<SenderStats> {
    if (this.phase === 'open') {
      this.phase = 'closing'
      // One try at once, whatever pause was on, and then as after a first failure: there is little time.
      this.attempt = 0
      this.stopTimer()
      this.schedule(0)
    }
    const { world } = this.settings
    let limit: Timer | undefined
    const impatience = new Promise<void>((resolve) => {
      limit = world.setTimeout(resolve, Math.min(Math.max(0, timeoutMs) || 0, 2 ** 31 - 1))
      // Here the process is to stay until it is over.
      limit.ref?.()
    })
    const idle = new Promise<void>((resolve) => this.idleWaiters.push(resolve))
    this.resolveIdle()
    await Promise.race([idle, impatience])
    if (limit) world.clearTimeout(limit)
    this.phase = 'closed'
    this.stopTimer()
    this.controller.abort(new Error('The sender was closed.'))
    await this.sending
    for (const item of this.queue.clear()) this.drop(item, 'the sender was closed before it was taken')
    this.resolveIdle()
    return this.stats()
  }

  /**
   * As JSON. What an agent put into its free fields may not be any, or be larger than a request: the item then goes
   * without them, for the rest of it counts.
   */
  private encode(item: Item): EncodedItem | undefined {
    const isTurn = item?.kind === 'turn'
    const bare: Partial<Item> = isTurn
      ? { turn: { ...item.turn, extra_data: undefined } }
      : { completion: { ...item?.completion, collected_data: undefined } }
    for (const attempted of [item, { ...item, ...bare } as Item]) {
      try {
        const encoded = encodeItem(attempted)
        if (encoded.bytes <= bytesOfRequest) return encoded
      } catch {
        // A circle, or a bigint: told below, like what is too large.
      }
      this.reportMisuse(
        `${isTurn ? 'extra_data' : 'collected_data'} was left out: it is no JSON, or too large`,
      )
    }
    this.counts.dropped++
    return undefined
  }

  /** Sends after so long; a pause after a failure is kept, a wait for company ends when there is enough. */
  private schedule(ms: number): void {
    if (this.phase === 'closed' || this.sending || this.queue.length === 0) return
    if (this.timer && (ms > 0 || this.attempt > 0)) return
    this.stopTimer()
    this.timer = this.settings.world.setTimeout(() => {
      this.timer = undefined
      this.sending = this.sendNext().then((pause) => {
        this.sending = undefined
        this.schedule(pause)
        this.resolveIdle()
      })
    }, ms)
  }

  private stopTimer(): void {
    if (this.timer) this.settings.world.clearTimeout(this.timer)
    this.timer = undefined
  }

  private resolveIdle(): void {
    if (this.queue.length > 0) return
    for (const tell of this.idleWaiters.splice(0)) tell()
  }

  /** Sends one batch; answers how long to wait before the next, ms. */
  private async sendNext(): Promise<number> {
    const { batchSize, flushMs } = this.settings
    const batch = this.queue.takeBatch({ items: this.batchLimit, bytes: bytesOfRequest })
    this.controller = new AbortController()
    const verdict = await sendBatch(this.settings, batch, this.controller)
    if (verdict.kind === 'failed') {
      this.queue.returnBatch()
      return this.pauseAfter(verdict)
    }
    this.attempt = 0
    if (verdict.kind === 'taken') {
      this.queue.removeBatch()
      this.countResults(batch, 'turn', verdict.answer.turns)
      this.countResults(batch, 'completion', verdict.answer.completions)
      this.batchLimit = Math.min(batchSize, this.batchLimit * 2)
      return this.queue.length >= this.batchLimit || this.phase === 'closing' ? 0 : flushMs
    }
    // What is refused as a whole is sent in halves, until what is wrong with it is alone.
    if (batch.length > 1) {
      this.queue.returnBatch()
      this.batchLimit = Math.floor(batch.length / 2)
      return 0
    }
    this.queue.removeBatch()
    this.counts.rejected += batch.length
    for (const alone of batch) this.notify(() => this.settings.onDrop?.(decodeItem(alone), verdict.reason))
    return 0
  }

  private countResults(
    batch: readonly EncodedItem[],
    kind: Item['kind'],
    taken: TelemetryResponse['turns'],
  ): void {
    const items = batch.filter((item) => item.kind === kind)
    const refused = new Set<EncodedItem>()
    for (const { index, pointer, code, detail } of taken.rejected) {
      const item = items[index]
      if (item === undefined || refused.has(item)) continue
      refused.add(item)
      this.notify(() => this.settings.onDrop?.(decodeItem(item), `${code} ${pointer}: ${detail}`))
    }
    this.counts.rejected += refused.size
    this.counts.duplicates += taken.duplicates
    this.counts.sent += items.length - refused.size
  }

  /**
   * Full jitter (Exponential Backoff And Jitter, AWS Architecture Blog, 2015): anything up to a bound that doubles, on top
   * of what the service asks for. What somebody has to mend first is tried every 15 to 30 s.
   */
  private pauseAfter({ error, retryAfterMs, isSlow }: Extract<BatchResult, { kind: 'failed' }>): number {
    if (this.phase === 'closed') return 0
    const { world, onError } = this.settings
    const attempt = ++this.attempt
    this.notify(() => onError?.(error, attempt))
    if (isSlow) return Math.max(retryAfterMs, (longestPauseMs * (1 + world.random())) / 2)
    const bound = Math.min(longestPauseMs, firstPauseMs * 2 ** Math.min(20, attempt - 1))
    return retryAfterMs + Math.max(1, world.random() * bound)
  }

  private drop(item: EncodedItem, reason: string): void {
    this.counts.dropped++
    this.notify(() => this.settings.onDrop?.(decodeItem(item), reason))
  }

  private reportMisuse(what: string): void {
    this.counts.misused++
    this.notify(() => this.settings.onMisuse?.(what))
  }

  /** What a listener throws, or rejects with, is its own affair; what it sets off is counted and not told again. */
  private notify(listen: () => unknown): void {
    if (this.isNotifying) return
    this.isNotifying = true
    try {
      void Promise.resolve(listen()).catch(() => this.counts.misused++)
    } catch {
      this.counts.misused++
    }
    this.isNotifying = false
  }
}
