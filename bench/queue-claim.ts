import { setTimeout as sleep } from 'node:timers/promises'
import postgres, { type Sql } from 'postgres'
import { progressBar } from '../src/cli/terminal.ts'
import { connect, type Db } from '../src/db/client.ts'
import { claimAttempts } from '../src/modules/dialing/claim/claim.ts'
import { CompanyTurns } from '../src/modules/dialing/claim/shares.ts'
import { applyCarrierEvents, settleStep } from '../src/modules/dialing/index.ts'
import { fillQueue } from './queue-fill.ts'
import { type BenchOptions, type BenchResult, spread } from './results.ts'

/** Attempts per claim, as in the dialer. */
const quota = 250

/** Claims once. Returns the claimed attempts and the duration in ms. */
async function claimOnce(db: Db, attempts: number) {
  const startedAt = performance.now()
  const { claimed } = await claimAttempts(db, {
    worker: 'bench',
    now: new Date(),
    quota: attempts,
    leaseMs: 60_000,
    turns: new CompanyTurns(),
  })
  return { ms: performance.now() - startedAt, claimed }
}

/** Ends and settles all claimed attempts, so that their tasks are completed. */
async function complete(db: Db, claimed: { company_id: string; call_id: string }[]): Promise<void> {
  const at = new Date()
  const ended = { type: 'ended', at, outcome: 'success', ended_reason: 'no-op' } as const
  await applyCarrierEvents(
    db,
    claimed.map(({ company_id, call_id }) => ({ company_id, call_id, ...ended })),
    at,
  )
  while ((await settleStep(db, new Date())) > 0);
}

/** Times the claim with 20,000 and with a million waiting contacts, and with a million completed ones. */
export async function claimWithMillions(
  sql: Sql,
  url: string,
  options: BenchOptions,
): Promise<BenchResult[]> {
  const db = connect(url, { max: 3 })
  const { rows } = options
  const measure = async () => {
    const times: number[] = []
    for (let i = 0; i < 40; i++) {
      const { ms, claimed } = await claimOnce(db, quota)
      await complete(db, claimed)
      if (i >= 10) times.push(ms)
    }
    return times
  }
  try {
    await fillQueue(sql, 100, 20_000)
    const fewWaiting = await measure()
    process.stdout.write(`  filling ${rows.toLocaleString('en')} contacts ...\n`)
    await fillQueue(sql, 100, rows)
    const manyWaiting = await measure()
    process.stdout.write(`  completing them ...\n`)
    await sql.unsafe(
      `update call_tasks set status = 'completed' where id not in (select id from call_tasks limit 20000)`,
    )
    await sql.unsafe('vacuum analyze call_tasks')
    const manyCompleted = await measure()
    const row = (path: string, times: number[]): BenchResult => ({
      path,
      ours: `${spread(times).median.toFixed(1)} ms`,
      floor: `${spread(fewWaiting).median.toFixed(1)} ms`,
      ratio: spread(times.map((ms, i) => ms / (fewWaiting[i] as number))),
      goal: '',
    })
    return [
      row(`claim of ${quota}, ${rows.toLocaleString('en')} waiting / 20,000`, manyWaiting),
      row(`claim of ${quota}, ${rows.toLocaleString('en')} done / 20,000 waiting`, manyCompleted),
    ]
  } finally {
    await db.close()
  }
}

/** Times the claim at 500 attempts per second, with and without a transaction that holds an old snapshot. */
export async function claimUnderSnapshot(sql: Sql, url: string, options: BenchOptions): Promise<BenchResult> {
  const db = connect(url, { max: 3 })
  const snapshotHolder = postgres(url, { max: 1, onnotice: () => undefined })
  const seconds = Math.max(30, options.seconds * 10)
  try {
    await fillQueue(sql, 100, 1_200 * seconds)
    const withoutSnapshot = await claimAtRate(db, seconds, 'without a snapshot')
    await snapshotHolder.unsafe('begin isolation level repeatable read; select 1 from call_tasks limit 1')
    const underSnapshot = await claimAtRate(db, seconds, 'under a snapshot')
    await snapshotHolder.unsafe('rollback')
    const percentiles = (times: number[]) => `p50 ${quantile(times, 0.5)}, p99 ${quantile(times, 0.99)} ms`
    const ratio = Number(quantile(underSnapshot, 0.99)) / Number(quantile(withoutSnapshot, 0.99))
    return {
      path: `claims of 50 at 500/s under a ${seconds} s snapshot / without`,
      ours: percentiles(underSnapshot),
      floor: percentiles(withoutSnapshot),
      ratio: spread([ratio]),
      goal: 'p99 < 50 ms',
    }
  } finally {
    await snapshotHolder.end()
    await db.close()
  }
}

const quantile = (times: number[], q: number) =>
  ([...times].sort((a, b) => a - b)[Math.floor(times.length * q)] as number).toFixed(1)

/** Claims 50 attempts every 100 ms. Returns the duration of each claim in ms. */
async function claimAtRate(db: Db, seconds: number, label: string): Promise<number[]> {
  const bar = progressBar(label)
  const times: number[] = []
  const startedAt = performance.now()
  for (let i = 0; i < seconds * 10; i++) {
    const { ms, claimed } = await claimOnce(db, 50)
    times.push(ms)
    await complete(db, claimed)
    bar(i + 1, seconds * 10)
    await sleep(Math.max(0, startedAt + (i + 1) * 100 - performance.now()))
  }
  return times
}
