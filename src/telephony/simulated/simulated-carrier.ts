import { sql } from 'drizzle-orm'
import type { Db } from '../../db/client.ts'
import type { Outcome } from '../../db/schema/index.ts'
import { startLoop } from '../../lib/loop.ts'
import type {
  CallRef,
  Carrier,
  CarrierEvent,
  CarrierEventHandler,
  DialRequest,
  DialResult,
  LookupResult,
} from '../carrier.ts'
import { defaultRates, type Plan, planCall, type Rates, type Step } from './call-plan.ts'
import { type AgentOptions, SimulatedAgent, type SimulatedConversation } from './simulated-agent.ts'

export interface SimulatedOptions {
  db: Db
  now: () => Date
  seed: string
  /** How many times faster than life. */
  speed: number
  rates?: Rates
  agent: AgentOptions
  /** Told of what was not expected; the call it met goes on later. */
  onError: (error: unknown) => void
}

/** Calls one step goes on with at most; and how long nobody else does meanwhile, ms. */
const batch = 100
const holdMs = 5_000
const intervalMs = 50
/** The book keeps what has ended for a week: nobody asks about it any more. */
const keptMs = 7 * 86_400_000
const forgetEveryMs = 600_000
const mostForgotten = 1_000

interface Row extends Record<string, unknown> {
  company_id: string
  call_id: string
  phone_number: string
  attempt: number
  dialed_at: string
  plan: Plan
  step: number
  next_at: string | null
  status: 'dialing' | 'ringing' | 'active' | 'ended'
  outcome: Outcome | null
  answered_at: string | null
  ended_at: string | null
}

/**
 * A carrier that calls nobody: for demos, rehearsals and tests. Its book is the table simulated_calls, so that it knows
 * after a crash what it knew before, whichever process asks; any process that listens goes on with its calls.
 */
export class SimulatedCarrier implements Carrier {
  readonly name = 'simulated'
  private readonly options: SimulatedOptions
  private readonly agent: SimulatedAgent
  private take: CarrierEventHandler = async () => undefined

  constructor(options: SimulatedOptions) {
    this.options = options
    this.agent = new SimulatedAgent(options.agent)
  }

  async dial(call: DialRequest): Promise<DialResult> {
    const { now, seed, rates = defaultRates } = this.options
    if (now() > call.not_after)
      return { kind: 'refused', outcome: 'no_capacity', ended_reason: 'asked too late' }
    const plan = planCall(seed, call.phone_number, call.attempt, rates, call)
    if (plan.is_placed) await this.place(call, plan)
    await this.wait(plan.answer_ms)
    if (plan.fate === 'trunk') {
      return { kind: 'refused', outcome: 'carrier_error', ended_reason: plan.ended_reason }
    }
    return plan.fate === 'ambiguous'
      ? { kind: 'ambiguous', reason: 'no answer in time' }
      : { kind: 'accepted' }
  }

  /** Writes a call into the book, once: asked again, it only counts that it was. */
  private async place(call: DialRequest, plan: Plan): Promise<void> {
    const at = this.options.now()
    const isOver = plan.fate === 'trunk'
    await this.options.db.orm.execute(sql`
      insert into simulated_calls as s (company_id, call_id, phone_number, attempt, dialed_at, plan, next_at, status, outcome,
        ended_at)
      values (${call.company_id}::uuid, ${call.call_id}::uuid, ${call.phone_number}, ${call.attempt}::int,
        ${at.toISOString()}::timestamptz, ${JSON.stringify(plan)}::text::jsonb,
        ${isOver ? null : this.when(at, plan.steps[0])}::timestamptz, ${isOver ? 'ended' : 'dialing'},
        ${isOver ? plan.outcome : null}, ${isOver ? at.toISOString() : null}::timestamptz)
      on conflict (company_id, call_id) do update set dial_requests = s.dial_requests + 1`)
  }

  private when = (dialed_at: Date, step: Step | undefined): string | null =>
    step === undefined ? null : new Date(dialed_at.getTime() + step.at / this.options.speed).toISOString()

  private wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms / this.options.speed))

  async hangUp({ company_id, call_id }: CallRef): Promise<boolean> {
    const at = this.options.now().toISOString()
    const steps: Step[] = [{ at: 0, do: 'tell', type: 'ended' }]
    await this.options.db.orm.execute(sql`
      update simulated_calls set status = 'ended', outcome = 'cancelled', ended_at = ${at}::timestamptz, step = 0,
        next_at = ${at}::timestamptz,
        plan = plan || ${JSON.stringify({ steps, outcome: 'cancelled', ended_reason: 'hung_up' })}::text::jsonb
      where company_id = ${company_id}::uuid and call_id = ${call_id}::uuid and status <> 'ended'`)
    return true
  }

  async lookup({ company_id, call_id }: CallRef): Promise<LookupResult> {
    const [row] = await this.options.db.orm.execute<Row>(sql`
      select * from simulated_calls where company_id = ${company_id}::uuid and call_id = ${call_id}::uuid`)
    if (row === undefined) return { kind: 'unknown' }
    if (row.status !== 'ended') return { kind: 'live', status: row.status }
    return { kind: 'ended', event: eventOf(row, 'ended', this.options.now()) }
  }

  start(take: CarrierEventHandler): { stop(): Promise<void> } {
    this.take = take
    const { now, onError: onFault } = this.options
    const playing = startLoop(() => this.step(now()), intervalMs, onFault)
    const forgetting = startLoop(() => this.prune(now()), forgetEveryMs, onFault)
    return { stop: async () => void (await Promise.all([playing.stop(), forgetting.stop()])) }
  }

  /** Forgets calls that ended long ago, a bounded number at a time. Answers how many. */
  async prune(now: Date): Promise<number> {
    const before = new Date(now.getTime() - keptMs).toISOString()
    const { count } = await this.options.db.orm.execute(sql`
      delete from simulated_calls where (company_id, call_id) in (
        select company_id, call_id from simulated_calls where ended_at < ${before}::timestamptz limit ${mostForgotten})`)
    return count
  }

  /** Goes on with calls in which something is due. What was not taken, or died with its process, comes again. Answers how many. */
  async step(now: Date): Promise<number> {
    const rows = await this.options.db.orm.execute<Row>(sql`
      with due as (
        select company_id, call_id, next_at from simulated_calls where next_at <= ${now.toISOString()}::timestamptz
        order by next_at limit ${batch} for update skip locked
      )
      update simulated_calls s set next_at = ${new Date(now.getTime() + holdMs).toISOString()}::timestamptz
      from due where s.company_id = due.company_id and s.call_id = due.call_id
      returning s.*`)
    const played = await Promise.allSettled(rows.map((row) => this.play(row, now)))
    const gone = played.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
    const events = gone.flatMap(({ events: of }) => of)
    if (events.length > 0) await this.take(events)
    await this.keep(gone.map(({ row }) => row))
    for (const one of played) if (one.status === 'rejected') this.options.onError(one.reason)
    return rows.length
  }

  /** All that is due of one call: what happens, what its agent says, what the carrier is to tell. */
  private async play(row: Row, now: Date): Promise<{ row: Row; events: CarrierEvent[] }> {
    const { steps } = row.plan
    const dialed_at = new Date(row.dialed_at)
    const events: CarrierEvent[] = []
    const after = { ...row }
    for (; after.step < steps.length; after.step++) {
      const step = steps[after.step] as Step
      const at = this.when(dialed_at, step) as string
      if (Date.parse(at) > now.getTime()) break
      if (step.do === 'tell') events.push(eventOf(after, step.type, now))
      else if (isOfAgent(step)) await this.say(after, step)
      else happen(after, step, at)
    }
    after.next_at = this.when(dialed_at, steps[after.step])
    return { row: after, events }
  }

  /** What an agent cannot say is lost, as it would be in life; the telephone does not wait for it. */
  private async say(row: Row, step: AgentStep): Promise<void> {
    const call: SimulatedConversation = {
      ...row,
      name: `${this.options.seed}|${row.phone_number}|${row.attempt}`,
    }
    try {
      if (step.do === 'greet') await this.agent.greet(call)
      else if (step.do === 'exchange') await this.agent.exchange(call, step.index)
      else await this.agent.complete(call, this.options.now())
    } catch (error) {
      this.options.onError(error)
    }
  }

  /** Writes how far calls came, unless they were hung up meanwhile. */
  private async keep(rows: readonly Row[]): Promise<void> {
    if (rows.length === 0) return
    const kept = rows.map(
      ({ company_id, call_id, step, next_at, status, outcome, answered_at, ended_at }) => ({
        ...{ company_id, call_id, step, next_at, status, outcome, answered_at, ended_at },
      }),
    )
    await this.options.db.orm.execute(sql`
      update simulated_calls s set step = k.step, next_at = k.next_at, status = k.status, outcome = k.outcome,
        answered_at = k.answered_at, ended_at = k.ended_at
      from json_to_recordset(${JSON.stringify(kept)}::text::json) as k(company_id uuid, call_id uuid, step int,
        next_at timestamptz, status text, outcome text, answered_at timestamptz, ended_at timestamptz)
      where s.company_id = k.company_id and s.call_id = k.call_id
        and (s.status <> 'ended' or s.ended_at is not distinct from k.ended_at)`)
  }
}

type AgentStep = Extract<Step, { do: 'greet' | 'complete' } | { do: 'exchange' }>

const isOfAgent = (step: Step): step is AgentStep => ['greet', 'exchange', 'complete'].includes(step.do)

function happen(row: Row, step: Exclude<Step, { do: 'tell' } | AgentStep>, at: string): void {
  if (step.do === 'ring') row.status = 'ringing'
  else if (step.do === 'answer') Object.assign(row, { status: 'active', answered_at: at })
  else Object.assign(row, { status: 'ended', ended_at: at, outcome: row.plan.outcome })
}

function eventOf(row: Row, type: CarrierEvent['type'], now: Date): CarrierEvent {
  const { company_id, call_id, plan, ended_at } = row
  if (type !== 'ended') return { company_id, call_id, type, at: now }
  return {
    ...{ company_id, call_id, type, at: ended_at === null ? now : new Date(ended_at) },
    ...{ outcome: plan.outcome ?? undefined, ended_reason: plan.ended_reason },
  }
}

/** The simulated carrier. @throws nothing: it opens no connection of its own */
export const simulatedCarrier = (options: SimulatedOptions) => new SimulatedCarrier(options)
