import { AsyncLocalStorage, createHook } from 'node:async_hooks'
import { Counter, type Metric } from 'prom-client'

/** A callback that runs this long delays every request of the process. */
const blockedMs = 50
/** A timer of 100 ms costs an idle process less than 0.1 % of a core. */
const sampleMs = 100
/** How long callbacks are measured after a block, because a cause of blocks usually blocks again. */
const tracingMs = 10_000
/** Time from one such measurement to the next: it makes an await several times slower. */
const tracingIntervalMs = 600_000

const blockedSeconds = new Counter({
  name: 'new_voice_event_loop_blocked_seconds_total',
  help: 'Time in which the event loop was blocked for 50 ms or more, by the route or loop that blocked it ("unknown": callbacks were not measured then).',
  labelNames: ['activity'] as const,
  registers: [],
})

/** For the registry of /metrics. */
export const eventLoopMetrics: readonly Metric[] = [blockedSeconds]

/** Requests and loop steps in progress, by name. */
const inProgress = new Set<{ readonly name: string }>()
/** Names of those that ended since the last sample: a block delays the sample, not its own end. */
const recentlyEnded = new Set<string>()
const currentActivity = new AsyncLocalStorage<string>()
/** Enabled after a block. */
let tracer: CallbackTracer | undefined

/** Registers a request or loop step as in progress. Returns a function that ends it. */
export function beginActivity(name: string): () => void {
  const activity = { name }
  inProgress.add(activity)
  return () => {
    inProgress.delete(activity)
    recentlyEnded.add(name)
  }
}

/** Calls `run`; blocks of the event loop in it, and in what it awaits, are attributed to `name`. */
export const runActivity = <T>(name: string, run: () => T): T =>
  tracer === undefined ? run() : tracer.measure(name, () => currentActivity.run(name, run))

export interface EventLoopBlock {
  ms: number
  /** The route or loop that blocked; undefined when callbacks were not measured yet. */
  activity: string | undefined
  /** Without an activity: the routes and loops that ran, at most 10. */
  candidates: string[]
}

/**
 * Reports callbacks that block the event loop for 50 ms or more, and counts their time in the metrics. A late timer shows the
 * first block, with the routes and loops in progress. Then each callback is measured for 10 s, at most every
 * 10 minutes, so that further blocks are reported with the route or loop that caused them. Measuring always would make
 * an await several times slower.
 */
export function watchEventLoop(onBlock: (block: EventLoopBlock) => void): { stop: () => void } {
  let timer: NodeJS.Timeout | undefined
  let tracedAt = Number.NEGATIVE_INFINITY
  const report = (block: EventLoopBlock) => {
    blockedSeconds.inc({ activity: block.activity ?? 'unknown' }, block.ms / 1000)
    onBlock(block)
  }
  const stopTracing = () => {
    tracer?.disable()
    tracer = undefined
    // Otherwise its promise hooks stay on, which make an await three times slower.
    currentActivity.disable()
  }
  const sample = () => {
    const dueAt = performance.now() + sampleMs
    timer = setTimeout(() => {
      const now = performance.now()
      if (tracer !== undefined && now > tracedAt + tracingMs) stopTracing()
      else if (tracer === undefined && now - dueAt >= blockedMs) {
        report({ activity: undefined, ms: now - dueAt, candidates: candidates() })
        if (now > tracedAt + tracingIntervalMs) {
          tracedAt = now
          tracer = new CallbackTracer((activity, ms) => report({ activity, ms, candidates: [] }))
        }
      }
      recentlyEnded.clear()
      sample()
    }, sampleMs).unref()
  }
  sample()
  return {
    stop: () => {
      clearTimeout(timer)
      stopTracing()
    },
  }
}

const candidates = () =>
  [...new Set([...recentlyEnded, ...[...inProgress].map(({ name }) => name)])].slice(0, 10)

/** Measures every callback of the process until it is disabled. */
class CallbackTracer {
  /** When the callbacks that are running started; a stack, because they can be nested. */
  private readonly startedAt: number[] = []
  private readonly onLongCallback: (activity: string, ms: number) => void
  private readonly hook = createHook({
    before: () => {
      this.startedAt.push(performance.now())
    },
    after: () => {
      this.end(currentActivity.getStore() ?? 'other')
    },
  })

  constructor(onLongCallback: (activity: string, ms: number) => void) {
    this.onLongCallback = onLongCallback
    this.hook.enable()
  }

  /** Calls `run`, and measures its part that is synchronous. */
  measure<T>(activity: string, run: () => T): T {
    this.startedAt.push(performance.now())
    try {
      return run()
    } finally {
      this.end(activity)
    }
  }

  disable(): void {
    this.hook.disable()
  }

  private end(activity: string): void {
    const start = this.startedAt.pop()
    const now = performance.now()
    if (start === undefined || now - start < blockedMs) return
    // Already reported, so it does not count for the callback around it.
    for (const i of this.startedAt.keys()) this.startedAt[i] = now
    this.onLongCallback(activity, now - start)
  }
}
