import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { runMigrations } from 'graphile-worker'
import { PgBoss } from 'pg-boss'
import postgres, { type Sql } from 'postgres'
import { startProcess } from './processes.ts'
import { claimUnderSnapshot, claimWithMillions } from './queue-claim.ts'
import { clearQueue, fillQueue, violations } from './queue-fill.ts'
import type { Side } from './queue-worker.ts'
import { type BenchOptions, type BenchResult, spread } from './results.ts'

/** Tasks that each side works off in a round. */
const tasks: Record<Side, number> = {
  ours: 24_000,
  graphile: 8_000,
  'graphile tuned': 80_000,
  'pg-boss': 40_000,
}

/**
 * Tasks claimed, dialed (by a carrier that does nothing) and finished a second with all limits on, against job queues that
 * run a job that does nothing: 1, 2 and 4 processes, one big campaign and a hundred small ones. Then the claim alone:
 * with a million waiting, a million finished, and while somebody holds an old snapshot.
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
        const measured = await turnAbout(sql, url, workers, campaigns, options.rounds)
        ours.push({ workers, rates: measured.ours })
        rows.push(...against(measured, workers, campaigns))
      }
      rows.push(growth(ours, campaigns))
    }
    rows.push(...(await claimWithMillions(sql, url, options)))
    rows.push(await claimUnderSnapshot(sql, url, options))
    return rows
  } finally {
    await sql.end()
  }
}

type Rates = Record<Side, number[]>

/** Every side in each round, so that what the machine does meanwhile meets all of them. */
async function turnAbout(sql: Sql, url: string, workers: number, campaigns: number, rounds: number) {
  const rates: Rates = { ours: [], graphile: [], 'graphile tuned': [], 'pg-boss': [] }
  for (let round = 0; round < rounds; round++) {
    for (const side of Object.keys(rates) as Side[]) {
      await fill(sql, side, campaigns)
      rates[side].push(await timed(sql, url, side, workers))
      if (side === 'ours') await refuseViolations(sql)
    }
  }
  await clearQueue(sql)
  return rates
}

async function fill(sql: Sql, side: Side, campaigns: number): Promise<void> {
  const n = tasks[side]
  if (side === 'ours') await fillQueue(sql, campaigns, n)
  else if (side === 'pg-boss') {
    await sql.unsafe('truncate pgboss.job cascade')
    const boss = "insert into pgboss.job (name, data) select 'noop', '{}' from generate_series(1, $1::int)"
    await sql.unsafe(boss, [n])
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

/** Whether work is left, asked of each side in a way that costs it nothing. */
const leftOf: Record<Side, string> = {
  ours: `select exists (select 1 from campaigns where name like 'bench free%' and completed_tasks < total_tasks) as is_left`,
  graphile: 'select exists (select 1 from graphile_worker._private_jobs) as is_left',
  'graphile tuned': 'select exists (select 1 from graphile_worker._private_jobs) as is_left',
  'pg-boss': `select exists (select 1 from pgboss.job where state < 'completed') as is_left`,
}

/** Tasks a second, from the word to begin until the last is finished. */
async function timed(sql: Sql, url: string, side: Side, workers: number): Promise<number> {
  const children = await Promise.all(
    Array.from({ length: workers }, () => startProcess('bench/queue-worker.ts', url, { SIDE: side })),
  )
  const began = performance.now()
  for (const { child } of children) child.send({ go: true })
  for (;;) {
    const [row] = await sql.unsafe(leftOf[side])
    if (!row?.is_left) break
    await sleep(20)
  }
  const seconds = (performance.now() - began) / 1000
  await Promise.all(
    children.map(async ({ child }) => {
      child.kill('SIGKILL')
      await once(child, 'exit')
    }),
  )
  return tasks[side] / seconds
}

/** A rate that breaks a rule counts for nothing. @throws when a rule was broken */
async function refuseViolations(sql: Sql): Promise<void> {
  const found = await violations(sql)
  const broken = Object.entries(found).filter(([, n]) => n > 0)
  if (broken.length > 0) throw new Error(`the campaigns' rules were broken: ${JSON.stringify(found)}`)
}

const whose = (campaigns: number) => (campaigns === 1 ? 'one campaign' : `${campaigns} campaigns`)
const perSecond = (rates: number[]) => `${Math.round(spread(rates).median).toLocaleString('en')}/s`

function against(rates: Rates, workers: number, campaigns: number): BenchResult[] {
  const goals: [Side, string][] = [
    ['graphile', workers === 4 ? '>= 8' : ''],
    ['graphile tuned', workers === 4 ? '>= 0.7' : ''],
    ['pg-boss', workers === 4 ? '>= 1.3' : ''],
  ]
  return goals.map(([side, goal]) => ({
    path: `${whose(campaigns)}, ${workers} worker${workers > 1 ? 's' : ''} / ${side}`,
    ours: perSecond(rates.ours),
    floor: perSecond(rates[side]),
    ratio: spread(rates.ours.map((rate, i) => rate / (rates[side][i] as number))),
    goal,
  }))
}

function growth(ours: { workers: number; rates: number[] }[], campaigns: number): BenchResult {
  const [one, most] = [ours[0], ours.at(-1)] as [{ rates: number[] }, { workers: number; rates: number[] }]
  return {
    path: `${whose(campaigns)}, ${most.workers} workers / 1 worker`,
    ours: perSecond(most.rates),
    floor: perSecond(one.rates),
    ratio: spread(most.rates.map((rate, i) => rate / (one.rates[i] as number))),
    goal: '>= 1',
  }
}
