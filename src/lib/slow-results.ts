/** Computations that took less, ms, are repeated each time. */
const minMs = 100
/** A result is kept for this many times as long as it took, so that computing it takes a tenth of the time at most. */
const factor = 10
const maxKeptMs = 60_000

/**
 * Keeps the results of slow computations for a while, and shares those in progress, so that many requests for the same result
 * cost little. Fast results are not kept. There are few entries, because each took long and is kept briefly.
 */
export class SlowResults<T> {
  private readonly entries = new Map<string, { result: Promise<T>; keptUntil: number }>()
  private readonly monotonic: () => number

  /** @param monotonic a clock, in ms */
  constructor(monotonic = () => performance.now()) {
    this.monotonic = monotonic
  }

  /** The kept result of this key, or that of `compute`. A failure is not kept. */
  get(key: string, compute: () => Promise<T>): Promise<T> {
    const startedAt = this.monotonic()
    for (const [kept, { keptUntil }] of this.entries) if (keptUntil <= startedAt) this.entries.delete(kept)
    const known = this.entries.get(key)
    if (known !== undefined) return known.result
    const entry = { result: compute(), keptUntil: Number.POSITIVE_INFINITY }
    this.entries.set(key, entry)
    entry.result.then(
      () => {
        const endedAt = this.monotonic()
        const tookMs = endedAt - startedAt
        entry.keptUntil = endedAt + (tookMs < minMs ? 0 : Math.min(maxKeptMs, factor * tookMs))
      },
      () => this.entries.delete(key),
    )
    return entry.result
  }
}
