import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import postgres from 'postgres'
import { insertCalls, turnSequence, turnsPerSecond } from '../ingest.ts'
import { startProcess, startService } from '../processes.ts'
import { type BenchOptions, type BenchResult, type Spread, spread } from '../results.ts'
import type { LatencyReport, SocketsCommand } from './sockets.ts'
import type { WriterCommand } from './writer.ts'

const eventsPerSecond = 1_000
const socketCount = 1_000
/** Time for events still in flight when the writer has finished. */
const drainMs = 500
const closeMs = 300

interface Round {
  ours: LatencyReport
  floor: LatencyReport
  /** CPU seconds of both API processes, per second. */
  cpu: number
  /** NOTIFY per second and process. */
  notifies: number
  /** Turns per second, by the number of sockets that watch. */
  ingest: Record<0 | 10 | 1000, number>
}

/**
 * Delay from commit to socket: 1,000 sockets on two processes, 1,000 events per second, each received by one socket. The
 * floor is one process that listens, one socket, and NOTIFY in the transaction. Then the effect of watching sockets on
 * ingest.
 */
export async function benchLive(url: string, options: BenchOptions): Promise<BenchResult[]> {
  const bench = await LiveBench.start(url)
  const rounds: Round[] = []
  try {
    // Warm up.
    await bench.ingest(0, 2)
    for (let i = 0; i < options.rounds; i++) rounds.push(await bench.round(options.seconds))
  } finally {
    await bench.stop()
  }
  const spreadOf = (pick: (round: Round) => number): Spread => spread(rounds.map(pick))
  const ms = (pick: (round: Round) => number) => `${spreadOf(pick).median} ms`
  const rate = (watching: 0 | 10 | 1000) =>
    `${Math.round(spreadOf(({ ingest }) => ingest[watching]).median)} turns/s`
  const watched = (watching: 10 | 1000, path: string): BenchResult => ({
    path,
    ours: rate(watching),
    floor: rate(0),
    ratio: spreadOf(({ ingest }) => ingest[watching] / ingest[0]),
    goal: '',
  })
  return [
    {
      path: 'commit to socket, p99 / 100 ms',
      ours: `p50 ${ms(({ ours }) => ours.p50)}, p99 ${ms(({ ours }) => ours.p99)}`,
      floor: `p50 ${ms(({ floor }) => floor.p50)}, p99 ${ms(({ floor }) => floor.p99)}`,
      ratio: spreadOf(({ ours }) => ours.p99 / 100),
      goal: '<= 1',
    },
    {
      path: 'events received / received by the floor',
      ours: `${Math.round(spreadOf(({ ours }) => ours.received).median)}`,
      floor: `${Math.round(spreadOf(({ floor }) => floor.received).median)}`,
      ratio: spreadOf(({ ours, floor }) => ours.received / floor.received),
      goal: '1',
    },
    {
      path: 'NOTIFY per second and process / 100',
      ours: `${Math.round(spreadOf(({ notifies }) => notifies).median)}`,
      floor: String(eventsPerSecond),
      ratio: spreadOf(({ notifies }) => notifies / 100),
      goal: '<= 1',
    },
    {
      path: 'CPU of both processes / one core',
      ours: `${Math.round(spreadOf(({ cpu }) => cpu).median * 100)} %`,
      floor: '',
      ratio: spreadOf(({ cpu }) => cpu),
      goal: '',
    },
    watched(10, 'ingest, 10 sockets watch the company / none'),
    watched(1000, 'ingest, 1,000 sockets watch a call each / none'),
  ]
}

type Api = Awaited<ReturnType<typeof startService>>
type Process = Awaited<ReturnType<typeof startProcess>>

/** Two API processes on one database, a writer, a process with the sockets, and the floor. */
class LiveBench {
  private readonly processes: {
    firstApi: Api
    secondApi: Process
    writer: Process
    sockets: Process
    floor: Process
  }
  private readonly sql: postgres.Sql
  private readonly calls: string[]
  private readonly nextTurn: ReturnType<typeof turnSequence>
  private notifies = 0

  private constructor(processes: LiveBench['processes'], sql: postgres.Sql, calls: string[]) {
    this.processes = processes
    this.sql = sql
    this.calls = calls
    this.nextTurn = turnSequence(calls)
  }

  static async start(url: string): Promise<LiveBench> {
    const sql = postgres(url, { max: 1, onnotice: () => undefined })
    const firstApi = await startService(url, 'api', ['admin'])
    const secondApi = await startProcess('src/main.ts', url, { ROLE: 'api', PORT: '0' })
    const [writer, sockets, floor] = await Promise.all(
      ['writer', 'sockets', 'notify-floor'].map((name) => startProcess(`bench/live/${name}.ts`, url, {})),
    )
    const processes = { firstApi, secondApi, writer, sockets, floor } as LiveBench['processes']
    const bench = new LiveBench(processes, sql, await insertCalls(sql, firstApi.company))
    await sql.listen('new_voice_events', () => void bench.notifies++)
    return bench
  }

  async stop(): Promise<void> {
    for (const child of Object.values(this.processes)) child.stop()
    await this.sql.end()
  }

  async round(seconds: number): Promise<Round> {
    const { firstApi, secondApi, floor: floorProcess } = this.processes
    await this.openSockets([floorProcess.url])
    const floor = await this.measure('notify', seconds)
    await this.closeSockets()
    await this.openSockets(this.socketUrls(socketCount))
    const before = { cpu: cpuSeconds(firstApi.child) + cpuSeconds(secondApi.child), notifies: this.notifies }
    const ours = await this.measure('ours', seconds)
    const cpu = (cpuSeconds(firstApi.child) + cpuSeconds(secondApi.child) - before.cpu) / seconds
    // Three processes run a sequencer, which sends NOTIFY: both API processes and the writer.
    const notifies = (this.notifies - before.notifies) / seconds / 3
    await this.closeSockets()
    const ingest = {
      0: await this.ingest(0, seconds),
      10: await this.ingest(10, seconds),
      1000: await this.ingest(1000, seconds),
    }
    return { ours, floor, cpu, notifies, ingest }
  }

  /** Turns per second through the first process. Ten sockets watch the whole company; 1,000 watch a call each. */
  async ingest(watching: 0 | 10 | 1000, seconds: number): Promise<number> {
    const { firstApi } = this.processes
    if (watching > 0) await this.openSockets(this.socketUrls(watching))
    const rate = await turnsPerSecond(`${firstApi.url}/api`, firstApi.headers, this.nextTurn, seconds)
    if (watching > 0) await this.closeSockets()
    return rate
  }

  private socketUrls(count: number): string[] {
    const { firstApi, secondApi } = this.processes
    return Array.from({ length: count }, (_, i) => {
      const query = count > 10 ? `?call_id=${this.calls[i]}` : ''
      return `${(i % 2 === 0 ? firstApi : secondApi).url}/api/live${query}`
    })
  }

  private async measure(mode: WriterCommand['mode'], seconds: number): Promise<LatencyReport> {
    const { writer, sockets, firstApi } = this.processes
    const command: WriterCommand = {
      mode,
      company: firstApi.company,
      calls: this.calls.slice(0, socketCount),
      perSecond: eventsPerSecond,
      seconds,
    }
    sockets.child.send('start' satisfies SocketsCommand)
    await request(writer.child, command)
    await new Promise((resolve) => setTimeout(resolve, drainMs))
    return (await request(sockets.child, 'report')) as LatencyReport
  }

  private async openSockets(urls: string[]): Promise<void> {
    const key = this.processes.firstApi.headers.authorization.replace('Bearer ', '')
    await request(this.processes.sockets.child, { open: urls.map((url) => ({ url, key })) })
  }

  private async closeSockets(): Promise<void> {
    this.processes.sockets.child.send('close' satisfies SocketsCommand)
    await new Promise((resolve) => setTimeout(resolve, closeMs))
  }
}

/** Sends a command to a process and returns its reply. */
async function request(child: ChildProcess, command: WriterCommand | SocketsCommand): Promise<unknown> {
  const reply = once(child, 'message')
  child.send(command as object)
  return (await reply)[0]
}

/** CPU seconds that a process has used, user and system; NaN where there is no /proc. */
function cpuSeconds({ pid }: ChildProcess): number {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
    return (Number(fields[11]) + Number(fields[12])) / 100
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return Number.NaN
    throw error
  }
}
