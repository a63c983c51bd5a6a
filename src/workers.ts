import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import { DatabaseClock } from './db/database-clock.ts'
import type { Deps } from './deps.ts'
import { pruneIdempotencyKeys } from './http/idempotency.ts'
import { loggable } from './http/problem.ts'
import { type Loop, startLoop } from './lib/loop.ts'
import { pruneCallTokens } from './modules/briefs/index.ts'
import { importStep, pruneImportRows } from './modules/call-lists/index.ts'
import { rerateStep } from './modules/costs/index.ts'
import {
  applyCarrierEvents,
  breakerStep,
  Dialer,
  rescueStep,
  scheduleStep,
  settleStep,
  settleTestCallsStep,
} from './modules/dialing/index.ts'
import { pruneEvents } from './modules/events/index.ts'
import { pruneTickets } from './modules/live/index.ts'
import { foldStep, reconcileStep } from './modules/rollups/index.ts'
import {
  createSender,
  Deliverer,
  fanOutStep,
  pruneDeliveries,
  releaseBlockedDeliveries,
} from './modules/webhooks/index.ts'

interface Worker extends Deps {
  /** Names this process among those that work. */
  worker: string
  clock: DatabaseClock
  dialer: Dialer
  deliverer: Deliverer
}

interface WorkerLoop {
  name: string
  intervalMs: number
  /** One round of work; answers how much was done, and is called again at once when it was something. */
  step: (worker: Worker, now: Date) => Promise<number>
}

/** Every loop of the worker role and its interval, a line each. */
const loops: WorkerLoop[] = [
  { name: 'clock', intervalMs: 5_000, step: ({ clock }) => clock.synchronize().then(() => 0) },
  { name: 'dial', intervalMs: 100, step: ({ dialer }, now) => dialer.step(now) },
  { name: 'renew-leases', intervalMs: 5_000, step: ({ dialer }, now) => dialer.renewLeases(now) },
  { name: 'dial-test-calls', intervalMs: 250, step: ({ dialer }, now) => dialer.stepTestCalls(now) },
  { name: 'settle', intervalMs: 100, step: ({ db }, now) => settleStep(db, now) },
  { name: 'settle-test-calls', intervalMs: 500, step: ({ db }, now) => settleTestCallsStep(db, now) },
  {
    name: 'rescue',
    intervalMs: 1_000,
    step: ({ db, carrier, worker }, now) => rescueStep(db, carrier, worker, now),
  },
  { name: 'schedule', intervalMs: 1_000, step: ({ db }, now) => scheduleStep(db, now) },
  { name: 'breaker', intervalMs: 5_000, step: ({ db }, now) => breakerStep(db, now) },
  { name: 'rerate', intervalMs: 5_000, step: ({ db }, now) => rerateStep(db, now) },
  { name: 'fold-rollups', intervalMs: 1_000, step: ({ db }) => foldStep(db) },
  {
    name: 'check-rollups',
    intervalMs: 600_000,
    step: ({ db, log }, now) =>
      reconcileStep(db, now, (found) =>
        log.warn(found, 'rollups differed from their calls, and were mended'),
      ),
  },
  { name: 'imports', intervalMs: 500, step: ({ db }, now) => importStep(db, now) },
  { name: 'forget-rejected-rows', intervalMs: 600_000, step: ({ db }, now) => pruneImportRows(db, now) },
  { name: 'webhooks', intervalMs: 500, step: ({ db }, now) => fanOutStep(db, now) },
  { name: 'deliver', intervalMs: 250, step: ({ deliverer }, now) => deliverer.step(now) },
  { name: 'wake-deliveries', intervalMs: 60_000, step: ({ db }, now) => releaseBlockedDeliveries(db, now) },
  { name: 'forget-deliveries', intervalMs: 600_000, step: ({ db }, now) => pruneDeliveries(db, now) },
  { name: 'forget-events', intervalMs: 60_000, step: ({ db }, now) => pruneEvents(db, now) },
  { name: 'forget-call-tokens', intervalMs: 600_000, step: ({ db }, now) => pruneCallTokens(db, now) },
  { name: 'forget-tickets', intervalMs: 60_000, step: ({ db }, now) => pruneTickets(db, now) },
  { name: 'forget-old-answers', intervalMs: 60_000, step: ({ db }, now) => pruneIdempotencyKeys(db, now) },
]

/**
 * Starts the worker's loops, by the database's clock. A step that fails is logged and tried again after its interval.
 * Stopping claims nothing more and waits for the dials under way to have their answers; calls that are live go on, and
 * whoever works next hears of them.
 */
export async function startWorkers(deps: Deps): Promise<Loop> {
  const clock = new DatabaseClock(deps.db.client)
  await clock.synchronize()
  const worker = `${hostname()} ${process.pid} ${randomUUID().slice(0, 8)}`
  const onFault = (error: unknown) => deps.log.error({ err: loggable(error) }, 'dialing met a fault')
  const onDelivery = (error: unknown) => deps.log.error({ err: loggable(error) }, 'a delivery met a fault')
  const dialer = new Dialer({
    db: deps.db,
    carrier: deps.carrier,
    worker,
    now: clock.now,
    monotonic: () => performance.now(),
    onError: onFault,
  })
  const sender = createSender({ allowPrivateAddresses: deps.config.webhooksToPrivate })
  const deliverer = new Deliverer({ db: deps.db, sender, now: clock.now, onError: onDelivery })
  const all: Worker = { ...deps, now: clock.now, worker, clock, dialer, deliverer }
  const carrier = deps.carrier.start?.((events) => applyCarrierEvents(deps.db, events, clock.now()))
  const running = loops.map(({ name, intervalMs, step }) =>
    startLoop(
      () => step(all, clock.now()),
      intervalMs,
      (error) => deps.log.error({ err: loggable(error), loop: name }, 'a step failed'),
    ),
  )
  return {
    stop: async () => {
      await Promise.all(running.map((loop) => loop.stop()))
      // Telephones that still ring are not waited for: whoever works next asks what became of them.
      deps.carrier.drain?.()
      await Promise.all([dialer.waitForDials(), deliverer.whenIdle()])
      await sender.close()
      await carrier?.stop()
    },
  }
}
