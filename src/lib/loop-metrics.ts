import { Counter, Gauge, Histogram, type Metric } from 'prom-client'

const named = { labelNames: ['loop'] as const, registers: [] }

export const loopRuns = new Counter({
  name: 'new_voice_loop_runs_total',
  help: 'Runs of a background loop, by result (success or failure).',
  labelNames: ['loop', 'result'] as const,
  registers: [],
})

export const loopItems = new Counter({
  ...named,
  name: 'new_voice_loop_items_total',
  help: 'Items that a background loop has processed, such as calls dialed or rows deleted.',
})

export const loopDuration = new Histogram({
  ...named,
  name: 'new_voice_loop_duration_seconds',
  help: 'Duration of the runs of a background loop in seconds.',
  buckets: [0.001, 0.005, 0.025, 0.1, 0.5, 2.5, 10, 60],
})

export const campaignFailures = new Counter({
  name: 'new_voice_campaign_failures_total',
  help: 'Failed operations of single campaigns. Each is tried again later, while other campaigns continue.',
  labelNames: ['operation'] as const,
  registers: [],
})

export const failedItems = new Counter({
  name: 'new_voice_loop_failed_items_total',
  help: 'Items that a background loop could not process, by result: retry (attempted again later) or set_aside.',
  labelNames: ['loop', 'result'] as const,
  registers: [],
})

/** The running loops of this process. */
export const runningLoops = new Set<{ readonly name: string; readonly lagMs: number }>()

const loopLag = new Gauge({
  ...named,
  name: 'new_voice_loop_lag_seconds',
  help: 'How far a background loop is behind: seconds since its last success, beyond its longest pause. 0 when on time.',
  collect() {
    this.reset()
    const lags = new Map<string, number>()
    for (const { name, lagMs } of runningLoops) lags.set(name, Math.max(lags.get(name) ?? 0, lagMs))
    for (const [loop, lagMs] of lags) this.set({ loop }, lagMs / 1000)
  },
})

/** Metrics of all loops of this process, for the registry of /metrics. */
export const loopMetrics: readonly Metric[] = [
  loopRuns,
  loopItems,
  failedItems,
  loopDuration,
  loopLag,
  campaignFailures,
]
