import type { Db } from '../../db/client.ts'
import { type Loop, startLoop } from '../../lib/loop.ts'
import type {
  CallRef,
  Carrier,
  CarrierEvent,
  CarrierEventHandler,
  DialRequest,
  DialResult,
  LookupResult,
} from '../carrier.ts'
import { defaultRates, isPlaced, type Plan, planCall, type Rates, type Step } from './call-plan.ts'
import {
  cancelCall,
  deleteExpired,
  findCall,
  findMsUntilStep,
  insertCall,
  type SimulatedCall,
  storeProgress,
  takeDueCalls,
} from './call-queries.ts'
import {
  type AgentOptions,
  SimulatedAgent,
  type SimulatedConversation,
  withBadText,
} from './simulated-agent.ts'

export interface SimulatedOptions {
  db: Db
  now: () => Date
  /** The same seed gives the same calls. */
  seed: string
  /** How many times faster than real time calls run. */
  speed: number
  rates?: Rates
  agent: AgentOptions
  /** How long a step waits for slow companies, ms; then it goes on without them. By default it waits for all. */
  patienceMs?: number
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

/**
 * A carrier without telephony, for demos and tests. Calls are stored in the table simulated_calls, so they survive a
 * crash and any process can look them up and continue them.
 */
export class SimulatedCarrier implements Carrier {
  readonly name = 'simulated'
  private readonly options: SimulatedOptions
  private readonly agent: SimulatedAgent
  private onEvents: CarrierEventHandler = async () => ({ failed: [] })
  /** Companies whose calls are being advanced. */
  private readonly advancing = new Map<string, Promise<void>>()
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
    if (isPlaced(seed, call.call_id, plan)) await this.storeCall(call, plan)
    await this.wait(plan.response_ms)
    if (plan.fate === 'trunk') {
      return { kind: 'refused', outcome: 'carrier_error', ended_reason: plan.ended_reason }
    }
    return plan.fate === 'ambiguous'
      ? { kind: 'ambiguous', reason: 'the request timed out' }
      : { kind: 'accepted' }
  }

  private async storeCall(
    { company_id, call_id, phone_number, phone_extension, attempt }: DialRequest,
    planned: Plan,
  ): Promise<void> {
    const dialed_at = this.options.now()
    const plan = phone_extension === null ? planned : { ...planned, phone_extension }
    const key = { company_id, call_id, phone_number, attempt, dialed_at, plan }
    await insertCall(
      this.options.db,
      plan.fate === 'trunk'
        ? { ...key, next_at: null, status: 'ended', outcome: plan.outcome, ended_at: dialed_at }
        : {
            ...key,
            next_at: this.dueAt(dialed_at, plan.steps[0]),
            status: 'dialing',
            outcome: null,
            ended_at: null,
          },
    )
    this.wake()
  }

  /** When a step is due in real time; null for no step. */
  private dueAt = (dialed_at: Date, step: Step | undefined): Date | null =>
    step === undefined ? null : new Date(dialed_at.getTime() + step.at / this.options.speed)

  private wait = (simulatedMs: number) =>
    new Promise((resolve) => setTimeout(resolve, simulatedMs / this.options.speed))

  async hangUp({ company_id, call_id }: CallRef): Promise<boolean> {
    const change: Partial<Plan> = {
      steps: [{ at: 0, do: 'report', type: 'ended' }],
      outcome: 'cancelled',
      ended_reason: 'hung_up',
    }
    await cancelCall(this.options.db, { company_id, call_id, now: this.options.now(), change })
    this.wake()
    return true
  }

  async lookup({ company_id, call_id }: CallRef): Promise<LookupResult> {
    const [call] = await findCall(this.options.db, { company_id, call_id })
    if (call === undefined) return { kind: 'unknown' }
    const answered_at = call.answered_at ?? undefined
    if (call.status !== 'ended') return { kind: 'live', status: call.status, answered_at }
    return { kind: 'ended', event: eventOf(call, 'ended', this.options.now()) }
  }

  start(onEvents: CarrierEventHandler): Pick<Loop, 'wake' | 'stop'> {
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
    const stop = async () => {
      await Promise.all([stepping.stop(), pruning.stop()])
      await Promise.all(this.advancing.values())
    }
    return { wake: this.wake, stop }
  }

  /** Deletes up to 1,000 calls past their retention. Returns the number deleted. */
  prune(now: Date): Promise<number> {
    return deleteExpired(this.options.db, new Date(now.getTime() - retentionMs))
  }

  /**
   * Advances calls with a due step. A step is repeated after 5 s when its events could not be stored or the process died; other
   * calls continue, and companies do not wait for each other. Returns the number of calls.
   *
   * @throws what the handler of events throws
   */
  async step(now: Date): Promise<number> {
    const { db, patienceMs } = this.options
    const locked_until = new Date(now.getTime() + lockMs)
    const busy_companies = [...this.advancing.keys()]
    const calls = await takeDueCalls(db, { now, locked_until, limit: batchSize, busy_companies })
    const companies = [...new Set(calls.map(({ company_id }) => company_id))]
    let isWaitedFor = true
    const advancing = companies.map((company_id) => {
      const running = this.advanceAll(
        calls.filter((call) => call.company_id === company_id),
        now,
      )
      const reported = running.catch((error: unknown) => {
        if (!isWaitedFor) this.options.onError(error)
      })
      this.advancing.set(
        company_id,
        reported.finally(() => this.advancing.delete(company_id)),
      )
      return running
    })
    let timer: NodeJS.Timeout | undefined
    const patience = new Promise<void>((resolve) => {
      if (patienceMs !== undefined) timer = setTimeout(resolve, patienceMs)
    })
    try {
      await Promise.race([Promise.all(advancing), patience])
    } finally {
      isWaitedFor = false
      clearTimeout(timer)
    }
    return calls.length
  }

  /** Advances calls of one company, and stores what became of them. */
  private async advanceAll(calls: readonly SimulatedCall[], now: Date): Promise<void> {
    const results = await Promise.allSettled(calls.map((call) => this.advance(call, now)))
    const advanced = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []))
    const events = advanced.flatMap(({ events }) => events)
    const { failed } = events.length > 0 ? await this.onEvents(events) : { failed: [] }
    const notReported = new Set(failed.map(({ call_id }) => call_id))
    const stored = advanced.filter(({ call }) => !notReported.has(call.call_id))
    if (stored.length > 0)
      await storeProgress(this.options.db, { calls: stored.map(({ call }) => progressOf(call)) })
    for (const result of results) if (result.status === 'rejected') this.options.onError(result.reason)
  }

  /** Runs all due steps of a call. Returns its new state and the events to report. */
  private async advance(
    call: SimulatedCall,
    now: Date,
  ): Promise<{ call: SimulatedCall; events: CarrierEvent[] }> {
    const { dialed_at, plan } = call
    const events: CarrierEvent[] = []
    const updated = { ...call }
    for (; updated.step < plan.steps.length; updated.step++) {
      const step = plan.steps[updated.step] as Step
      const at = this.dueAt(dialed_at, step) as Date
      if (at > now) break
      if (step.do === 'report') events.push(eventOf(updated, step.type, now))
      else if (isAgentStep(step)) await this.runAgentStep(updated, step)
      else applyStep(updated, step, at)
    }
    updated.next_at = this.dueAt(dialed_at, plan.steps[updated.step])
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
}

type AgentStep = Extract<Step, { do: 'greet' | 'complete' } | { do: 'exchange' }>

const isAgentStep = (step: Step): step is AgentStep => ['greet', 'exchange', 'complete'].includes(step.do)

function applyStep(call: SimulatedCall, step: Exclude<Step, { do: 'report' } | AgentStep>, at: Date): void {
  if (step.do === 'ring') call.status = 'ringing'
  else if (step.do === 'answer') Object.assign(call, { status: 'active', answered_at: at })
  else if (step.do === 'end')
    Object.assign(call, { status: 'ended', ended_at: at, outcome: call.plan.outcome })
}

/** The columns that a step changes, and the key. */
const progressOf = (call: SimulatedCall) => {
  const { company_id, call_id, step, next_at, status, outcome, answered_at, ended_at } = call
  return { company_id, call_id, step, next_at, status, outcome, answered_at, ended_at }
}

function eventOf(call: SimulatedCall, type: CarrierEvent['type'], now: Date): CarrierEvent {
  const { company_id, call_id, plan, answered_at, ended_at } = call
  if (type !== 'ended') return { company_id, call_id, type, at: (type === 'answered' && answered_at) || now }
  return {
    company_id,
    call_id,
    type,
    at: ended_at ?? now,
    outcome: plan.outcome ?? undefined,
    ended_reason: plan.has_bad_text ? withBadText(plan.ended_reason) : plan.ended_reason,
    answered_at: answered_at ?? undefined,
  }
}

/** Creates the simulated carrier. */
export const simulatedCarrier = (options: SimulatedOptions) => new SimulatedCarrier(options)
