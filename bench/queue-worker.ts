import { randomUUID } from 'node:crypto'
import { Logger, run } from 'graphile-worker'
import { PgBoss } from 'pg-boss'
import { connect } from '../src/db/client.ts'
import { startLoop } from '../src/lib/loop.ts'
import { Dialer, settleStep } from '../src/modules/dialing/index.ts'
import type { Carrier } from '../src/telephony/carrier.ts'

// A worker process of one of the queues: connects, sends `ready`, and starts when it receives a message.
const url = process.env.DATABASE_URL ?? ''
/** The queue that the process works on. */
export type Side = 'ours' | 'graphile' | 'graphile tuned' | 'pg-boss'
const fail = (error: unknown) => {
  process.stderr.write(`${error}\n`)
  process.exit(1)
}

/** Every call ends immediately with success. */
const carrier: Carrier = {
  name: 'no-op',
  dial: async () => ({ kind: 'ended', outcome: 'success', ended_reason: 'no-op' }),
  hangUp: async () => true,
  lookup: async () => ({ kind: 'unknown' }),
}

/** The loops of the service's worker that handle a task. */
async function ours() {
  const db = connect(url, { max: 4 })
  const now = () => new Date()
  const monotonic = () => performance.now()
  const dialer = new Dialer({ db, carrier, worker: randomUUID(), now, monotonic, onError: fail })
  await settleStep(db, now())
  return async () => {
    const options = { intervalMs: 20, onError: fail }
    startLoop({ ...options, name: 'dial', step: () => dialer.step(now()) })
    startLoop({ ...options, name: 'settle', step: () => settleStep(db, now()) })
  }
}

/** Without a logger, because the time to log each job would be measured too. */
const graphileOptions = {
  connectionString: url,
  noHandleSignals: true,
  taskList: { noop: () => undefined },
  logger: new Logger(() => () => undefined),
}

/** Default settings, with 8 jobs at a time. */
const graphile = async () => async () => {
  await run({ ...graphileOptions, concurrency: 8 })
}

/** Settings recommended by its documentation: a local queue and batched completions. */
const graphileTuned = async () => async () => {
  await run({
    ...graphileOptions,
    preset: {
      worker: {
        concurrentJobs: 24,
        maxPoolSize: 10,
        localQueue: { size: 500 },
        completeJobBatchDelay: 0,
        failJobBatchDelay: 0,
      },
    },
  })
}

async function pgBoss() {
  const boss = new PgBoss({
    connectionString: url,
    max: 4,
    supervise: false,
    schedule: false,
    migrate: false,
  })
  boss.on('error', fail)
  await boss.start()
  const loop = async () => {
    for (;;) {
      const jobs = await boss.fetch('noop', { batchSize: 100 })
      if (jobs.length > 0)
        await boss.complete(
          'noop',
          jobs.map(({ id }) => id),
        )
      else await new Promise((resolve) => setTimeout(resolve, 20))
    }
  }
  return async () => {
    for (let i = 0; i < 4; i++) loop().catch(fail)
  }
}

const sides: Record<Side, () => Promise<() => Promise<void>>> = {
  ours,
  graphile,
  'graphile tuned': graphileTuned,
  'pg-boss': pgBoss,
}

const startWork = await sides[process.env.SIDE as Side]()
process.on('message', () => void startWork().catch(fail))
process.send?.({ ready: true })
