// Inserts calls for the analytics tests, and requests their figures.
import { randomUUID } from 'node:crypto'
import { sql } from 'drizzle-orm'
import type { Test } from 'tap'
import { acrossCompanies } from '../../src/db/transaction.ts'
import { foldCompany } from '../../src/modules/rollups/index.ts'
import { exampleConfig } from '../../src/modules/skillbases/index.ts'
import type { TestCompany, TestService } from '../setup/service.ts'
import { type CallSeed, differences, type TurnSeed } from './expected-figures.ts'

/** Functions that insert calls into a service and request their figures. */
export function analyticsOn(s: TestService) {
  /** Writes rows of calls, their turns and their metrics by SQL, with change records. Returns the ids of the calls. */
  async function seed(company: TestCompany, seeds: CallSeed[]): Promise<string[]> {
    const calls = seeds.map(({ turns: _, metrics: __, ...call }) => ({
      direction: 'inbound',
      status: 'completed',
      ...call,
      id: randomUUID(),
    }))
    const idOf = (i: number) => calls[i]?.id
    const turns = seeds.flatMap(({ turns = [] }, i) =>
      turns.map((turn, turn_index) => ({ ...turn, turn_index, call_id: idOf(i) })),
    )
    const metrics = seeds.flatMap(({ metrics }, i) =>
      metrics === undefined ? [] : [{ is_derived: true, ...metrics, id: randomUUID(), call_id: idOf(i) }],
    )
    const insert = (table: string, list: object[], defaults: object) => {
      const rows = list.map((row) => ({
        company_id: company.id,
        created_at: '2026-01-01Z',
        ...defaults,
        ...row,
      }))
      const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))].map((c) => `"${c}"`).join(', ')
      return sql`insert into ${sql.raw(table)} (${sql.raw(columns)})
        select ${sql.raw(columns)} from json_populate_recordset(null::${sql.raw(table)}, ${JSON.stringify(rows)}::text::json)`
    }
    const updated_at = '2026-01-01Z'
    await acrossCompanies(s.db, async (tx) => {
      await tx.execute(insert('calls', calls, { updated_at, turn_count: 0, states_visited: [] }))
      if (turns.length > 0) await tx.execute(insert('call_logs', turns, {}))
      const counts = { turn_count: 0, user_turn_count: 0, bot_turn_count: 0 }
      if (metrics.length > 0) await tx.execute(insert('call_metrics', metrics, { updated_at, ...counts }))
      await tx.execute(sql`
        insert into dirty_calls (company_id, call_id) select company_id, id from calls where company_id = ${company.id}`)
    })
    return calls.map(({ id }) => id)
  }

  /**
   * GETs a path before and after the company's changed calls are folded, and returns the second response.
   *
   * @throws Error when folding changed the response
   */
  async function get(company: TestCompany, path: string) {
    const before = (await s.request('GET', `/api/${path}`, company.headers)).body
    await foldCompany(s.db, company.id)
    const after = (await s.request('GET', `/api/${path}`, company.headers)).body
    const changes = differences(before, after).filter(
      (change) => !/^\/(start|end|previous_|request_id)/.test(change),
    )
    if (changes.length > 0) throw new Error(`folding changed the response: ${changes.join('; ')}`)
    return after
  }

  /** Like `get`, and asserts that the status is 200. */
  async function getOk(t: Test, company: TestCompany, path: string) {
    const { status, body } = await s.request('GET', `/api/${path}`, company.headers)
    t.equal(status, 200, `${path} ${status === 200 ? '' : JSON.stringify(body)}`)
    return get(company, path)
  }

  /** Creates a skillbase with the versions 1 and 2, and its campaigns "First" and "Second". Returns their ids. */
  async function createSkillbase(company: TestCompany, name = 'Bot') {
    const create = async (path: string, body: object) => {
      const response = await s.request('POST', path, company.headers, body)
      if (response.status !== 201) throw new Error(JSON.stringify(response.body))
      return response.body.id as string
    }
    const slug = `bot-${randomUUID()}`
    const skillbase = await create('/api/skillbases', { name, slug, config: exampleConfig })
    await s.request('PATCH', `/api/skillbases/${skillbase}`, company.headers, {
      config: { llm: { temperature: 0.1 } },
    })
    const campaign = (name: string) => create('/api/campaigns', { name, skillbase_id: skillbase })
    return { skillbase, campaigns: [await campaign('First'), await campaign('Second')] as const }
  }

  return { seed, get, getOk, createSkillbase }
}

/** Random numbers from 0 to below 1, the same for the same seed (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

interface Ids {
  skillbases: string[]
  campaigns: string[]
}

const outcomesOfSeeds = [
  'success',
  'fail',
  'no_answer',
  'voicemail',
  'lost',
  'cancelled',
  'suppressed',
  'agent_error',
] as const

/** Calls of all kinds, each at a random minute from `from` to before `to`. The same for the same `seed`. */
export function randomCalls(count: number, from: string, to: string, ids: Ids, seed = 7): CallSeed[] {
  const next = seededRandom(seed)
  const pick = <T>(list: readonly T[]) => list[Math.floor(next() * list.length)] as T
  const orNull = <T>(value: T, share = 0.8) => (next() < share ? value : null)
  const [start, end] = [Date.parse(from), Date.parse(to)]
  const amount = (limit: number) => (Math.floor(next() * limit * 1e6) / 1e6).toFixed(6)
  return Array.from({ length: count }, () => {
    const skillbase_id = orNull(pick(ids.skillbases), 0.9)
    const turns = Array.from({ length: Math.floor(next() * 9) }, (_, i) => {
      // Also zero, and from a nanosecond to a millisecond.
      const latencyBelow = (limit: number) =>
        pick([() => 0, () => 10 ** (-6 * next()), ...Array(10).fill(() => next() * limit)])()
      const measured = (limit: number) => (next() < 0.7 ? latencyBelow(limit) : undefined)
      return {
        role: i % 2 === 0 ? ('assistant' as const) : ('user' as const),
        eou_latency: measured(3000),
        ttfb_stt: measured(400),
        latency_llm: measured(900),
        ttfb_tts: measured(300),
        e2e_latency: measured(4000),
        overlap_ms: next() < 0.1 ? 426 : undefined,
        is_filler: orNull(next() < 0.2),
      }
    }) as TurnSeed[]
    const is_derived = turns.length > 0
    const botTurns = turns.filter(({ role }) => role === 'assistant').length
    const metrics = {
      is_derived,
      turn_count: is_derived ? turns.length : pick([0, 5]),
      bot_turn_count: botTurns,
      interruption_count: orNull(Math.floor(next() * (botTurns + 1))),
      stt_duration_sec: orNull(Math.floor(next() * 400) / 4),
      llm_input_tokens: orNull(Math.floor(next() * 5000)),
      llm_output_tokens: orNull(Math.floor(next() * 500)),
      tts_characters: orNull(Math.floor(next() * 900)),
      livekit_duration_sec: orNull(Math.floor(next() * 900)),
      tts_output_tokens: orNull(Math.floor(next() * 3), 0.3),
      cost_stt: orNull(amount(0.01)),
      cost_tts: orNull(amount(0.1)),
      cost_total: orNull(amount(1.5)),
    }
    return {
      started_at: new Date(start + Math.floor((next() * (end - start)) / 60_000) * 60_000).toISOString(),
      status: pick([
        'completed',
        'completed',
        'completed',
        'failed',
        'cancelled',
        'active',
        'ringing',
      ] as const),
      direction: pick(['inbound', 'outbound'] as const),
      outcome: orNull(pick(outcomesOfSeeds)),
      ended_reason: pick([null, 'not_dialed']),
      ring_sec: orNull(Math.floor(next() * 300) / 10),
      duration_sec: orNull(Math.floor(next() * 3000) / 10),
      skillbase_id,
      skillbase_version: skillbase_id === null ? null : pick([1, 2]),
      campaign_id: orNull(pick(ids.campaigns), 0.6),
      turns,
      ...(next() < 0.9 && { metrics }),
    }
  })
}

const formats = new Map<string, Intl.DateTimeFormat>()

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const cached = formats.get(timeZone)
  if (cached !== undefined) return cached
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    weekday: 'short',
    hour: '2-digit',
    hourCycle: 'h23',
    timeZoneName: 'longOffset',
  })
  formats.set(timeZone, format)
  return format
}

/** The calendar buckets and clock readings of an instant in a zone, by Intl (the service uses Temporal). */
export function wallClock(instant: string | number, timeZone: string) {
  const parts = formatOf(timeZone).formatToParts(new Date(instant))
  const part = Object.fromEntries(parts.map(({ type, value }) => [type, value]))
  const date = `${part.year}-${part.month}-${part.day}`
  const weekday = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'].indexOf(part.weekday ?? '') + 1
  const monday = new Date(Date.parse(`${date}T00:00:00Z`) - (weekday - 1) * 86_400_000)
  return {
    hour: `${date} ${part.hour} ${part.timeZoneName}`,
    day: date,
    week: monday.toISOString().slice(0, 10),
    month: `${part.year}-${part.month}`,
    hour_of_day: Number(part.hour),
    day_of_week: weekday,
  }
}
