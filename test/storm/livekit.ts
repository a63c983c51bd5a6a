import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Sql } from 'postgres'
import { freePort } from '../setup/ports.ts'
import { modulePath, nodeArgs } from '../setup/programs.ts'

const keys = { API_KEY: 'APIstorm', API_SECRET: 'a-secret-of-livekit-in-a-storm' }

interface Leg {
  room: string
  call_id: string
  number: string
  at: number
  over: number | undefined
}

/** A LiveKit that is killed and comes back, with none of its rooms. */
export class StormyLivekit {
  kills = 0
  private readonly port: number
  private readonly seed: string
  private readonly api: string
  private readonly folder = mkdtempSync(join(tmpdir(), 'nv-livekit-'))
  private child: ChildProcess | undefined

  private constructor(port: number, seed: string, api: string) {
    this.port = port
    this.seed = seed
    this.api = api
  }

  static async start(seed: string, api: string): Promise<StormyLivekit> {
    const made = new StormyLivekit(await freePort(), seed, api)
    await made.fork()
    return made
  }

  /** What the service is told of it. */
  get env(): NodeJS.ProcessEnv {
    return {
      ...{
        CARRIER: 'livekit',
        LIVEKIT_URL: `http://127.0.0.1:${this.port}`,
        LIVEKIT_SIP_TRUNK_ID: 'ST_storm',
      },
      ...{ LIVEKIT_API_KEY: keys.API_KEY, LIVEKIT_API_SECRET: keys.API_SECRET },
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
      API: this.api,
    }
    this.child = fork(modulePath('test/storm/livekit-process'), [], {
      execArgv: nodeArgs,
      env,
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    })
    await once(this.child, 'message')
  }

  /** Everything it knew is gone, and whoever talked is cut off. */
  async kill(): Promise<void> {
    this.kills++
    await this.end()
    appendFileSync(this.journal, `K ${Date.now()}\n`)
    await sleep(500)
    await this.fork()
  }

  private async end(): Promise<void> {
    const { child } = this
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return
    child.kill('SIGKILL')
    await once(child, 'exit')
  }

  private async rooms(): Promise<string[]> {
    this.child?.send('rooms')
    const [rooms] = await once(this.child as ChildProcess, 'message')
    return rooms
  }

  /** Rooms that are left when the sweep has had its time, and attempts that were dialed twice; its book becomes the carrier's. */
  async audit(db: Sql): Promise<{ rooms_left: number; double_invites: number }> {
    const until = Date.now() + 30_000
    while ((await this.rooms()).length > 0 && Date.now() < until) await sleep(500)
    const legs = this.legs()
    const rows = legs.map(({ call_id, number, at, over = Date.now() }) => ({ call_id, number, at, over }))
    await db`
      insert into simulated_calls (company_id, call_id, phone_number, attempt, dialed_at, plan, status, ended_at, dial_requests)
      select c.company_id, call_id, number, 1, to_timestamp(at / 1000), '{}', 'ended', to_timestamp(over / 1000), count(*) over (partition by call_id)
      from json_to_recordset(${JSON.stringify(rows)}::text::json) as l(call_id uuid, number text, at float8, over float8)
      join calls c on c.id = l.call_id
      on conflict do nothing`
    return {
      rooms_left: (await this.rooms()).length,
      double_invites: legs.length - new Set(legs.map(({ call_id }) => call_id)).size,
    }
  }

  private legs(): Leg[] {
    const legs: Leg[] = []
    const lines = existsSync(this.journal) ? readFileSync(this.journal, 'utf8').trim().split('\n') : []
    for (const line of lines) {
      const [what, room = '', number = '', at] = line.split(' ')
      if (what === 'I') legs.push({ room, call_id: room.slice(5), number, at: Number(at), over: undefined })
      else if (what === 'O') {
        const leg = legs.findLast((one) => one.room === room && one.over === undefined)
        if (leg) leg.over = Number(number)
      } else if (what === 'K') for (const leg of legs) leg.over ??= Number(room)
    }
    return legs
  }

  async close(): Promise<void> {
    await this.end()
    rmSync(this.folder, { recursive: true, force: true })
  }
}
