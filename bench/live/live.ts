import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import postgres from 'postgres'
import { insertCalls, turnSequence, turnsPerSecond } from '../ingest.ts'
import { startProcess, startService } from '../processes.ts'
import { type BenchOptions, type BenchResult, type Spread, spread } from '../results.ts'
import type { LatencyReport, SocketsCommand as SocketsOrder } from './sockets.ts'
import type { WriterCommand as WriterOrder } from './writer.ts'

const eventsPerSecond = 1_000
const socketCount = 1_000

interface Round {
  ours: LatencyReport
  floor: LatencyReport
  cpu: number
  notices: number
  ingest: Record<0 | 10 | 1000, number>
}

/**
 * From a commit to the socket: 1,000 sockets over two processes, 1,000 events a second, each of them somebody's; against one
 * process that listens, one socket, and NOTIFY in the transaction. Then what being watched costs ingestion.
 */
export async function benchLive(url: string, options: BenchOptions): Promise<BenchResult[]> {
  const scene = await Scene.on(url)
  const rounds: Round[] = []
  try {
    await scene.ingest(0, 2)
    for (let i = 0; i < options.rounds; i++) rounds.push(await scene.round(options.seconds))
  } finally {
    await scene.end()
  }
  const of = (pick: (round: Round) => number): Spread => spread(rounds.map(pick))
  const ms = (pick: (round: Round) => number) => `${of(pick).median} ms`
  const rate = (watching: 0 | 10 | 1000) =>
    `${Math.round(of(({ ingest }) => ingest[watching]).median)} turns/s`
  const watched = (watching: 10 | 1000, path: string, goal: string): BenchResult => ({
    path,
    ours: rate(watching),
    floor: rate(0),
    ratio: of(({ ingest }) => ingest[watching] / ingest[0]),
    goal,
  })
  return [
    {
      path: 'commit to socket, p99 / 100 ms',
      ours: `p50 ${ms(({ ours }) => ours.p50)}, p99 ${ms(({ ours }) => ours.p99)}`,
      floor: `p50 ${ms(({ floor }) => floor.p50)}, p99 ${ms(({ floor }) => floor.p99)}`,
      ratio: of(({ ours }) => ours.p99 / 100),
      goal: '<= 1',
    },
    {
      path: 'events that were heard / written',
      ours: `${Math.round(of(({ ours }) => ours.received).median)}`,
      floor: `${Math.round(of(({ floor }) => floor.received).median)}`,
      ratio: of(({ ours, floor }) => ours.received / floor.received),
      goal: '1',
    },
    {
      path: 'NOTIFY a second and process / 100',
      ours: `${Math.round(of(({ notices }) => notices).median)}`,
      floor: String(eventsPerSecond),
      ratio: of(({ notices }) => notices / 100),
      goal: '<= 1',
    },
    {
      path: 'CPU of both processes / one core',
      ours: `${Math.round(of(({ cpu }) => cpu).median * 100)} %`,
      floor: '',
      ratio: of(({ cpu }) => cpu),
      goal: '',
    },
    watched(10, 'ingest, 10 watch all of it / nobody', ''),
    watched(1000, 'ingest, 1,000 watch a call each / nobody', ''),
  ]
}

type Api = Awaited<ReturnType<typeof startService>>
type Process = Awaited<ReturnType<typeof startProcess>>

/** Two API processes on one database, a process that writes, one that holds the sockets, and the floor. */
class Scene {
  private readonly parts: { one: Api; two: Process; writer: Process; sockets: Process; floor: Process }
  private readonly sql: postgres.Sql
  private readonly calls: string[]
  private readonly next: ReturnType<typeof turnSequence>
  private notices = 0

  private constructor(parts: Scene['parts'], sql: postgres.Sql, calls: string[]) {
    this.parts = parts
    this.sql = sql
    this.calls = calls
    this.next = turnSequence(calls)
  }

  static async on(url: string): Promise<Scene> {
    const sql = postgres(url, { max: 1, onnotice: () => undefined })
    const one = await startService(url, 'api', ['admin'])
    const two = await startProcess('src/main.ts', url, { ROLE: 'api', PORT: '0' })
    const [writer, sockets, floor] = await Promise.all(
      ['writer', 'sockets', 'notify-floor'].map((name) => startProcess(`bench/live/${name}.ts`, url, {})),
    )
    const parts = { one, two, writer, sockets, floor } as Scene['parts']
    const scene = new Scene(parts, sql, await insertCalls(sql, one.company))
    await sql.listen('new_voice_events', () => void scene.notices++)
    return scene
  }

  async end(): Promise<void> {
    for (const part of Object.values(this.parts)) part.stop()
    await this.sql.end()
  }

  async round(seconds: number): Promise<Round> {
    const { one, two, floor } = this.parts
    await this.open([floor.url])
    const bare = await this.measure('notify', seconds)
    await this.close()
    await this.open(this.watching(socketCount))
    const before = { cpu: cpuSeconds(one.child) + cpuSeconds(two.child), notices: this.notices }
    const ours = await this.measure('ours', seconds)
    const cpu = (cpuSeconds(one.child) + cpuSeconds(two.child) - before.cpu) / seconds
    // Those who give ids and notify: both processes and the writer.
    const notices = (this.notices - before.notices) / seconds / 3
    await this.close()
    const ingest = {
      0: await this.ingest(0, seconds),
      10: await this.ingest(10, seconds),
      1000: await this.ingest(1000, seconds),
    }
    return { ours, floor: bare, cpu, notices, ingest }
  }

  /** Turns a second through the first process, while so many watch: ten of them all of the company, more a call each. */
  async ingest(watching: 0 | 10 | 1000, seconds: number): Promise<number> {
    const { one } = this.parts
    if (watching > 0) await this.open(this.watching(watching))
    const rate = await turnsPerSecond(`${one.url}/api`, one.headers, this.next, seconds)
    if (watching > 0) await this.close()
    return rate
  }

  private watching(count: number): string[] {
    const { one, two } = this.parts
    return Array.from({ length: count }, (_, i) => {
      const call = count > 10 ? `?call_id=${this.calls[i]}` : ''
      return `${(i % 2 === 0 ? one : two).url}/api/live${call}`
    })
  }

  private async measure(mode: WriterOrder['mode'], seconds: number): Promise<LatencyReport> {
    const { writer, one } = this.parts
    const order: WriterOrder = {
      ...{ mode, company: one.company, perSecond: eventsPerSecond, seconds },
      calls: this.calls.slice(0, socketCount),
    }
    this.tell('begin')
    await asked(writer.child, order)
    // What is still on its way, with room to spare.
    await new Promise((resolve) => setTimeout(resolve, 500))
    return (await asked(this.parts.sockets.child, 'report')) as LatencyReport
  }

  private async open(urls: string[]): Promise<void> {
    const key = this.parts.one.headers.authorization.replace('Bearer ', '')
    await asked(this.parts.sockets.child, { open: urls.map((url) => ({ url, key })) } satisfies SocketsOrder)
  }

  private async close(): Promise<void> {
    this.tell('close')
    await new Promise((resolve) => setTimeout(resolve, 300))
  }

  private tell(order: SocketsOrder): void {
    this.parts.sockets.child.send(order)
  }
}

async function asked(child: ChildProcess, order: WriterOrder | SocketsOrder): Promise<unknown> {
  const answer = once(child, 'message')
  child.send(order as object)
  return (await answer)[0]
}

/** What the operating system says a process has worked; where it does not say, nothing. */
function cpuSeconds({ pid }: ChildProcess): number {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
    return (Number(fields[11]) + Number(fields[12])) / 100
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return Number.NaN
    throw error
  }
}
