import { fieldsOfMarks, type Mark, type Marks, merged } from './turn.ts'
import type { Completion, Item, Role, TurnFields } from './wire.ts'

export interface CollectorOptions {
  /** The index of the next turn: where an agent that was restarted in the middle of a call goes on. */
  firstTurnIndex?: number
}

/** What a collector is given by its sender. */
export interface Surroundings {
  /** A monotonic clock, ms. */
  now(): number
  /** The wall clock. */
  date(): Date
  send(item: Item): void
  /** Something an agent did that cannot be: it is counted, and nothing is thrown into the call. */
  misused(what: string): void
}

/** A turn while it goes on. Nothing here throws, blocks, or waits. */
export class OpenTurn {
  readonly turn_index: number
  private readonly role: Role
  private readonly call: Surroundings & { finish(turn: OpenTurn): void; call_id: string }
  private readonly began: Date
  private readonly at: Marks = {}
  private fields: TurnFields = {}
  private isOver = false

  constructor(call: OpenTurn['call'], turn_index: number, role: Role) {
    this.call = call
    this.turn_index = turn_index
    this.role = role
    this.began = call.date()
  }

  /** Marks a moment, once: now, or `at` on the same monotonic clock (performance.now()). */
  mark(name: Mark, at: number = this.call.now()): this {
    if (this.isOver) this.call.misused('mark after finalize')
    else if (!Number.isFinite(at)) this.call.misused('mark that is no number')
    else this.at[name] ??= at
    return this
  }

  /** Adds what is known of the turn: usage adds up, of the rest the last word counts. */
  add(fields: TurnFields): this {
    if (this.isOver) this.call.misused('add after finalize')
    else this.fields = merged(this.fields, fields)
    return this
  }

  /** Ends the turn, and hands it over to be sent. A second time nothing happens. */
  finalize(fields: TurnFields = {}): void {
    if (this.isOver) return
    this.add(fields)
    this.isOver = true
    const turn = {
      ...merged(fieldsOfMarks(this.at), this.fields),
      turn_index: this.turn_index,
      role: this.role,
      created_at: this.began.toISOString(),
    }
    this.call.finish(this)
    this.call.send({ kind: 'turn', call_id: this.call.call_id, turn })
  }
}

/** Collects what a call measures, turn by turn. One for each call; the sender they share is one for each process. */
export class MetricCollector {
  readonly call_id: string
  private readonly around: Surroundings
  private readonly open = new Set<OpenTurn>()
  private nextIndex: number
  /** Unknown to an agent that took over in the middle. */
  private readonly began: number | undefined
  private isOver = false

  constructor(call_id: string, around: Surroundings, { firstTurnIndex = 0 }: CollectorOptions = {}) {
    this.call_id = call_id
    this.around = around
    this.nextIndex = firstTurnIndex
    if (firstTurnIndex === 0) this.began = around.now()
  }

  /** Starts a turn; the next index is its own. Turns of both sides may be open at once. */
  startTurn(role: Role, fields: TurnFields = {}): OpenTurn {
    const { call_id, around, open } = this
    if (this.isOver) around.misused('turn after the call was finalized')
    const finish = (turn: OpenTurn) => void open.delete(turn)
    const turn = new OpenTurn({ ...around, call_id, finish }, this.nextIndex++, role)
    open.add(turn)
    return turn.add(fields)
  }

  /** Ends the call, and the turns that are open still. A second time nothing happens. */
  finalizeCall(completion: Completion = {}): void {
    if (this.isOver) return
    this.isOver = true
    for (const turn of this.open) turn.finalize()
    const { call_id } = this
    this.around.send({
      kind: 'completion',
      call_id,
      completion: { ...this.lasted(completion), ...completion },
    })
  }

  /** How long the call was, by the monotonic clock: its agent's wall clock need not agree with the service's. */
  private lasted({ ended_at, duration_sec }: Completion): Completion {
    if (this.began === undefined || ended_at !== undefined || duration_sec !== undefined) return {}
    return { duration_sec: Math.round(this.around.now() - this.began) / 1000 }
  }
}
