import { randomBytes } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import postgres, { type Sql } from 'postgres'
import { startProcess } from './processes.ts'
import { clearQueue } from './queue-fill.ts'
import { type Bench, type BenchResult, spread } from './results.ts'

/** After the start: compiling, first statistics, folding of the rows that were filled in. */
const warmUpMs = 20_000
const measuredMs = 60_000
/** Clock ticks per second in /proc/<pid>/stat: 100 on every Linux of today (USER_HZ). */
const ticksPerSec = 100
/** The goal for Node: one per cent of a core. */
const goal = 0.01

const companies = 5
const campaignsPerCompany = 4
const tasksPerCampaign = 500

/**
 * CPU time that the service uses while nothing happens, of Node and of all PostgreSQL processes. CPU time is meaningful
 * on a busy machine too. The ratio is the CPU time of Node relative to the goal.
 */
export const benchIdle: Bench = async (url) => {
  const sql = postgres(url, { max: 1, onnotice: () => undefined })
  try {
    await clearQueue(sql)
    const results = [await measure(sql, url, 'all', 'no data')]
    await fillFinishedCampaigns(sql)
    const data = `${companies * campaignsPerCompany} finished campaigns`
    for (const role of ['all', 'worker', 'api']) results.push(await measure(sql, url, role, data))
    return results
  } finally {
    await sql.end()
  }
}

async function measure(sql: Sql, url: string, role: string, data: string): Promise<BenchResult> {
  const platformKey = randomBytes(24).toString('hex')
  const service = await startProcess('src/main.ts', url, { PLATFORM_KEY: platformKey, ROLE: role, PORT: '0' })
  const exited = new Promise((resolve) => service.child.once('exit', resolve))
  try {
    await sleep(warmUpMs)
    const postmaster = await postmasterPid(sql)
    const before = { at: performance.now(), node: cpuSec(service.pid), server: serverCpuSec(postmaster) }
    await sleep(measuredMs)
    const elapsedSec = (performance.now() - before.at) / 1000
    const node = (cpuSec(service.pid) - before.node) / elapsedSec
    const server = (serverCpuSec(postmaster) - before.server) / elapsedSec
    return {
      path: `idle, ROLE=${role}, ${data}`,
      ours: `Node ${percent(node)}, PostgreSQL ${percent(server)} of a core`,
      floor: `Node ${percent(goal)}`,
      ratio: spread([node / goal]),
      goal: '<= 1',
    }
  } finally {
    service.stop()
    await exited
  }
}

const percent = (share: number) => `${(share * 100).toFixed(2)} %`

/** The parent process of every PostgreSQL process. */
async function postmasterPid(sql: Sql): Promise<number> {
  const [row] = await sql<{ pid: number }[]>`select pg_backend_pid() as pid`
  return parentOf(row?.pid ?? 0) ?? 0
}

/** The fields of /proc/<pid>/stat from the third on. The second is the program's name, which may contain spaces. */
const statOf = (pid: number | string) =>
  readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ')

/** User and system time of a process; with its ended children when `withChildren` is set. */
function cpuSec(pid: number | string, { withChildren = false } = {}): number {
  const times = statOf(pid).slice(11, withChildren ? 15 : 13)
  return times.reduce((sum, ticks) => sum + Number(ticks), 0) / ticksPerSec
}

/** CPU time of the server: the postmaster, the processes that it has started, and those that have ended. */
function serverCpuSec(postmaster: number): number {
  const children = readdirSync('/proc').filter((name) => /^\d+$/.test(name) && parentOf(name) === postmaster)
  return children.reduce((sum, pid) => sum + cpuSec(pid), cpuSec(postmaster, { withChildren: true }))
}

/** The parent of a process; undefined when it has ended. */
function parentOf(pid: number | string): number | undefined {
  try {
    return Number(statOf(pid)[1])
  } catch {
    return undefined
  }
}

/** Companies with completed campaigns, whose tasks have one successful call each. */
async function fillFinishedCampaigns(sql: Sql): Promise<void> {
  await sql`
    insert into companies (name, slug) select 'Bench', 'bench-idle-' || i from generate_series(1, ${companies}::int) i`
  await sql`
    insert into skillbases (company_id, name, slug, config) select id, 'Bot', 'bot', '{}' from companies`
  await sql`
    insert into campaigns (company_id, skillbase_id, skillbase_version, name, status, started_at, total_tasks,
      completed_tasks)
    select company_id, id, 1, 'bench finished ' || i, 'completed', now(), ${tasksPerCampaign}, ${tasksPerCampaign}
    from skillbases, generate_series(1, ${campaignsPerCompany}::int) i`
  await sql`
    insert into call_tasks (company_id, campaign_id, phone_number, dial_timezone, timezone_source, status, outcome, attempt_count)
    select company_id, id, '+7' || (9000000000 + i), '', 'campaign', 'completed', 'success', 1
    from campaigns, generate_series(1, ${tasksPerCampaign}::int) i`
  await sql`
    insert into calls (company_id, skillbase_id, skillbase_version, campaign_id, call_task_id, direction, callee_number,
      status, outcome, started_at, ended_at)
    select t.company_id, k.skillbase_id, 1, k.id, t.id, 'outbound', t.phone_number, 'completed', 'success', now(), now()
    from call_tasks t join campaigns k on k.company_id = t.company_id and k.id = t.campaign_id`
  await sql`insert into campaign_pace (company_id, campaign_id) select company_id, id from campaigns`
  await sql`vacuum analyze`
}
