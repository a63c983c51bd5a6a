import { Type } from '@sinclair/typebox'
import { sql } from 'drizzle-orm'
import type { Db } from '../../db/client.ts'
import { defineQuery } from '../../db/query/define-query.ts'
import { timestamptz } from '../../db/query/parameters.ts'
import type { Outcome } from '../../db/schema/index.ts'
import { type Loop, startLoop } from '../../lib/loop.ts'
import { Nullable } from '../../lib/schema/typebox.ts'
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
  /** The same seed gives the same calls. */
  seed: string
  /** How many times faster than real time calls run. */
  speed: number
  rates?: Rates
  agent: AgentOptions
  /** Called with unexpected errors; the affected call continues at the next step. */
  onError: (error: unknown) => void
}

/** Calls advanced per step. */
const batchSize = 100
/** Time for which a process that advances a call locks it against other processes. */
const lockMs = 5_000
const stepIntervalMs = 50
/** Longest time without a step, ms: another process may have hung up a call. */
const maxPauseMs = 5_000
/** Ended calls are deleted after 7 days. */
const retentionMs = 7 * 86_400_000
const pruneIntervalMs = 600_000
const pruneBatchSize = 1_000

/** A row of simulated_calls. `step` is the index of the next step of the plan, due at `next_at`; null: none is left. */
interface SimulatedCall extends Record<string, unknown> {
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

/** Milliseconds until a step of a call is due; null without calls. Index: simulated_calls_next_at_idx. */
const findMsUntilStep = defineQuery({
  name: 'simulated_carrier.find_ms_until_step',
  params: { now: timestamptz },
  row: { ms: Nullable(Type.Number()) },
  sql: (p) => sql`
    select extract(epoch from min(next_at) - ${p.now})::float8 * 1000 as ms from simulated_calls`,
})

/**
 * A carrier without telephony, for demos and tests. Calls are stored in the table simulated_calls, so they survive a
 * crash and any process can look them up and continue them.
 */
export class SimulatedCarrier implements Carrier {
  readonly name = 'simulated'
  private readonly options: SimulatedOptions
  private readonly agent: SimulatedAgent
  private onEvents: CarrierEventHandler = async () => undefined
  /** Called when a call has a new step; `start` sets it. */
  private wake: () => void = () => undefined

  constructor(options: SimulatedOptions) {
    this.options = options
    this.agent = new SimulatedAgent(options.agent)
  }

  async dial(call: DialRequest): Promise<DialResult> {
    const { now, seed, rates = defaultRates } = this.options
    if (now() > call.not_after)
      return { kind: 'refused', outcome: 'no_capacity', ended_reason: 'the request came after not_after' }
    const plan = planCall(seed, call.phone_number, call.attempt, rates, call)
    if (plan.is_placed) await this.insertCall(call, plan)
    await this.wait(plan.response_ms)
    if (plan.fate === 'trunk') {
      return { kind: 'refused', outcome: 'carrier_error', ended_reason: plan.ended_reason }
    }
    return plan.fate === 'ambiguous'
      ? { kind: 'ambiguous', reason: 'the request timed out' }
      : { kind: 'accepted' }
  }

  /** Inserts the call. A repeated request only increments dial_requests. */
  private async insertCall(call: DialRequest, plan: Plan): Promise<void> {
    const at = this.options.now()
    const isOver = plan.fate === 'trunk'
    await this.options.db.orm.execute(sql`
      insert into simulated_calls as s (company_id, call_id, phone_number, attempt, dialed_at, plan, next_at, status, outcome,
        ended_at)
      values (${call.company_id}::uuid, ${call.call_id}::uuid, ${call.phone_number}, ${call.attempt}::int,
        ${at.toISOString()}::timestamptz, ${JSON.stringify(plan)}::text::jsonb,
        ${isOver ? null : this.dueAt(at, plan.steps[0])}::timestamptz, ${isOver ? 'ended' : 'dialing'},
        ${isOver ? plan.outcome : null}, ${isOver ? at.toISOString() : null}::timestamptz)
      on conflict (company_id, call_id) do update set dial_requests = s.dial_requests + 1`)
    this.wake()
  }

  /** When a step is due in real time; null for no step. */
  private dueAt = (dialed_at: Date, step: Step | undefined): string | null =>
    step === undefined ? null : new Date(dialed_at.getTime() + step.at / this.options.speed).toISOString()

  private wait = (simulatedMs: number) =>
    new Promise((resolve) => setTimeout(resolve, simulatedMs / this.options.speed))

  async hangUp({ company_id, call_id }: CallRef): Promise<boolean> {
    const at = this.options.now().toISOString()
    const steps: Step[] = [{ at: 0, do: 'report', type: 'ended' }]
    await this.options.db.orm.execute(sql`
      update simulated_calls set status = 'ended', outcome = 'cancelled', ended_at = ${at}::timestamptz, step = 0,
        next_at = ${at}::timestamptz,
        plan = plan || ${JSON.stringify({ steps, outcome: 'cancelled', ended_reason: 'hung_up' })}::text::jsonb
      where company_id = ${company_id}::uuid and call_id = ${call_id}::uuid and status <> 'ended'`)
    this.wake()
    return true
  }

  async lookup({ company_id, call_id }: CallRef): Promise<LookupResult> {
    const [call] = await this.options.db.orm.execute<SimulatedCall>(sql`
      select * from simulated_calls where company_id = ${company_id}::uuid and call_id = ${call_id}::uuid`)
    if (call === undefined) return { kind: 'unknown' }
    if (call.status !== 'ended') return { kind: 'live', status: call.status }
    return { kind: 'ended', event: eventOf(call, 'ended', this.options.now()) }
  }

  start(onEvents: CarrierEventHandler): Loop {
    this.onEvents = onEvents
    const { db, now, onError } = this.options
    const stepping = startLoop({
      name: 'advance-simulated-calls',
      step: () => this.step(now()),
      intervalMs: stepIntervalMs,
      maxPauseMs,
      msUntilDue: async () => (await findMsUntilStep(db, { now: now() }))[0]?.ms ?? Number.POSITIVE_INFINITY,
      onError,
    })
    const pruning = startLoop({
      name: 'prune-simulated-calls',
      step: () => this.prune(now()),
      intervalMs: pruneIntervalMs,
      onError,
    })
    this.wake = () => stepping.wake()
    return { wake: this.wake, stop: async () => void (await Promise.all([stepping.stop(), pruning.stop()])) }
  }

  /** Deletes up to 1,000 calls past their retention. Returns the number deleted. */
  async prune(now: Date): Promise<number> {
    const expiresBefore = new Date(now.getTime() - retentionMs).toISOString()
    const { count } = await this.options.db.orm.execute(sql`
      delete from simulated_calls where (company_id, call_id) in (
        select company_id, call_id from simulated_calls where ended_at < ${expiresBefore}::timestamptz limit ${pruneBatchSize})`)
    return count
  }

  /**
   * Advances calls with a due step. A step is repeated after 5 s when its events could not be stored or the process died.
   * Returns the number of calls.
   */
  async step(now: Date): Promise<number> {
    const calls = await this.options.db.orm.execute<SimulatedCall>(sql`
      with due_calls as (
        select company_id, call_id, next_at from simulated_calls where next_at <= ${now.toISOString()}::timestamptz
        order by next_at limit ${batchSize} for update skip locked
      )
      update simulated_calls s set next_at = ${new Date(now.getTime() + lockMs).toISOString()}::timestamptz
      from due_calls where s.company_id = due_calls.company_id and s.call_id = due_calls.call_id
      returning s.*`)
    const results = await Promise.allSettled(calls.map((call) => this.advance(call, now)))
    const advanced = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []))
    const events = advanced.flatMap(({ events }) => events)
    if (events.length > 0) await this.onEvents(events)
    await this.storeProgress(advanced.map(({ call }) => call))
    for (const result of results) if (result.status === 'rejected') this.options.onError(result.reason)
    return calls.length
  }

  /** Runs all due steps of a call. Returns its new state and the events to report. */
  private async advance(
    call: SimulatedCall,
    now: Date,
  ): Promise<{ call: SimulatedCall; events: CarrierEvent[] }> {
    const { steps } = call.plan
    const dialed_at = new Date(call.dialed_at)
    const events: CarrierEvent[] = []
    const updated = { ...call }
    for (; updated.step < steps.length; updated.step++) {
      const step = steps[updated.step] as Step
      const at = this.dueAt(dialed_at, step) as string
      if (Date.parse(at) > now.getTime()) break
      if (step.do === 'report') events.push(eventOf(updated, step.type, now))
      else if (isAgentStep(step)) await this.runAgentStep(updated, step)
      else applyStep(updated, step, at)
    }
    updated.next_at = this.dueAt(dialed_at, steps[updated.step])
    return { call: updated, events }
  }

  /**
   * Runs a step of the agent. When its request fails, the call continues without it, as when a real agent loses its
   * connection.
   */
  private async runAgentStep(call: SimulatedCall, step: AgentStep): Promise<void> {
    const conversation: SimulatedConversation = {
      ...call,
      seed: `${this.options.seed}|${call.phone_number}|${call.attempt}`,
    }
    try {
      if (step.do === 'greet') await this.agent.greet(conversation)
      else if (step.do === 'exchange') await this.agent.exchange(conversation, step.index)
      else await this.agent.complete(conversation, this.options.now())
    } catch (error) {
      this.options.onError(error)
    }
  }

  /** Stores the state of calls, except of those that were hung up in the meantime. */
  private async storeProgress(calls: readonly SimulatedCall[]): Promise<void> {
    if (calls.length === 0) return
    const rows = calls.map(
      ({ company_id, call_id, step, next_at, status, outcome, answered_at, ended_at }) => ({
        company_id,
        call_id,
        step,
        next_at,
        status,
        outcome,
        answered_at,
        ended_at,
      }),
    )
    await this.options.db.orm.execute(sql`
      update simulated_calls s set step = p.step, next_at = p.next_at, status = p.status, outcome = p.outcome,
        answered_at = p.answered_at, ended_at = p.ended_at
      from json_to_recordset(${JSON.stringify(rows)}::text::json) as p(company_id uuid, call_id uuid, step int,
        next_at timestamptz, status text, outcome text, answered_at timestamptz, ended_at timestamptz)
      where s.company_id = p.company_id and s.call_id = p.call_id
        and (s.status <> 'ended' or s.ended_at is not distinct from p.ended_at)`)
  }
}

type AgentStep = Extract<Step, { do: 'greet' | 'complete' } | { do: 'exchange' }>

const isAgentStep = (step: Step): step is AgentStep => ['greet', 'exchange', 'complete'].includes(step.do)

function applyStep(call: SimulatedCall, step: Exclude<Step, { do: 'report' } | AgentStep>, at: string): void {
  if (step.do === 'ring') call.status = 'ringing'
  else if (step.do === 'answer') Object.assign(call, { status: 'active', answered_at: at })
  else if (step.do === 'end')
    Object.assign(call, { status: 'ended', ended_at: at, outcome: call.plan.outcome })
}

function eventOf(call: SimulatedCall, type: CarrierEvent['type'], now: Date): CarrierEvent {
  const { company_id, call_id, plan, ended_at } = call
  if (type !== 'ended') return { company_id, call_id, type, at: now }
  return {
    company_id,
    call_id,
    type,
    at: ended_at === null ? now : new Date(ended_at),
    outcome: plan.outcome ?? undefined,
    ended_reason: plan.ended_reason,
  }
}

/** Creates the simulated carrier. */
export const simulatedCarrier = (options: SimulatedOptions) => new SimulatedCarrier(options)
