import type { Item, Warning } from './wire.ts'

export type Timer = ReturnType<typeof setTimeout>

/** Clocks, timers and the network; tests replace them. */
export interface Environment {
  fetch: typeof fetch
  /** A monotonic clock, ms. */
  now(): number
  /** The wall clock. */
  date(): Date
  /** A random number from 0 to below 1. */
  random(): number
  setTimeout(fn: () => void, ms: number): Timer
  clearTimeout(timer: Timer): void
}

export interface SenderOptions {
  /** Base URL of the service, e.g. https://voice.example.com. */
  url: string
  /** A key with the scope `ingest`. */
  key: string
  /** Maximum number of items per request. Default: 100; at most 200. */
  batchSize?: number
  /** How long an item waits for others before a request is sent, ms. Default: 250. */
  flushMs?: number
  /** Maximum number of items in the queue. Default: 10,000. */
  maxItems?: number
  /** Maximum size of the queue as JSON, bytes. Default: 16 MiB; minimum: 1 MiB. */
  maxBytes?: number
  /** Time limit of a request, ms. Default: 10,000. */
  timeoutMs?: number
  /** Called with each item that was lost, and the reason. Exceptions of listeners are counted in `stats().misused`. */
  onDrop?: (item: Item, reason: string) => unknown
  /** Called with each turn of which the service could not use a field. The field is stored as null, the rest is kept. */
  onWarning?: (item: Item, warning: Warning) => unknown
  /** Called with the error of each request that failed and will be sent again; `attempt` counts failures in a row. */
  onError?: (error: Error, attempt: number) => unknown
  /** Called with a description of each wrong use of the library, such as a mark after the end of its turn. */
  onMisuse?: (message: string) => unknown
  environment?: Partial<Environment>
}

const defaultEnvironment: Environment = {
  fetch: (...args) => fetch(...args),
  now: () => performance.now(),
  date: () => new Date(),
  random: Math.random,
  setTimeout: (fn, ms) => {
    const timer = setTimeout(fn, ms)
    // A waiting item does not keep the process alive; only flush() and close() do.
    timer.unref()
    return timer
  },
  clearTimeout: (timer) => clearTimeout(timer),
}

const numberOptions = {
  batchSize: { default: 100, min: 1, max: 200 },
  flushMs: { default: 250, min: 1, max: 60_000 },
  maxItems: { default: 10_000, min: 1, max: 10_000_000 },
  maxBytes: { default: 16 * 2 ** 20, min: 2 ** 20, max: 2 ** 31 },
  timeoutMs: { default: 10_000, min: 1, max: 600_000 },
}

export type Settings = ReturnType<typeof readOptions>

/**
 * Checks the options and adds defaults. Throws when the process starts, so that a wrong configuration does not lose
 * telemetry later.
 *
 * @throws TypeError that names the option to change; its message never contains the key
 */
export function readOptions(options: SenderOptions) {
  const { url, key, onDrop, onWarning, onError, onMisuse } = options
  const base = URL.canParse(url) ? new URL(url) : undefined
  if (!base || !/^https?:$/.test(base.protocol) || base.username || base.password || base.search)
    throw new TypeError(
      'Set url to the base URL of the service, like https://voice.example.com, without credentials or a query.',
    )
  if (typeof key !== 'string' || !/^[\x21-\x7e]+$/.test(key))
    throw new TypeError('Set key to a key of the company with the scope ingest.')
  const numberOf = (name: keyof typeof numberOptions) => {
    const { default: defaultValue, min, max } = numberOptions[name]
    const value = options[name] ?? defaultValue
    if (!Number.isInteger(value) || value < min || value > max)
      throw new TypeError(`Set ${name} to a whole number from ${min} to ${max}.`)
    return value
  }
  return {
    endpoint: `${base.origin}${base.pathname.replace(/(?<!\/)\/+$/, '')}/api/telemetry`,
    key,
    batchSize: numberOf('batchSize'),
    flushMs: numberOf('flushMs'),
    maxItems: numberOf('maxItems'),
    maxBytes: numberOf('maxBytes'),
    timeoutMs: numberOf('timeoutMs'),
    onDrop,
    onWarning,
    onError,
    onMisuse,
    environment: { ...defaultEnvironment, ...options.environment },
  }
}
