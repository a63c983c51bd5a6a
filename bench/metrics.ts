import postgres, { type Sql } from 'postgres'
import { progressBar } from '../src/cli/terminal.ts'
import { connect, type Db } from '../src/db/client.ts'
import { latencies } from '../src/db/schema/index.ts'
import { getMetrics, inSnapshot, type Metrics } from '../src/modules/metrics/index.ts'
import { foldCompany } from '../src/modules/rollups/index.ts'
import { type BenchOptions, type BenchResult, spread } from './results.ts'
import { generateCalls, turnsPerCall } from './telemetry.ts'

const until = new Date('2026-06-01T00:00:00Z')
const dayMs = 86_400_000
const ingestTurnsPerSecond = 40_000

/**
 * Compares metrics of a month and of a year with plain SQL over the same rows: five latencies with four percentiles each,
 * counts, outcomes, usage and costs. The month has `--turns` turns (10 million), the rest of the year a fifth of that.
 */
export async function benchMetrics(url: string, options: BenchOptions): Promise<BenchResult[]> {
  const company = '00000000-0000-4000-a000-000000000001'
  const plain = postgres(url, { max: 1, onnotice: () => undefined })
  const db = connect(url)
  try {
    await plain`insert into companies (id, name, slug) values (${company}, 'Bench', 'bench-metrics')`
    const recent = Math.round(options.turns / turnsPerCall)
    await generateCalls(url, company, { calls: Math.round(recent * 1.2), recent, until })
    const rate = await foldAll(db, company, Math.round(recent * 1.2))
    await plain`vacuum analyze metric_rollups, call_contributions, metric_series`
    const compare = comparison(db, plain, company, options)
    // The last 30 days, shortened at both ends by shiftMs, for a month that does not start at a whole hour.
    const month = (shiftMs: number) =>
      [new Date(+until - 30 * dayMs + shiftMs), new Date(+until - shiftMs)] as const
    return [
      rate,
      ...(await compare('month of whole days', ...month(0), '>= 150')),
      ...(await compare('month of any hours', ...month(7.5 * 3_600_000), '>= 30')),
      ...(await compare('year', new Date(+until - 365 * dayMs), until, '>= 150')),
    ]
  } finally {
    await db.close()
    await plain.end()
  }
}

/** Folds all calls in order of time, as in production. */
async function foldAll(db: Db, company: string, calls: number): Promise<BenchResult> {
  const query = `
    insert into dirty_calls (company_id, call_id)
    select company_id, id from calls where company_id = $1 order by started_at`
  await db.send(query, [company])
  const bar = progressBar('calls folded')
  const startedAt = performance.now()
  for (let done = 0, folded = 0; done < calls; done += folded) {
    folded = await foldCompany(db, company)
    bar(done + folded, calls)
  }
  const seconds = (performance.now() - startedAt) / 1000
  const turns = (calls * turnsPerCall) / seconds
  const rate = turns / ingestTurnsPerSecond
  return {
    path: 'folding / ingest of 40,000 turns/s',
    ours: `${Math.round(turns)} turns/s`,
    floor: '',
    ratio: { median: rate, min: rate, max: rate },
    goal: '>= 1',
  }
}

function comparison(db: Db, plain: Sql, company: string, options: BenchOptions) {
  return async (name: string, start: Date, end: Date, goal: string): Promise<BenchResult[]> => {
    const query = { start: start.toISOString(), end: end.toISOString() }
    const ours = () => inSnapshot(db, company, (tx) => getMetrics(tx, query, until))
    // Warm up: the first runs read pages into the cache.
    await ours()
    await plain.unsafe(plainSql(company, start, end))
    const rounds: { ours: number; plain: number }[] = []
    let error = 0
    for (let i = 0; i < options.rounds; i++) {
      const oursTimed = await timed(ours)
      const plainTimed = await timed(() => plain.unsafe(plainSql(company, start, end)))
      rounds.push({ ours: oursTimed.ms, plain: plainTimed.ms })
      error = Math.max(error, worstError(oursTimed.result, plainTimed.result[0] as Record<string, number>))
    }
    const spreadOf = (pick: (round: { ours: number; plain: number }) => number) => spread(rounds.map(pick))
    const worst = { median: error, min: error, max: error }
    return [
      {
        path: name,
        ours: `${spreadOf((round) => round.ours).median.toFixed(1)} ms`,
        floor: `${spreadOf((round) => round.plain).median.toFixed(0)} ms`,
        ratio: spreadOf((round) => round.plain / round.ours),
        goal,
      },
      {
        path: `${name}: worst relative error of a percentile`,
        ours: '',
        floor: '',
        ratio: worst,
        goal: '<= 0.01',
      },
    ]
  }
}

async function timed<T>(fn: () => Promise<T>): Promise<{ ms: number; result: T }> {
  const startedAt = performance.now()
  const result = await fn()
  return { ms: performance.now() - startedAt, result }
}

const percentiles = { p50: 0.5, p90: 0.9, p95: 0.95, p99: 0.99 } as const

/** The largest relative error of a percentile. @throws Error when a count or a sum differs: they must be exact */
function worstError({ calls, turns, cost, latency }: Metrics, plain: Record<string, number>): number {
  const ours = { calls: calls.total, turns, cost: cost.total }
  for (const [name, value] of Object.entries(ours)) {
    if (Number(value) !== Number(plain[name]))
      throw new Error(`${name} is ${value}, plain SQL gives ${plain[name]}`)
  }
  const errors = latencies.flatMap((name) =>
    (Object.keys(percentiles) as (keyof typeof percentiles)[]).map((percentile) => {
      const exact = Number(plain[`${name}_${percentile}`])
      return Math.abs((latency[name][percentile] ?? 0) - exact) / exact
    }),
  )
  return Math.max(...errors)
}

/** The same figures by one scan of calls with their metrics and one scan of their turns. */
const plainSql = (company: string, start: Date, end: Date) => `
  with calls_of_period as materialized (
    select c.id, c.status, c.outcome, c.duration_sec from calls c
    where c.company_id = '${company}' and c.started_at >= '${start.toISOString()}' and c.started_at < '${end.toISOString()}'
  ), call_figures as (
    select count(*) as calls, count(*) filter (where status = 'completed') as completed, avg(duration_sec) as duration,
      sum(cost_total) as cost, sum(cost_stt) as stt, sum(cost_llm) as llm, sum(cost_tts) as tts, sum(cost_livekit) as livekit,
      sum(llm_input_tokens), sum(llm_output_tokens), sum(tts_characters), sum(m.stt_duration_sec),
      ${['success', 'fail', 'callback', 'transferred', 'no_answer', 'busy', 'voicemail'].map((word) => `count(*) filter (where c.outcome = '${word}') as ${word}`).join(', ')}
    from calls_of_period c left join call_metrics m on m.company_id = '${company}' and m.call_id = c.id
  ), turn_figures as (
    select count(*) as turns, ${latencies
      .flatMap((name) => [
        `count(${name}), avg(${name}), min(${name}), max(${name})`,
        ...Object.entries(percentiles).map(
          ([percentile, p]) =>
            `percentile_cont(${p}) within group (order by ${name}) as ${name}_${percentile}`,
        ),
      ])
      .join(', ')}
    from calls_of_period c join call_logs l on l.company_id = '${company}' and l.call_id = c.id
  ) select calls::float8, cost::text, turns::float8, ${latencies.flatMap((name) => Object.keys(percentiles).map((percentile) => `${name}_${percentile}`)).join(', ')}
  from call_figures, turn_figures`
