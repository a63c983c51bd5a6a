import { type CollectorContext, type CollectorOptions, MetricCollector } from './collector.ts'
import { readOptions, type SenderOptions, type Settings, type Timer } from './options.ts'
import { Queue } from './queue.ts'
import { type BatchResult, sendBatch } from './send-batch.ts'
import { decodeItem, type EncodedItem, encodeItem, type Item, type TelemetryResponse } from './wire.ts'

/** Counts of items by result. Each item is counted in one of sent, rejected, dropped and pending. */
export interface SenderStats {
  /** Items that the service accepted, including `duplicates`, which it had stored before. */
  sent: number
  duplicates: number
  /** Items that the service rejected. */
  rejected: number
  /** Items that were not sent: the queue was full, or the sender was closed first. */
  dropped: number
  /** Items in the queue or in a request. */
  pending: number
  /** Fields of sent turns that the service could not use and stored as null. */
  warnings: number
  /** Wrong uses of the library. Nothing was thrown; the invalid part was left out. */
  misused: number
}

const firstBackoffMs = 250
const maxBackoffMs = 30_000
/** Largest request body, bytes. Common web servers reject more than 1 MB by default. */
const maxRequestBytes = 900_000
/** The service leaves out larger objects, and rejects a request that is nested deeper than 64 levels. */
const maxObjectBytes = { extra_data: 64 * 1024, collected_data: 256 * 1024 }
const maxObjectDepth = 50
const maxTimerMs = 2 ** 31 - 1

/**
 * Sends the items of all collectors in batches, in order and one request at a time, and repeats a request until the
 * service has stored its items. No method blocks; only the constructor throws. Sending an item twice is safe: the
 * service identifies a turn by its call and index.
 */
export class TelemetrySender {
  private readonly settings: Settings
  private readonly queue: Queue
  private readonly counts = { sent: 0, duplicates: 0, rejected: 0, dropped: 0, warnings: 0, misused: 0 }
  private phase: 'open' | 'closing' | 'closed' = 'open'
  private timer: Timer | undefined
  private sending: Promise<void> | undefined
  private controller = new AbortController()
  /** Failed requests in a row. */
  private failures = 0
  /** Maximum number of items in the next request. Halved after a request that was rejected as a whole. */
  private batchLimit: number
  private idleWaiters: (() => void)[] = []
  private isNotifying = false

  /** @throws TypeError when an option is invalid */
  constructor(options: SenderOptions) {
    this.settings = readOptions(options)
    this.queue = new Queue({ items: this.settings.maxItems, bytes: this.settings.maxBytes })
    this.batchLimit = this.settings.batchSize
  }

  /** Creates the collector of a call. `call_id` comes from POST /api/calls or from the brief. */
  collect(call_id: string, options?: CollectorOptions): MetricCollector {
    const { environment } = this.settings
    const context: CollectorContext = {
      now: () => environment.now(),
      date: () => environment.date(),
      send: (item) => this.send(item),
      reportMisuse: (message) => this.reportMisuse(message),
    }
    return new MetricCollector(call_id, context, options)
  }

  /** Queues an item for sending. */
  send(item: Item): void {
    const encoded = this.encode(item)
    if (encoded === undefined) return
    if (this.phase === 'open') {
      for (const dropped of this.queue.push(encoded)) this.drop(dropped, 'The queue is full.')
      this.schedule(this.queue.length >= this.batchLimit ? 0 : this.settings.flushMs)
    } else this.drop(encoded, 'The sender is closed.')
  }

  stats(): SenderStats {
    return { ...this.counts, pending: this.queue.length }
  }

  /**
   * Sends queued items without waiting for a full batch. Resolves when the service has stored them, or after
   * `timeoutMs`; items that are not stored by then stay queued.
   */
  async flush(timeoutMs = 2_000): Promise<void> {
    if (this.phase !== 'open' || this.queue.length === 0) return
    // A pause after a failure is not shortened.
    if (this.failures === 0) this.stopTimer()
    this.schedule(0)
    await this.waitUntilIdle(timeoutMs)
  }

  /**
   * Sends queued items for up to `timeoutMs` and drops the rest; `onDrop` is called for each. Returns the final stats.
   * Items that are sent afterwards are dropped.
   */
  async close(timeoutMs = 10_000): Promise<SenderStats> {
    if (this.phase === 'open') {
      this.phase = 'closing'
      // Ends a pause after a failure: one attempt now, and if it fails, pauses as after a first failure.
      this.failures = 0
      this.stopTimer()
      this.schedule(0)
    }
    const idle = this.waitUntilIdle(Math.min(Math.max(0, timeoutMs) || 0, maxTimerMs))
    this.resolveIdle()
    await idle
    this.phase = 'closed'
    this.stopTimer()
    this.controller.abort(new Error('The sender was closed.'))
    await this.sending
    for (const item of this.queue.clear()) this.drop(item, 'The sender was closed before the item was sent.')
    this.resolveIdle()
    return this.stats()
  }

  /** Resolves when the queue is empty, or after `timeoutMs`. Its timer keeps the process alive. */
  private async waitUntilIdle(timeoutMs: number): Promise<void> {
    const { environment } = this.settings
    let timer: Timer | undefined
    const timeout = new Promise<void>((resolve) => {
      timer = environment.setTimeout(resolve, timeoutMs)
      timer.ref?.()
    })
    const idle = new Promise<void>((resolve) => this.idleWaiters.push(resolve))
    await Promise.race([idle, timeout])
    if (timer) environment.clearTimeout(timer)
  }

  /**
   * Encodes an item as JSON. When extra_data or collected_data cannot be encoded, or is larger than the service accepts, the
   * item is sent without it. Returns undefined when the rest cannot be encoded either.
   */
  private encode(item: Item): EncodedItem | undefined {
    const isTurn = item?.kind === 'turn'
    const withoutJsonField: Partial<Item> = isTurn
      ? { turn: { ...item.turn, extra_data: undefined } }
      : { completion: { ...item?.completion, collected_data: undefined } }
    const field = isTurn ? 'extra_data' : 'collected_data'
    const data = isTurn ? item.turn.extra_data : item?.completion?.collected_data
    for (const candidate of [item, { ...item, ...withoutJsonField } as Item]) {
      try {
        const isSendable = candidate !== item || isWithinLimits(data, maxObjectBytes[field])
        const encoded = isSendable ? encodeItem(candidate) : undefined
        if (encoded !== undefined && encoded.bytes <= maxRequestBytes) return encoded
      } catch {
        // A circular reference or a bigint: reported below, like an item that is too large.
      }
      const limits = `${maxObjectBytes[field] / 1024} KiB or nested deeper than ${maxObjectDepth} levels`
      this.reportMisuse(`${field} was left out: it cannot be encoded as JSON, or is larger than ${limits}.`)
    }
    this.counts.dropped++
    return undefined
  }

  /** Schedules the next request in `ms`. 0 ends a wait for more items, but not a pause after a failure. */
  private schedule(ms: number): void {
    if (this.phase === 'closed' || this.sending || this.queue.length === 0) return
    if (this.timer && (ms > 0 || this.failures > 0)) return
    this.stopTimer()
    this.timer = this.settings.environment.setTimeout(() => {
      this.timer = undefined
      this.sending = this.sendNext().then((pauseMs) => {
        this.sending = undefined
        this.schedule(pauseMs)
        this.resolveIdle()
      })
    }, ms)
  }

  private stopTimer(): void {
    if (this.timer) this.settings.environment.clearTimeout(this.timer)
    this.timer = undefined
  }

  private resolveIdle(): void {
    if (this.queue.length > 0) return
    for (const resolve of this.idleWaiters.splice(0)) resolve()
  }

  /** Sends one batch. Returns how long to wait before the next one, ms. */
  private async sendNext(): Promise<number> {
    const { batchSize, flushMs } = this.settings
    const batch = this.queue.takeBatch({ items: this.batchLimit, bytes: maxRequestBytes })
    this.controller = new AbortController()
    const result = await sendBatch(this.settings, batch, this.controller)
    if (result.kind === 'failed') {
      this.queue.returnBatch()
      return this.pauseAfter(result)
    }
    this.failures = 0
    if (result.kind === 'accepted') {
      this.queue.removeBatch()
      this.countResults(batch, 'turn', result.response.turns)
      this.countResults(batch, 'completion', result.response.completions)
      this.batchLimit = Math.min(batchSize, this.batchLimit * 2)
      return this.queue.length >= this.batchLimit || this.phase === 'closing' ? 0 : flushMs
    }
    // A batch that is rejected as a whole is split in halves until the invalid item is alone.
    if (batch.length > 1) {
      this.queue.returnBatch()
      this.batchLimit = Math.floor(batch.length / 2)
      return 0
    }
    this.queue.removeBatch()
    this.counts.rejected += batch.length
    for (const item of batch) this.notify(() => this.settings.onDrop?.(decodeItem(item), result.reason))
    return 0
  }

  private countResults(
    batch: readonly EncodedItem[],
    kind: Item['kind'],
    results: TelemetryResponse['turns'],
  ): void {
    const items = batch.filter((item) => item.kind === kind)
    const rejected = new Set<EncodedItem>()
    for (const { index, pointer, code, detail } of results.rejected) {
      const item = items[index]
      if (item === undefined || rejected.has(item)) continue
      rejected.add(item)
      this.notify(() => this.settings.onDrop?.(decodeItem(item), `${code} ${pointer}: ${detail}`))
    }
    for (const warning of results.warnings ?? []) {
      const item = items[warning.index]
      this.counts.warnings++
      if (item !== undefined) this.notify(() => this.settings.onWarning?.(decodeItem(item), warning))
    }
    this.counts.rejected += rejected.size
    this.counts.duplicates += results.duplicates
    this.counts.sent += items.length - rejected.size
  }

  /**
   * The pause after a failed request, ms. Full jitter: a random time up to a limit that doubles, in addition to
   * Retry-After (source: Exponential Backoff And Jitter, AWS Architecture Blog, 2015). A failure that needs a change of
   * configuration is retried every 15 to 30 s.
   */
  private pauseAfter({ error, retryAfterMs, isSlow }: Extract<BatchResult, { kind: 'failed' }>): number {
    if (this.phase === 'closed') return 0
    const { environment, onError } = this.settings
    const failures = ++this.failures
    this.notify(() => onError?.(error, failures))
    if (isSlow) return Math.max(retryAfterMs, (maxBackoffMs * (1 + environment.random())) / 2)
    const limit = Math.min(maxBackoffMs, firstBackoffMs * 2 ** Math.min(20, failures - 1))
    return retryAfterMs + Math.max(1, environment.random() * limit)
  }

  private drop(item: EncodedItem, reason: string): void {
    this.counts.dropped++
    this.notify(() => this.settings.onDrop?.(decodeItem(item), reason))
  }

  private reportMisuse(message: string): void {
    this.counts.misused++
    this.notify(() => this.settings.onMisuse?.(message))
  }

  /**
   * Calls a listener. Its exceptions and rejections are counted as misuse. Notifications that it causes are not
   * delivered, so that a listener that sends items cannot recurse.
   */
  private notify(callListener: () => unknown): void {
    if (this.isNotifying) return
    this.isNotifying = true
    try {
      void Promise.resolve(callListener()).catch(() => this.counts.misused++)
    } catch {
      this.counts.misused++
    }
    this.isNotifying = false
  }
}

const isWithinLimits = (data: unknown, maxBytes: number): boolean =>
  data == null || (isWithinDepth(data, maxObjectDepth) && Buffer.byteLength(JSON.stringify(data)) <= maxBytes)

const isWithinDepth = (value: unknown, depth: number): boolean =>
  typeof value !== 'object' ||
  value === null ||
  (depth > 0 && Object.values(value).every((inner) => isWithinDepth(inner, depth - 1)))
