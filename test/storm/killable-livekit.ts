import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Sql } from 'postgres'
import { freePort } from '../setup/ports.ts'
import { modulePath, nodeArgs } from '../setup/programs.ts'

/** Shorter than by default, so that late agents are seen within a short storm, and long enough for a machine at full load. */
const agentWaitSec = '10'
const keys = { API_KEY: 'APIstorm', API_SECRET: 'a-secret-of-livekit-in-a-storm' }

/** A call as the journal records it. */
interface JournalCall {
  room: string
  call_id: string
  number: string
  startedAt: number
  endedAt: number | undefined
}

/** A fake LiveKit in its own process, which can be killed. After a restart it has no rooms. */
export class KillableLivekit {
  kills = 0
  private readonly port: number
  private readonly seed: string
  private readonly apiUrl: string
  private readonly folder = mkdtempSync(join(tmpdir(), 'nv-livekit-'))
  private child: ChildProcess | undefined

  private constructor(port: number, seed: string, apiUrl: string) {
    this.port = port
    this.seed = seed
    this.apiUrl = apiUrl
  }

  static async start(seed: string, apiUrl: string): Promise<KillableLivekit> {
    const livekit = new KillableLivekit(await freePort(), seed, apiUrl)
    await livekit.fork()
    return livekit
  }

  /** Environment of the service for this LiveKit. */
  get env(): NodeJS.ProcessEnv {
    return {
      CARRIER: 'livekit',
      LIVEKIT_URL: `http://127.0.0.1:${this.port}`,
      LIVEKIT_SIP_TRUNK_ID: 'ST_storm',
      LIVEKIT_API_KEY: keys.API_KEY,
      LIVEKIT_API_SECRET: keys.API_SECRET,
      LIVEKIT_AGENT_WAIT_SEC: agentWaitSec,
    }
  }

  private get journal(): string {
    return join(this.folder, 'journal')
  }

  private async fork(): Promise<void> {
    const env = {
      ...process.env,
      ...keys,
      PORT: String(this.port),
      JOURNAL: this.journal,
      SEED: this.seed,
      API: this.apiUrl,
      AGENT_WAIT_SEC: agentWaitSec,
    }
    this.child = fork(modulePath('test/storm/livekit-process'), [], {
      execArgv: nodeArgs,
      env,
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    })
    await once(this.child, 'message')
  }

  /** Kills the process and starts another one: rooms and calls are gone. */
  async kill(): Promise<void> {
    this.kills++
    await this.end()
    appendFileSync(this.journal, `kill ${Date.now()}\n`)
    await sleep(500)
    await this.fork()
  }

  private async end(): Promise<void> {
    const { child } = this
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return
    child.kill('SIGKILL')
    await once(child, 'exit')
  }

  /** The names of the rooms that exist now. */
  private async rooms(): Promise<string[]> {
    this.child?.send('rooms')
    const [rooms] = await once(this.child as ChildProcess, 'message')
    return rooms
  }

  /**
   * Counts rooms that are left 5 min after the storm, and attempts with more than one INVITE. Inserts the journal into
   * simulated_calls, so that the audit reads both carriers alike.
   */
  async audit(db: Sql): Promise<{ rooms_left: number; double_invites: number }> {
    const until = Date.now() + 300_000
    while ((await this.rooms()).length > 0 && Date.now() < until) await sleep(500)
    const calls = this.readJournal()
    const rows = calls.map(({ call_id, number, startedAt, endedAt = Date.now() }) => ({
      call_id,
      number,
      started_at: startedAt,
      ended_at: endedAt,
    }))
    await db`
      insert into simulated_calls (company_id, call_id, phone_number, attempt, dialed_at, plan, status, ended_at, dial_requests)
      select c.company_id, call_id, number, 1, to_timestamp(l.started_at / 1000), '{}', 'ended', to_timestamp(l.ended_at / 1000), count(*) over (partition by call_id)
      from json_to_recordset(${JSON.stringify(rows)}::text::json) as l(call_id uuid, number text, started_at float8, ended_at float8)
      join calls c on c.id = l.call_id
      on conflict do nothing`
    return {
      rooms_left: (await this.rooms()).length,
      double_invites: calls.length - new Set(calls.map(({ call_id }) => call_id)).size,
    }
  }

  private readJournal(): JournalCall[] {
    const calls: JournalCall[] = []
    const lines = existsSync(this.journal) ? readFileSync(this.journal, 'utf8').trim().split('\n') : []
    for (const line of lines) {
      const [kind, ...fields] = line.split(' ')
      const [room = '', number = '', startedAt] = fields
      if (kind === 'invite') {
        const call_id = room.slice('call-'.length)
        calls.push({ room, call_id, number, startedAt: Number(startedAt), endedAt: undefined })
      } else if (kind === 'end') {
        const call = calls.findLast((each) => each.room === room && each.endedAt === undefined)
        if (call) call.endedAt = Number(fields[1])
      } else if (kind === 'kill') for (const call of calls) call.endedAt ??= Number(fields[0])
    }
    return calls
  }

  async close(): Promise<void> {
    await this.end()
    rmSync(this.folder, { recursive: true, force: true })
  }
}
