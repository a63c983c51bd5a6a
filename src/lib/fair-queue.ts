import { overloaded } from './errors.ts'

interface Lane {
  running: number
  waiting: (() => void)[]
}

/**
 * Runs tasks, at most `concurrency` of each owner at a time. Further tasks of the owner wait in their order, and do not
 * delay those of other owners.
 */
export class FairQueue {
  private readonly lanes = new Map<string, Lane>()
  private readonly limits: { concurrency: number; maxWaiting: number }

  constructor(limits: { concurrency: number; maxWaiting: number }) {
    this.limits = limits
  }

  /** @throws Refusal 'unavailable' when `maxWaiting` tasks of the owner wait; what the task throws */
  async run<T>(owner: string, task: () => Promise<T>): Promise<T> {
    const lane = this.lanes.get(owner) ?? { running: 0, waiting: [] }
    this.lanes.set(owner, lane)
    if (lane.running >= this.limits.concurrency) {
      if (lane.waiting.length >= this.limits.maxWaiting) throw overloaded()
      await new Promise<void>((resolve) => lane.waiting.push(resolve))
    } else lane.running++
    try {
      return await task()
    } finally {
      // The next task takes over the place of this one.
      const next = lane.waiting.shift()
      if (next !== undefined) next()
      else if (--lane.running === 0) this.lanes.delete(owner)
    }
  }
}
