/** Keys whose requests are counted, the latest ones. */
const maxKeys = 5_000

interface Window {
  requests: number
  /** When it began, in ms of performance.now(). */
  startedAt: number
}

/** Gets the number of requests in the window, and the time until it ends, ms. */
type Done = (error: null, result: { current: number; ttl: number }) => void

/**
 * Counts requests by key, each in windows of its own. The default store of @fastify/rate-limit uses the system clock: set back
 * by two days, it would reject the requests of a company at its limit for two days.
 */
export class RateLimitStore {
  private readonly windows = new Map<string, Window>()

  /**
   * Counts a request.
   *
   * @param windowMs length of a window, ms
   */
  incr(key: string, done: Done, windowMs: number): void {
    const now = performance.now()
    const window = this.windowOf(key, now, windowMs)
    window.requests++
    // Inserted last, so that the first key is the one that was not used for longest.
    this.windows.delete(key)
    this.windows.set(key, window)
    const [oldest] = this.windows.keys()
    if (this.windows.size > maxKeys && oldest !== undefined) this.windows.delete(oldest)
    done(null, { current: window.requests, ttl: windowMs - (now - window.startedAt) })
  }

  /** As `incr`, without counting a request. */
  read(key: string, done: Done, windowMs: number): void {
    const now = performance.now()
    const window = this.windowOf(key, now, windowMs)
    done(null, { current: window.requests, ttl: windowMs - (now - window.startedAt) })
  }

  /** The current window of a key: a new one when it has none, or its last one has ended. */
  private windowOf(key: string, now: number, windowMs: number): Window {
    const last = this.windows.get(key)
    return last === undefined || now - last.startedAt >= windowMs ? { requests: 0, startedAt: now } : last
  }

  /** The store of a route with limits of its own. */
  child(): RateLimitStore {
    return new RateLimitStore()
  }
}
