import type { Item } from './wire.ts'

export type Timer = ReturnType<typeof setTimeout>

/** The outside world, which tests replace. */
export interface Environment {
  fetch: typeof fetch
  /** A monotonic clock, ms. */
  now(): number
  date(): Date
  random(): number
  setTimeout(fn: () => void, ms: number): Timer
  clearTimeout(timer: Timer): void
}

export interface SenderOptions {
  /** Where the service is, like https://voice.example.com */
  url: string
  /** A key with the scope `ingest`. */
  key: string
  /** Items of a request at most (100), up to 200. */
  batchSize?: number
  /** How long an item waits for others, ms (250). */
  flushMs?: number
  /** Items that are kept at most while the service is away (10,000). */
  maxItems?: number
  /** Bytes of JSON that are kept at most (16 MiB), 1 MiB at least. */
  maxBytes?: number
  /** How long an answer is waited for, ms (10,000). */
  timeoutMs?: number
  /** Told of each item that was lost, with the reason. What a listener throws is ignored. */
  onDrop?: (item: Item, reason: string) => unknown
  /** Told of each request that failed and is sent again. */
  onError?: (error: Error, attempt: number) => unknown
  /** Told of each use that cannot be, as a mark after the end of its turn. */
  onMisuse?: (what: string) => unknown
  environment?: Partial<Environment>
}

const world: Environment = {
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

const numbers = {
  batchSize: { usual: 100, least: 1, most: 200 },
  flushMs: { usual: 250, least: 1, most: 60_000 },
  maxItems: { usual: 10_000, least: 1, most: 10_000_000 },
  maxBytes: { usual: 16 * 2 ** 20, least: 2 ** 20, most: 2 ** 31 },
  timeoutMs: { usual: 10_000, least: 1, most: 600_000 },
}

export type Settings = ReturnType<typeof readOptions>

/**
 * The options, complete. This is the one place that throws: a process that is set up wrongly shall hear of it when it
 * starts, and not lose what it measures.
 *
 * @throws TypeError which says what to set; it never holds the key
 */
export function readOptions(options: SenderOptions) {
  const { url, key, onDrop, onError, onMisuse } = options
  const base = URL.canParse(url) ? new URL(url) : undefined
  if (!base || !/^https?:$/.test(base.protocol) || base.username || base.password || base.search)
    throw new TypeError('Set url to where the service is, like https://voice.example.com')
  if (typeof key !== 'string' || !/^[\x21-\x7e]+$/.test(key))
    throw new TypeError('Set key to a key of the company with the scope ingest.')
  const number = (name: keyof typeof numbers) => {
    const { usual, least, most } = numbers[name]
    const value = options[name] ?? usual
    if (!Number.isInteger(value) || value < least || value > most)
      throw new TypeError(`Set ${name} to a whole number from ${least} to ${most}.`)
    return value
  }
  return {
    endpoint: `${base.origin}${base.pathname.replace(/\/+$/, '')}/api/telemetry`,
    key,
    batchSize: number('batchSize'),
    flushMs: number('flushMs'),
    maxItems: number('maxItems'),
    maxBytes: number('maxBytes'),
    timeoutMs: number('timeoutMs'),
    onDrop,
    onError,
    onMisuse,
    world: { ...world, ...options.environment },
  }
}
