import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import { Listener } from './db/listener.ts'
import type { Deps } from './deps.ts'
import { pruneIdempotencyKeys } from './http/idempotency.ts'
import { loggable } from './http/problem.ts'
import { type Loop, type LoopOptions, startLoop } from './lib/loop.ts'
import { logSetAside, type OnSetAside } from './lib/set-aside.ts'
import { reconcileStep } from './modules/agreement/index.ts'
import { pruneCallTokens } from './modules/briefs/index.ts'
import { importStep, pruneImportRows } from './modules/call-lists/index.ts'
import { logFailures, type ReportFailure } from './modules/campaigns/index.ts'
import { rerateStep } from './modules/costs/index.ts'
import {
  applyCarrierEvents,
  breakerStep,
  Dialer,
  dialingChannel,
  msUntilClaim,
  msUntilSettle,
  rescueStep,
  SilentCalls,
  scheduleStep,
  settleStep,
} from './modules/dialing/index.ts'
import { eventChannel, pruneEvents } from './modules/events/index.ts'
import { pruneTickets } from './modules/live/index.ts'
import { foldStep } from './modules/rollups/index.ts'
import { indexStep } from './modules/search/index.ts'
import {
  BlockedDeliveryReleaser,
  createSender,
  Deliverer,
  fanOutStep,
  pruneDeliveries,
} from './modules/webhooks/index.ts'

interface Worker extends Deps {
  /** Unique per process: host name, process id and a random suffix. */
  worker: string
  dialer: Dialer
  deliverer: Deliverer
  releaser: BlockedDeliveryReleaser
  silentCalls: SilentCalls
  /** Logs an operation of one campaign that failed. */
  report: ReportFailure
  onSetAside: OnSetAside
}

interface WorkerLoop {
  /** The label `loop` in the log and in metrics. */
  name: string
  intervalMs: number
  /** Set for loops that a free slot wakes; their shortest pause before such a step, ms. */
  minPauseMs?: number
  /** Returns the number of items processed. When it is above 0, the next step follows without a pause. */
  step: (worker: Worker, now: Date) => Promise<number>
  /** Milliseconds until there is work by the passing of time. */
  msUntilDue?: (worker: Worker, now: Date) => Promise<number>
  /** The loop that has work after a step that processed something. */
  wakes?: string
}

/** A slot that becomes free is used within about this time, ms. In a busy system it bounds the steps, however many calls end. */
const dialingPauseMs = 25

/**
 * Loops that react to what happens. A commit with events wakes them; otherwise their pauses grow to 5 s. See
 * docs/decisions/0019.
 */
const reactiveLoops: WorkerLoop[] = [
  {
    name: 'dial',
    intervalMs: 100,
    minPauseMs: dialingPauseMs,
    step: ({ dialer }, now) => dialer.step(now),
    msUntilDue: ({ db }, now) => msUntilClaim(db, now),
  },
  {
    name: 'settle',
    intervalMs: 100,
    minPauseMs: dialingPauseMs,
    step: ({ db, carrier, report }, now) => settleStep(db, now, report, carrier.reportGraceMs),
    msUntilDue: ({ db }, now) => msUntilSettle(db, now),
  },
  {
    name: 'rescue',
    intervalMs: 1_000,
    step: ({ db, carrier, worker, ...listeners }, now) => rescueStep(db, carrier, worker, now, listeners),
  },
  {
    name: 'schedule-campaigns',
    intervalMs: 1_000,
    step: ({ db, report }, now) => scheduleStep(db, now, report),
  },
  {
    name: 'fold-rollups',
    intervalMs: 1_000,
    step: ({ db, onSetAside }) => foldStep(db, onSetAside),
    wakes: 'index-transcripts',
  },
  { name: 'index-transcripts', intervalMs: 1_000, step: ({ db, onSetAside }) => indexStep(db, onSetAside) },
  {
    name: 'import-call-lists',
    intervalMs: 500,
    step: ({ db, log }, now) =>
      importStep(db, now, (failure) => log.warn(failure, 'an import could not be continued')),
  },
  {
    name: 'fan-out-webhooks',
    intervalMs: 500,
    step: ({ db, onSetAside }, now) => fanOutStep(db, now, onSetAside),
    wakes: 'deliver-webhooks',
  },
  { name: 'deliver-webhooks', intervalMs: 250, step: ({ deliverer }, now) => deliverer.step(now) },
]

/** Longest pause of a reactive loop: how late it may be after a lost notification, or a change by hand-written SQL. */
const maxPauseMs = 5_000

/** Loops that run at a fixed interval. */
const periodicLoops: WorkerLoop[] = [
  { name: 'renew-leases', intervalMs: 5_000, step: ({ dialer }, now) => dialer.renewLeases(now) },
  { name: 'circuit-breaker', intervalMs: 5_000, step: ({ db, report }, now) => breakerStep(db, now, report) },
  { name: 'end-silent-calls', intervalMs: 60_000, step: ({ silentCalls }, now) => silentCalls.step(now) },
  {
    name: 'rerate',
    intervalMs: 5_000,
    step: ({ db, onSetAside }, now) => rerateStep(db, now, onSetAside),
  },
  {
    name: 'reconcile-rollups',
    intervalMs: 600_000,
    step: ({ db, log, onSetAside }, now) =>
      reconcileStep(
        db,
        now,
        (difference) =>
          log.warn(difference, 'tasks, calls, metrics or rollups differed and have been corrected'),
        onSetAside,
      ),
  },
  {
    name: 'release-blocked-deliveries',
    intervalMs: 10_000,
    step: ({ releaser }, now) => releaser.step(now),
  },
  { name: 'prune-import-rows', intervalMs: 600_000, step: ({ db }, now) => pruneImportRows(db, now) },
  { name: 'prune-deliveries', intervalMs: 600_000, step: ({ db }, now) => pruneDeliveries(db, now) },
  { name: 'prune-events', intervalMs: 60_000, step: ({ db }, now) => pruneEvents(db, now) },
  { name: 'prune-call-tokens', intervalMs: 600_000, step: ({ db }, now) => pruneCallTokens(db, now) },
  { name: 'prune-tickets', intervalMs: 60_000, step: ({ db }, now) => pruneTickets(db, now) },
  {
    name: 'prune-idempotency-keys',
    intervalMs: 60_000,
    step: ({ db }, now) => pruneIdempotencyKeys(db, now),
  },
]

/** What the loops use, and the sender of webhooks, which is closed last. */
function createWorker(deps: Deps): Worker & { sender: ReturnType<typeof createSender> } {
  const { carrier, config, db, log, now } = deps
  const onSetAside = logSetAside(log)
  const worker = `${hostname()} ${process.pid} ${randomUUID().slice(0, 8)}`
  const report = logFailures(log, loggable)
  const dialer = new Dialer({
    db,
    carrier,
    worker,
    now,
    monotonic: () => performance.now(),
    onError: (error) => log.error({ err: loggable(error) }, 'dialing a call failed'),
    report,
    onSetAside,
  })
  const sender = createSender({ allowPrivateAddresses: config.webhooksToPrivate })
  const deliverer = new Deliverer({
    db,
    sender,
    now,
    onError: (error) => log.error({ err: loggable(error) }, 'webhook delivery failed unexpectedly'),
    onSetAside,
  })
  const releaser = new BlockedDeliveryReleaser(db)
  const silentCalls = new SilentCalls(db, { report, onSetAside })
  return { ...deps, worker, dialer, deliverer, releaser, silentCalls, report, onSetAside, sender }
}

interface RunningLoops {
  all: Loop[]
  /** Work of any kind may wait for the reactive loops. */
  wake(): void
  /** A slot is free, or a contact is due: the loops that use it do not wait for their interval. */
  wakeDialing(): void
}

function startLoops(worker: Worker): RunningLoops {
  const { deliverer, log, now } = worker
  const loops = new Map<string, Loop>()
  const start = (
    { name, intervalMs, minPauseMs, step, msUntilDue, wakes }: WorkerLoop,
    options: Partial<LoopOptions> = {},
  ) => {
    const run = async () => {
      const items = await step(worker, now())
      if (items > 0 && wakes !== undefined) loops.get(wakes)?.wake()
      return items
    }
    const loop = startLoop({
      name,
      intervalMs,
      minPauseMs,
      step: run,
      onError: (error) => log.error({ err: loggable(error), loop: name }, 'loop step failed'),
      ...(msUntilDue && { msUntilDue: () => msUntilDue(worker, now()) }),
      ...options,
    })
    loops.set(name, loop)
    return loop
  }
  const reactive = reactiveLoops.map((loop) => start(loop, { maxPauseMs }))
  const dialing = reactive.filter((_, i) => reactiveLoops[i]?.minPauseMs !== undefined)
  const periodic = periodicLoops.map((loop) => start(loop))
  deliverer.onFinished = () => loops.get('deliver-webhooks')?.wake()
  return {
    all: [...reactive, ...periodic],
    wake: () => {
      for (const loop of reactive) loop.wake()
    },
    wakeDialing: () => {
      for (const loop of dialing) loop.wakeSoon()
    },
  }
}

/**
 * Starts the loops of the worker role. A failed step is logged and tried again.
 *
 * stop() starts no further step, and waits for dial requests and webhook deliveries in flight. Live calls keep running;
 * another worker picks up their events.
 */
export async function startWorkers(deps: Deps): Promise<Pick<Loop, 'stop'>> {
  const { carrier, db, log, now } = deps
  const { sender, ...worker } = createWorker(deps)
  const { dialer, deliverer, report, onSetAside } = worker
  const carrierLoop = carrier.start?.((events) =>
    applyCarrierEvents(db, events, now(), { report, onSetAside, reportGraceMs: carrier.reportGraceMs }),
  )
  const { all, wakeDialing, ...loops } = startLoops(worker)
  const wake = () => {
    loops.wake()
    carrierLoop?.wake()
  }
  // Wakes after the commits of this process immediately, and after those of others when their events are sequenced. Calls that
  // end in a process of ROLE=api are notified sooner.
  db.onEventsCommitted.add(wake)
  db.onDialingCommitted.add(wakeDialing)
  const listener = new Listener(db, `listen ${eventChannel}; listen ${dialingChannel}`, {
    onListening: wake,
    onNotify: (channel) => (channel === dialingChannel ? wakeDialing() : wake()),
    onError: (error) => log.warn({ err: loggable(error) }, 'LISTEN failed; loops wait up to 5 s for work'),
  })
  return {
    stop: async () => {
      db.onEventsCommitted.delete(wake)
      db.onDialingCommitted.delete(wakeDialing)
      await Promise.all([listener, ...all].map((loop) => loop.stop()))
      // Does not wait for phones that are ringing: another worker asks the carrier for the result.
      carrier.drain?.()
      await Promise.all([dialer.waitForDials(), deliverer.whenIdle()])
      await sender.close()
      await carrierLoop?.stop()
    },
  }
}
