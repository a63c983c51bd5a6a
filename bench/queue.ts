import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { runMigrations } from 'graphile-worker'
import { PgBoss } from 'pg-boss'
import postgres, { type Sql } from 'postgres'
import { startProcess } from './processes.ts'
import { claimUnderSnapshot, claimWithMillions } from './queue-claim.ts'
import { clearQueue, countViolations, fillQueue } from './queue-fill.ts'
import type { Side } from './queue-worker.ts'
import { type BenchOptions, type BenchResult, spread } from './results.ts'

/** Tasks per round; the faster queues get more, so that rounds take about as long. */
const tasks: Record<Side, number> = {
  ours: 24_000,
  graphile: 8_000,
  'graphile tuned': 80_000,
  'pg-boss': 40_000,
}

/**
 * Tasks per second that are claimed, dialed (by a no-op carrier) and settled with all limits on, compared with job
 * queues that run a no-op job: 1, 2 and 4 processes; one large campaign and 100 small ones. Then the claim alone:
 * with a million waiting and completed tasks, and while a transaction holds an old snapshot.
 */
export async function benchQueue(url: string, options: BenchOptions): Promise<BenchResult[]> {
  const sql = postgres(url, { max: 2, onnotice: () => undefined })
  try {
    await runMigrations({ connectionString: url })
    const boss = new PgBoss({ connectionString: url, supervise: false, schedule: false })
    await boss.start()
    await boss.createQueue('noop')
    await boss.stop()
    const rows: BenchResult[] = []
    for (const campaigns of [1, 100]) {
      const ours: { workers: number; rates: number[] }[] = []
      for (const workers of [1, 2, 4]) {
        const measured = await measureRounds(sql, url, workers, campaigns, options.rounds)
        ours.push({ workers, rates: measured.ours })
        rows.push(...compareWithPeers(measured, workers, campaigns))
      }
      rows.push(compareWorkers(ours, campaigns))
    }
    rows.push(...(await claimWithMillions(sql, url, options)))
    rows.push(await claimUnderSnapshot(sql, url, options))
    return rows
  } finally {
    await sql.end()
  }
}

type Rates = Record<Side, number[]>

/** Each round runs every queue, so that other load of the machine affects all of them. */
async function measureRounds(sql: Sql, url: string, workers: number, campaigns: number, rounds: number) {
  const rates: Rates = { ours: [], graphile: [], 'graphile tuned': [], 'pg-boss': [] }
  for (let round = 0; round < rounds; round++) {
    for (const side of Object.keys(rates) as Side[]) {
      await fill(sql, side, campaigns)
      rates[side].push(await measureRate(sql, url, side, workers))
      if (side === 'ours') await assertNoViolations(sql)
    }
  }
  await clearQueue(sql)
  return rates
}

/** Empties a queue and adds its tasks. */
async function fill(sql: Sql, side: Side, campaigns: number): Promise<void> {
  const n = tasks[side]
  if (side === 'ours') await fillQueue(sql, campaigns, n)
  else if (side === 'pg-boss') {
    await sql.unsafe('truncate pgboss.job cascade')
    const insertJobs =
      "insert into pgboss.job (name, data) select 'noop', '{}' from generate_series(1, $1::int)"
    await sql.unsafe(insertJobs, [n])
    await sql.unsafe('vacuum analyze pgboss.job')
  } else {
    await sql.unsafe('truncate graphile_worker._private_jobs')
    await sql.unsafe(
      `select count(*) from graphile_worker.add_jobs(array(select row('noop', '{}'::json, null, null, null, null, null, null)
        ::graphile_worker.job_spec from generate_series(1, $1::int)))`,
      [n],
    )
    await sql.unsafe('vacuum analyze graphile_worker._private_jobs')
  }
}

/** Cheap queries that return whether a queue still has unfinished tasks. */
const workLeftSql: Record<Side, string> = {
  ours: `select exists (select 1 from campaigns where name like 'bench free%' and completed_tasks < total_tasks) as is_left`,
  graphile: 'select exists (select 1 from graphile_worker._private_jobs) as is_left',
  'graphile tuned': 'select exists (select 1 from graphile_worker._private_jobs) as is_left',
  'pg-boss': `select exists (select 1 from pgboss.job where state < 'completed') as is_left`,
}

/** Tasks per second, from the start message until the last task is finished. */
async function measureRate(sql: Sql, url: string, side: Side, workers: number): Promise<number> {
  const children = await Promise.all(
    Array.from({ length: workers }, () => startProcess('bench/queue-worker.ts', url, { SIDE: side })),
  )
  const startedAt = performance.now()
  for (const { child } of children) child.send({ go: true })
  for (;;) {
    const [row] = await sql.unsafe(workLeftSql[side])
    if (!row?.is_left) break
    await sleep(20)
  }
  const seconds = (performance.now() - startedAt) / 1000
  await Promise.all(
    children.map(async ({ child }) => {
      child.kill('SIGKILL')
      await once(child, 'exit')
    }),
  )
  return tasks[side] / seconds
}

/** @throws when a rule of the campaigns was broken, because the rate is then meaningless */
async function assertNoViolations(sql: Sql): Promise<void> {
  const violations = await countViolations(sql)
  const broken = Object.entries(violations).filter(([, n]) => n > 0)
  if (broken.length > 0) throw new Error(`the campaigns' rules were broken: ${JSON.stringify(violations)}`)
}

const campaignLabel = (campaigns: number) => (campaigns === 1 ? 'one campaign' : `${campaigns} campaigns`)
const perSecond = (rates: number[]) => `${Math.round(spread(rates).median).toLocaleString('en')}/s`

function compareWithPeers(rates: Rates, workers: number, campaigns: number): BenchResult[] {
  const goals: [Side, string][] = [
    ['graphile', workers === 4 ? '>= 8' : ''],
    ['graphile tuned', workers === 4 ? '>= 0.7' : ''],
    ['pg-boss', workers === 4 ? '>= 1.3' : ''],
  ]
  return goals.map(([side, goal]) => ({
    path: `${campaignLabel(campaigns)}, ${workers} worker${workers > 1 ? 's' : ''} / ${side}`,
    ours: perSecond(rates.ours),
    floor: perSecond(rates[side]),
    ratio: spread(rates.ours.map((rate, i) => rate / (rates[side][i] as number))),
    goal,
  }))
}

function compareWorkers(ours: { workers: number; rates: number[] }[], campaigns: number): BenchResult {
  const [single, largest] = [ours[0], ours.at(-1)] as [
    { rates: number[] },
    { workers: number; rates: number[] },
  ]
  return {
    path: `${campaignLabel(campaigns)}, ${largest.workers} workers / 1 worker`,
    ours: perSecond(largest.rates),
    floor: perSecond(single.rates),
    ratio: spread(largest.rates.map((rate, i) => rate / (single.rates[i] as number))),
    goal: '>= 1',
  }
}
