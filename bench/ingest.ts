import { readFileSync } from 'node:fs'
import net from 'node:net'
import { pipeline } from 'node:stream/promises'
import autocannon from 'autocannon'
import postgres, { type Sql } from 'postgres'
import { startProcess, startService } from './processes.ts'
import { type BenchOptions, type BenchResult, spread } from './results.ts'

const turnsPerRequest = 20
const callCount = 2_000

/** Turns per second of each way to store them, and the memory of the service in MB. */
interface Round {
  service: number
  drizzle: number
  copy: number
  withFolding: number
  memory: number
}

/**
 * Measures turns stored per second over HTTP, 20 per request and durable before the response. Compares them with COPY of
 * the same rows in one stream, with one INSERT per request by Drizzle, and with the service while a worker folds rollups.
 * Also measures the memory of the service.
 */
export async function benchIngest(url: string, options: BenchOptions): Promise<BenchResult[]> {
  const sql = postgres(url, { max: 1, onnotice: () => undefined })
  const api = await startService(url, 'api', ['ingest'])
  const callIds = await insertCalls(sql, api.company)
  const peer = await startProcess('bench/ingest-peer.ts', url, { BENCH_COMPANY: api.company })
  const nextTurns = turnSequence(callIds)
  const rounds: Round[] = []
  try {
    // Warm-up of 2 s each, so that the JIT has compiled both sides before they are measured.
    await turnsPerSecond(`${api.url}/api`, api.headers, nextTurns, 2)
    await turnsPerSecond(peer.url, {}, nextTurns, 2)
    for (let i = 0; i < options.rounds; i++) {
      const service = await turnsPerSecond(`${api.url}/api`, api.headers, nextTurns, options.seconds)
      const drizzle = await turnsPerSecond(peer.url, {}, nextTurns, options.seconds)
      const copy = await copyTurnsPerSecond(
        url,
        api.company,
        nextTurns,
        Math.round(service * options.seconds),
      )
      const worker = await startProcess('src/main.ts', url, { ROLE: 'worker', PORT: '0' })
      const withFolding = await turnsPerSecond(`${api.url}/api`, api.headers, nextTurns, options.seconds)
      worker.stop()
      rounds.push({ service, drizzle, copy, withFolding, memory: residentMegabytes(api.pid) })
    }
  } finally {
    api.stop()
    peer.stop()
    await sql.end()
  }
  return resultsOf(rounds)
}

function resultsOf(rounds: Round[]): BenchResult[] {
  const spreadOf = (pick: (round: Round) => number) => spread(rounds.map(pick))
  const rateOf = (pick: (round: Round) => number) => `${Math.round(spreadOf(pick).median)} turns/s`
  const ours = rateOf(({ service }) => service)
  const memory = spreadOf(({ memory }) => memory)
  return [
    {
      path: 'turns over HTTP / COPY',
      ours,
      floor: rateOf(({ copy }) => copy),
      ratio: spreadOf(({ service, copy }) => service / copy),
      goal: '>= 0.5',
    },
    {
      path: "turns over HTTP / Drizzle's insert",
      ours,
      floor: rateOf(({ drizzle }) => drizzle),
      ratio: spreadOf(({ service, drizzle }) => service / drizzle),
      goal: '>= 3',
    },
    {
      path: 'with the folding loop / without',
      ours: rateOf(({ withFolding }) => withFolding),
      floor: ours,
      ratio: spreadOf(({ service, withFolding }) => withFolding / service),
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

/** Inserts active calls and returns their ids. */
export async function insertCalls(sql: Sql, company: string): Promise<string[]> {
  const rows = await sql<{ id: string }[]>`
    insert into calls (company_id, direction, status, started_at)
    select ${company}, 'outbound', 'active', now() from generate_series(1, ${callCount}) returning id`
  return rows.map(({ id }) => id)
}

/** Returns the call of the next request, and the index of its first turn. */
export type NextTurns = () => { callId: string; firstIndex: number }

/** Cycles through the calls, so that consecutive requests are for different calls. No turn is sent twice. */
export function turnSequence(callIds: string[]): NextTurns {
  let requestCount = 0
  return () => {
    const request = requestCount++
    return {
      callId: callIds[request % callIds.length] as string,
      firstIndex: Math.floor(request / callIds.length) * turnsPerRequest,
    }
  }
}

const userTurn = `"role":"user","content":"What was said in this turn, about as long as it is.","ttfb_stt":361.5,"stt_duration_sec":2.4}`
const agentTurn = `"role":"assistant","content":"What was answered in this turn, about as long as it is.","state_id":"greeting","latency_llm":220.25,"ttfb_tts":138.5,"eou_latency":1459.75,"llm_input_tokens":945,"llm_output_tokens":28,"tts_characters":118,"was_interrupted":false}`

const bodyOf = (firstIndex: number) => {
  let body = '{"turns":['
  for (let i = 0; i < turnsPerRequest; i++)
    body += `${i === 0 ? '' : ','}{"turn_index":${firstIndex + i},${i % 2 === 0 ? userTurn : agentTurn}`
  return `${body}]}`
}

/** Sends turns over 64 connections for some seconds. @throws Error when a request fails */
export async function turnsPerSecond(
  url: string,
  headers: Record<string, string>,
  nextTurns: NextTurns,
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
          const { callId, firstIndex } = nextTurns()
          return {
            ...request,
            path: `${new URL(url).pathname.replace(/\/$/, '')}/calls/${callId}/turns`,
            body: bodyOf(firstIndex),
          }
        },
      },
    ],
  })
  if (result.non2xx > 0 || result.errors > 0) {
    throw new Error(
      `${url}: ${result.non2xx} responses without status 2xx, ${result.errors} connection errors`,
    )
  }
  return (result['2xx'] * turnsPerRequest) / result.duration
}

const columns =
  'company_id, call_id, turn_index, role, content, state_id, ttfb_stt, latency_llm, ttfb_tts, eou_latency, stt_duration_sec, llm_input_tokens, llm_output_tokens, tts_characters, was_interrupted'

/** Stores turns with one COPY. Nagle's algorithm is off, because it would delay the last packet. */
async function copyTurnsPerSecond(
  url: string,
  company: string,
  nextTurns: NextTurns,
  turns: number,
): Promise<number> {
  const socket = ({ host, port }: { host: string[]; port: number[] }) =>
    Object.assign(net.connect({ host: host[0] ?? '', port: port[0] ?? 0, noDelay: true }), {
      host: host[0],
      port: port[0],
    })
  const sql = postgres(url, { max: 1, socket } as postgres.Options<Record<string, never>>)
  await sql`select 1`
  const startedAtMs = performance.now()
  const copy = await sql.unsafe(`copy call_logs (${columns}) from stdin`).writable()
  await pipeline(copyLines(company, nextTurns, turns), copy)
  const seconds = (performance.now() - startedAtMs) / 1000
  await sql.end()
  return turns / seconds
}

/** The same turns as `bodyOf` in COPY's text format. */
function* copyLines(company: string, nextTurns: NextTurns, turns: number): Generator<string> {
  const user = `user\tWhat was said in this turn, about as long as it is.\t\\N\t361.5\t\\N\t\\N\t\\N\t2.4\t\\N\t\\N\t\\N\t\\N\n`
  const agent = `assistant\tWhat was answered in this turn, about as long as it is.\tgreeting\t\\N\t220.25\t138.5\t1459.75\t\\N\t945\t28\t118\tf\n`
  for (let sent = 0; sent < turns; sent += turnsPerRequest) {
    const { callId, firstIndex } = nextTurns()
    let text = ''
    for (let i = 0; i < turnsPerRequest; i++)
      text += `${company}\t${callId}\t${firstIndex + i}\t${i % 2 === 0 ? user : agent}`
    yield text
  }
}

/** Resident memory of a process in MB; NaN on systems without /proc. */
function residentMegabytes(pid: number): number {
  try {
    const [, kilobytes] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
    return Number(kilobytes) / 1024
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return Number.NaN
    throw error
  }
}
