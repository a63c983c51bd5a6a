import type { Deps } from './deps.ts'
import { forgetOldAnswers } from './http/idempotency.ts'
import { tellable } from './http/problem.ts'
import { type Loop, startLoop } from './lib/loop.ts'
import { rerateStep } from './modules/costs/index.ts'
import { checkStep, foldStep } from './modules/rollups/index.ts'

interface WorkerLoop {
  name: string
  intervalMs: number
  /** One round of work; answers how much was done, and is called again at once when it was something. */
  step: (deps: Deps, now: Date) => Promise<number>
}

/** Every loop of the worker role and its interval, a line each. */
const loops: WorkerLoop[] = [
  { name: 'rerate', intervalMs: 5_000, step: ({ db }, now) => rerateStep(db, now) },
  { name: 'fold-rollups', intervalMs: 1_000, step: ({ db }) => foldStep(db) },
  {
    name: 'check-rollups',
    intervalMs: 600_000,
    step: ({ db, log }, now) =>
      checkStep(db, now, (found) => log.warn(found, 'rollups differed from their calls, and were mended')),
  },
  { name: 'forget-old-answers', intervalMs: 60_000, step: ({ db }, now) => forgetOldAnswers(db, now) },
]

/** Starts the worker's loops. A step that fails is logged and tried again after its interval. */
export function startWorkers(deps: Deps): Loop {
  const running = loops.map(({ name, intervalMs, step }) =>
    startLoop(
      () => step(deps, deps.now()),
      intervalMs,
      (error) => deps.log.error({ err: tellable(error), loop: name }, 'a step failed'),
    ),
  )
  return {
    stop: async () => {
      await Promise.all(running.map((loop) => loop.stop()))
    },
  }
}
