import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import postgres, { type Sql } from 'postgres'
import { exampleConfig } from '../src/modules/skillbases/index.ts'
import { startProcess, startService } from './processes.ts'
import { type BenchOptions, type BenchResult, spread } from './results.ts'

const lines = 10
const workerCounts = [1, 2, 3, 4]
/** Simulated calls then take about 4.3 s. */
const speed = 9
/** From the start of a campaign: the first calls all start together. */
const warmUpMs = 8_000
const measuredMs = 30_000
/** More than are called in that time. */
const contacts = 400
/** Longest time without a call between two calls of a line, ms. */
const goalMs = 200
/** The share of a line's time that calls of 4.3 s with such gaps use. */
const goalShare = 0.95

/** What a run measured: the share of the line time that calls used, and the gaps between the calls of a line, ms. */
interface Run {
  share: number
  callSec: number
  median: number
  p95: number
}

/**
 * How soon a free line is used: a campaign with 10 lines on the simulated carrier without faults, whose agents and carrier
 * report to a process of ROLE=api and to 1 to 4 processes of ROLE=worker. The ideal of the same run is a line without gaps; the
 * gaps are compared with their goal.
 */
export async function benchSlots(url: string, options: BenchOptions): Promise<BenchResult[]> {
  const sql = postgres(url, { max: 1, onnotice: () => undefined })
  const api = await startService(url, 'api', ['admin'])
  try {
    const runs = new Map<number, Run[]>(workerCounts.map((workers) => [workers, []]))
    for (let round = 0; round < options.rounds; round++)
      for (const workers of workerCounts)
        runs.get(workers)?.push(await measure(sql, url, api, workers, round))
    return [...runs].flatMap(([workers, measured]) => rowsOf(workers, measured))
  } finally {
    api.stop()
    await once(api.child, 'exit')
    await sql.end()
  }
}

type Api = Awaited<ReturnType<typeof startService>>

/** Runs a campaign of its own, and ends it. */
async function measure(sql: Sql, url: string, api: Api, workers: number, round: number): Promise<Run> {
  const processes = await Promise.all(
    Array.from({ length: workers }, () =>
      startProcess('src/main.ts', url, {
        ROLE: 'worker',
        PLATFORM_KEY: randomBytes(24).toString('hex'),
        PORT: '0',
        API_URL: api.url,
        CARRIER: 'simulated',
        SIMULATED_SPEED: String(speed),
        SIMULATED_FAULTS: '0',
      }),
    ),
  )
  const exited = processes.map(({ child }) => once(child, 'exit'))
  try {
    const campaign = await startCampaign(api, round * 10 + workers)
    await sleep(warmUpMs)
    const from = await timeOf(sql)
    await sleep(measuredMs)
    const run = await readRun(sql, campaign, from, await timeOf(sql))
    await request(api, `/api/campaigns/${campaign}/stop?hang_up=true`, {})
    await untilIdle(sql)
    return run
  } finally {
    for (const each of processes) each.stop()
    await Promise.all(exited)
  }
}

async function request(api: Api, path: string, body: object): Promise<{ id: string }> {
  const response = await fetch(`${api.url}${path}`, {
    method: 'POST',
    headers: { ...api.headers, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  const text = await response.text()
  if (!response.ok) throw new Error(`POST ${path}: ${response.status} ${text}`)
  return JSON.parse(text)
}

/** Starts a campaign with 10 lines. `n` makes its contacts differ from those of other runs. Returns its id. */
async function startCampaign(api: Api, n: number): Promise<string> {
  const slug = `bot-${n}-${Date.now()}`
  const bot = await request(api, '/api/skillbases', { name: 'Bot', slug, config: exampleConfig })
  await request(api, `/api/skillbases/${bot.id}/publish`, {})
  const { id } = await request(api, '/api/campaigns', {
    name: 'bench slots',
    skillbase_id: bot.id,
    max_concurrent_calls: lines,
    calls_per_minute: 60_000,
    contact_daily_start_time: '00:00',
    contact_daily_end_time: '24:00',
  })
  const tasks = Array.from({ length: contacts }, (_, i) => ({
    phone_number: `+7999${String(1_000_000 + n * contacts + i)}`,
  }))
  await request(api, `/api/campaigns/${id}/tasks`, { tasks })
  await request(api, `/api/campaigns/${id}/start`, {})
  return id
}

async function timeOf(sql: Sql): Promise<number> {
  const [row] = await sql<{ ms: number }[]>`select extract(epoch from clock_timestamp())::float8 * 1000 as ms`
  return row?.ms ?? 0
}

/** Waits until no call is live, so that the next run has the machine to itself. */
async function untilIdle(sql: Sql): Promise<void> {
  for (;;) {
    const [row] = await sql<{ live: boolean }[]>`select exists (select from leases where is_live) as live`
    if (!row?.live) return
    await sleep(100)
  }
}

/** The calls of the campaign by their own times: when the carrier was asked to dial, and when the call ended; ms. */
const readCalls = (sql: Sql, campaign: string) => sql<{ dialed: number; ended: number | null }[]>`
  select extract(epoch from s.dialed_at)::float8 * 1000 as dialed, extract(epoch from c.ended_at)::float8 * 1000 as ended
  from calls c join simulated_calls s on s.company_id = c.company_id and s.call_id = c.id
  where c.campaign_id = ${campaign} order by s.dialed_at`

/**
 * The call that is dialed as number 10 + k uses the line that was the k-th to become free: calls end and are dialed in some order,
 * and never more than 10 are live.
 */
async function readRun(sql: Sql, campaign: string, from: number, to: number): Promise<Run> {
  const calls = await readCalls(sql, campaign)
  const ends = calls.flatMap(({ ended }) => ended ?? []).toSorted((a, b) => a - b)
  const gaps = ends.flatMap((end, k) => {
    const next = calls[lines + k]
    return next === undefined || end < from || end > to ? [] : [next.dialed - end]
  })
  if (gaps.length === 0) throw new Error('no call ended in the measured time')
  const usedMs = calls.reduce(
    (sum, { dialed, ended }) => sum + Math.max(0, Math.min(ended ?? to, to) - Math.max(dialed, from)),
    0,
  )
  const durations = calls.flatMap(({ dialed, ended }) => (ended === null ? [] : [ended - dialed]))
  const sorted = gaps.toSorted((a, b) => a - b)
  return {
    share: usedMs / (lines * (to - from)),
    callSec: durations.reduce((sum, ms) => sum + ms, 0) / durations.length / 1000,
    median: spread(gaps).median,
    p95: sorted[Math.ceil(sorted.length * 0.95) - 1] ?? Number.NaN,
  }
}

function rowsOf(workers: number, runs: readonly Run[]): BenchResult[] {
  const path = `${lines} lines, ${workers} worker${workers > 1 ? 's' : ''}`
  const medianOf = (name: keyof Run) => spread(runs.map((run) => run[name])).median
  const gapRow = (name: 'median' | 'p95'): BenchResult => ({
    path: `${path}: gap between calls, ${name}`,
    ours: `${Math.round(medianOf(name))} ms`,
    floor: `${goalMs} ms (goal)`,
    ratio: spread(runs.map((run) => run[name] / goalMs)),
    goal: name === 'median' ? '<= 1' : '',
  })
  return [
    {
      path: `${path}: share of the time in calls`,
      ours: `${(medianOf('share') * 100).toFixed(1)} % (calls of ${medianOf('callSec').toFixed(1)} s)`,
      floor: '100 % (no gaps)',
      ratio: spread(runs.map(({ share }) => share)),
      goal: `>= ${goalShare}`,
    },
    gapRow('median'),
    gapRow('p95'),
  ]
}
