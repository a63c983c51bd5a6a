import autocannon from 'autocannon'
import postgres from 'postgres'
import { progressBar } from '../../src/cli/terminal.ts'
import { startProcess, startService } from '../processes.ts'
import { type BenchOptions, type BenchResult, spread } from '../results.ts'

/** Compares GET of one call, of a list of 50 and of a page deep in the list with the same reads in bare routes. */
export async function benchReads(url: string, options: BenchOptions): Promise<BenchResult[]> {
  const service = await startService(url, 'api', ['read'])
  const { company, headers } = service
  await insertCalls(url, company, options.rows)
  const floor = await startProcess('bench/reads/floor.ts', url, { BENCH_COMPANY: company })
  try {
    const { id, deep } = await pickCalls(url, company, options.rows)
    const measure = (path: string, isOurs: boolean) =>
      requestsPerSecond(`${isOurs ? service.url : floor.url}${path}`, isOurs ? headers : {}, options.seconds)
    const compare = async (
      path: string,
      ours: string,
      floorPath: string,
      goal: string,
    ): Promise<BenchResult> => {
      // Warm up: the first requests run before V8 has compiled the code.
      await measure(ours, true)
      await measure(floorPath, false)
      const rounds: { ours: number; floor: number }[] = []
      for (let i = 0; i < options.rounds; i++) {
        rounds.push({ ours: await measure(ours, true), floor: await measure(floorPath, false) })
      }
      const spreadOf = (pick: (round: { ours: number; floor: number }) => number) => spread(rounds.map(pick))
      return {
        path,
        ours: `${Math.round(spreadOf((round) => round.ours).median)}/s`,
        floor: `${Math.round(spreadOf((round) => round.floor).median)}/s`,
        ratio: spreadOf((round) => round.ours / round.floor),
        goal,
      }
    }
    const rows = [
      await compare('GET one call', `/api/calls/${id}`, `/one/${id}`, '>= 0.5'),
      await compare('GET list of 50', '/api/calls?limit=50', '/list', '>= 0.6'),
    ]
    const cursor = encodeURIComponent(deep.cursor)
    rows.push(
      await compare(
        'GET page, deep',
        `/api/calls?limit=50&cursor=${cursor}`,
        `/page?at=${deep.at}&id=${deep.id}`,
        '>= 0.6',
      ),
    )
    rows.push(await compareDeepWithFirstPage(service.url, headers, cursor, options))
    return rows
  } finally {
    service.stop()
    floor.stop()
  }
}

/** The time of a page deep in the list divided by the time of the first page. */
async function compareDeepWithFirstPage(
  url: string,
  headers: Record<string, string>,
  cursor: string,
  options: BenchOptions,
): Promise<BenchResult> {
  const times: { first: number; deep: number }[] = []
  for (let i = 0; i < options.rounds; i++) {
    const first = 1000 / (await requestsPerSecond(`${url}/api/calls?limit=50`, headers, options.seconds, 1))
    const deep =
      1000 /
      (await requestsPerSecond(`${url}/api/calls?limit=50&cursor=${cursor}`, headers, options.seconds, 1))
    times.push({ first, deep })
  }
  const spreadOf = (pick: (time: { first: number; deep: number }) => number) => spread(times.map(pick))
  return {
    path: `page ${Math.round(options.rows * 0.98).toLocaleString('en')} rows deep / first`,
    ours: `${spreadOf(({ deep }) => deep).median.toFixed(2)} ms`,
    floor: `${spreadOf(({ first }) => first).median.toFixed(2)} ms`,
    ratio: spreadOf(({ first, deep }) => deep / first),
    goal: '<= 1.5',
  }
}

async function requestsPerSecond(
  url: string,
  headers: Record<string, string>,
  seconds: number,
  connections = 50,
): Promise<number> {
  const result = await autocannon({ url, headers, duration: seconds, connections })
  if (result.non2xx > 0 || result.errors > 0)
    throw new Error(`${url}: ${result.non2xx} responses were not 2xx, ${result.errors} requests failed`)
  return result['2xx'] / result.duration
}

/** Inserts calls over 90 days, with ids ordered by time like the service's uuid v7. */
async function insertCalls(url: string, company: string, rows: number): Promise<void> {
  const sql = postgres(url, { max: 1, onnotice: () => undefined })
  const bar = progressBar('calls inserted')
  const chunk = 100_000
  for (let from = 0; from < rows; from += chunk) {
    await sql`
      insert into calls (company_id, id, direction, caller_number, callee_number, status, outcome, duration_sec,
        turn_count, language, collected_data, started_at, ended_at)
      select ${company}, (lpad(to_hex((extract(epoch from at) * 1000)::bigint), 12, '0') || '7' ||
          substr(md5(n::text), 1, 3) || '8' || substr(md5(n::text), 4, 15))::uuid,
        'outbound', '+74951234567', '+7999' || lpad((n % 10000000)::text, 7, '0'), 'completed',
        (array['success', 'fail', 'no_answer', 'busy', 'voicemail'])[1 + n % 5], 30 + n % 90, 8, 'ru',
        '{"name": "Anna", "agreed": true}', at, at + interval '2 minutes'
      from (select n, now() - interval '90 days' + n * (interval '90 days' / ${rows}::int) as at
        from generate_series(${from}::int, ${Math.min(rows, from + chunk) - 1}::int) n) as times`
    bar(Math.min(rows, from + chunk), rows)
  }
  await sql`vacuum analyze calls`
  await sql.end()
}

async function pickCalls(url: string, company: string, rows: number) {
  const sql = postgres(url, { max: 1 })
  const callAt = async (skip: number) => {
    const [row] = await sql<{ id: string; started_at: Date }[]>`
      select id, started_at from calls where company_id = ${company} order by started_at desc, id desc
      offset ${skip} limit 1`
    if (row === undefined) throw new Error('the table calls is empty')
    return row
  }
  const [middle, deep] = [await callAt(Math.floor(rows / 2)), await callAt(Math.floor(rows * 0.98))]
  await sql.end()
  const time = deep.started_at.toISOString()
  const cursor = Buffer.from(JSON.stringify([10_001, time, deep.id])).toString('base64url')
  return { id: middle.id, deep: { cursor, at: time, id: deep.id } }
}
