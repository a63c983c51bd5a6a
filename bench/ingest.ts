import { readFileSync } from 'node:fs'
import net from 'node:net'
import { pipeline } from 'node:stream/promises'
import autocannon from 'autocannon'
import postgres, { type Sql } from 'postgres'
import { startProcess, startService } from './processes.ts'
import { type BenchOptions, type BenchResult, spread } from './results.ts'

const turnsPerRequest = 20
const calls = 2_000

/**
 * Turns over HTTP, 20 a request, durable before the answer: against COPY of the same rows in one stream, and against
 * Drizzle's own insert a request; then with the folding loop beside, and what memory the service takes.
 */
export async function benchIngest(url: string, options: BenchOptions): Promise<BenchResult[]> {
  const sql = postgres(url, { max: 1, onnotice: () => undefined })
  const api = await startService(url, 'api', ['ingest'])
  const ids = await insertCalls(sql, api.company)
  const peer = await startProcess('bench/ingest-peer.ts', url, { BENCH_COMPANY: api.company })
  const next = turnSequence(ids)
  const rounds: { own: number; drizzle: number; copy: number; folded: number; memory: number }[] = []
  try {
    // Neither side is measured before its code is compiled.
    await turnsPerSecond(`${api.url}/api`, api.headers, next, 2)
    await turnsPerSecond(peer.url, {}, next, 2)
    for (let i = 0; i < options.rounds; i++) {
      const own = await turnsPerSecond(`${api.url}/api`, api.headers, next, options.seconds)
      const drizzle = await turnsPerSecond(peer.url, {}, next, options.seconds)
      const copy = await copied(url, api.company, next, Math.round(own * options.seconds))
      const worker = await startProcess('src/main.ts', url, { ROLE: 'worker', PORT: '0' })
      const folded = await turnsPerSecond(`${api.url}/api`, api.headers, next, options.seconds)
      worker.stop()
      rounds.push({ own, drizzle, copy, folded, memory: residentMegabytes(api.pid) })
    }
  } finally {
    api.stop()
    peer.stop()
    await sql.end()
  }
  const of = (pick: (round: (typeof rounds)[number]) => number) => spread(rounds.map(pick))
  const shown = (pick: (round: (typeof rounds)[number]) => number) => `${Math.round(of(pick).median)} turns/s`
  const ours = shown(({ own }) => own)
  const memory = of(({ memory }) => memory)
  return [
    {
      path: 'turns over HTTP / COPY',
      ours,
      floor: shown(({ copy }) => copy),
      ratio: of(({ own, copy }) => own / copy),
      goal: '>= 0.5',
    },
    {
      path: "turns over HTTP / Drizzle's insert",
      ours,
      floor: shown(({ drizzle }) => drizzle),
      ratio: of(({ own, drizzle }) => own / drizzle),
      goal: '>= 3',
    },
    {
      path: 'with the folding loop / without',
      ours: shown(({ folded }) => folded),
      floor: ours,
      ratio: of(({ own, folded }) => folded / own),
      goal: '>= 0.75',
    },
    {
      path: 'memory of the service, last round / first',
      ours: `${Math.round(rounds.at(-1)?.memory ?? 0)} MB`,
      floor: `${Math.round(rounds[0]?.memory ?? 0)} MB`,
      ratio: {
        ...memory,
        median: (rounds.at(-1)?.memory ?? 0) / (rounds[0]?.memory ?? 1),
        min: 1,
        max: memory.max / memory.min,
      },
      goal: '<= 1.2',
    },
  ]
}

export async function insertCalls(sql: Sql, company: string): Promise<string[]> {
  const rows = await sql<{ id: string }[]>`
    insert into calls (company_id, direction, status, started_at)
    select ${company}, 'outbound', 'active', now() from generate_series(1, ${calls}) returning id`
  return rows.map(({ id }) => id)
}

export type NextTurns = () => { id: string; first: number }

/** Each request is of another call than the one before, and no turn comes twice. */
export function turnSequence(ids: string[]): NextTurns {
  let n = 0
  return () => {
    const at = n++
    return { id: ids[at % ids.length] as string, first: Math.floor(at / ids.length) * turnsPerRequest }
  }
}

const userTurn = `"role":"user","content":"What was said in this turn, about as long as it is.","ttfb_stt":361.5,"stt_duration_sec":2.4}`
const agentTurn = `"role":"assistant","content":"What was answered in this turn, about as long as it is.","state_id":"greeting","latency_llm":220.25,"ttfb_tts":138.5,"eou_latency":1459.75,"llm_input_tokens":945,"llm_output_tokens":28,"tts_characters":118,"was_interrupted":false}`

const bodyOf = (first: number) => {
  let body = '{"turns":['
  for (let i = 0; i < turnsPerRequest; i++)
    body += `${i === 0 ? '' : ','}{"turn_index":${first + i},${i % 2 === 0 ? userTurn : agentTurn}`
  return `${body}]}`
}

export async function turnsPerSecond(
  url: string,
  headers: Record<string, string>,
  next: NextTurns,
  seconds: number,
): Promise<number> {
  const result = await autocannon({
    url,
    connections: 64,
    duration: seconds,
    requests: [
      {
        method: 'POST',
        headers: { ...headers, 'content-type': 'application/json' },
        setupRequest: (request) => {
          const { id, first } = next()
          return {
            ...request,
            path: `${new URL(url).pathname.replace(/\/$/, '')}/calls/${id}/turns`,
            body: bodyOf(first),
          }
        },
      },
    ],
  })
  if (result.non2xx > 0 || result.errors > 0)
    throw new Error(`${url}: ${result.non2xx} refused, ${result.errors} failed`)
  return (result['2xx'] * turnsPerRequest) / result.duration
}

const columns =
  'company_id, call_id, turn_index, role, content, state_id, ttfb_stt, latency_llm, ttfb_tts, eou_latency, stt_duration_sec, llm_input_tokens, llm_output_tokens, tts_characters, was_interrupted'

/** One stream of COPY, on a socket that does not wait to fill its packets. */
async function copied(url: string, company: string, next: NextTurns, rows: number): Promise<number> {
  const socket = ({ host, port }: { host: string[]; port: number[] }) =>
    Object.assign(net.connect({ host: host[0] ?? '', port: port[0] ?? 0, noDelay: true }), {
      host: host[0],
      port: port[0],
    })
  const sql = postgres(url, { max: 1, socket } as postgres.Options<Record<string, never>>)
  await sql`select 1`
  const began = performance.now()
  const into = await sql.unsafe(`copy call_logs (${columns}) from stdin`).writable()
  await pipeline(lines(company, next, rows), into)
  const seconds = (performance.now() - began) / 1000
  await sql.end()
  return rows / seconds
}

function* lines(company: string, next: NextTurns, rows: number): Generator<string> {
  const user = `user\tWhat was said in this turn, about as long as it is.\t\\N\t361.5\t\\N\t\\N\t\\N\t2.4\t\\N\t\\N\t\\N\t\\N\n`
  const agent = `assistant\tWhat was answered in this turn, about as long as it is.\tgreeting\t\\N\t220.25\t138.5\t1459.75\t\\N\t945\t28\t118\tf\n`
  for (let done = 0; done < rows; done += turnsPerRequest) {
    const { id, first } = next()
    let text = ''
    for (let i = 0; i < turnsPerRequest; i++)
      text += `${company}\t${id}\t${first + i}\t${i % 2 === 0 ? user : agent}`
    yield text
  }
}

/** What the operating system says a process holds; where it does not say, nothing. */
function residentMegabytes(pid: number): number {
  try {
    const [, kilobytes] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
    return Number(kilobytes) / 1024
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return Number.NaN
    throw error
  }
}
