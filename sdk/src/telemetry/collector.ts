import { completeTurnFields, type Mark, type Marks, marks, mergeTurnFields } from './turn-fields.ts'
import { isRole, validCompletion, validTurnFields } from './validate.ts'
import type { Completion, Item, Role, TurnFields } from './wire.ts'

export interface CollectorOptions {
  /** The index of the next turn (0): where an agent that was restarted in the middle of a call goes on. */
  firstTurnIndex?: number
}

/** What a collector is given by its sender. */
export interface CollectorContext {
  /** A monotonic clock, ms. */
  now(): number
  /** The wall clock. */
  date(): Date
  send(item: Item): void
  /** Told what was asked that cannot be: it is counted, and nothing is thrown into the call. */
  reportMisuse(what: string): void
}

/** Whatever an agent hands over, a getter that throws too, stays without harm to its call. */
function quietly(around: CollectorContext, work: () => void): void {
  try {
    work()
  } catch {
    around.reportMisuse('something given cannot be read')
  }
}

/** A turn while it goes on. Nothing here throws, blocks or waits. */
export class OpenTurn {
  readonly turn_index: number
  private readonly role: Role
  private readonly context: CollectorContext
  private readonly onFinalized: (turn: OpenTurn) => string
  private readonly startedAt: Date
  private readonly marked: Marks = {}
  private fields: TurnFields = {}
  private isFinalized = false

  /** Made by `MetricCollector.startTurn`. `finish` is told of the end, and answers the id of the call. */
  constructor(
    around: CollectorContext,
    { turn_index, role, began }: { turn_index: number; role: Role; began: Date | undefined },
    finish: (turn: OpenTurn) => string,
  ) {
    this.context = around
    this.turn_index = turn_index
    this.role = role
    this.onFinalized = finish
    const isTime = began instanceof Date && !Number.isNaN(began.getTime())
    if (began !== undefined && !isTime)
      around.reportMisuse('a turn began at no time: it is taken to begin now')
    this.startedAt = isTime ? began : around.date()
  }

  /** Marks a moment, the first time it is marked: now, or `at`, ms of the same clock (`performance.now()`). */
  mark(name: Mark, at: number = this.context.now()): this {
    if (this.isFinalized) this.context.reportMisuse(`${name} was marked after the turn was finalized`)
    else if (!marks.includes(name)) this.context.reportMisuse('a mark that is none')
    else if (!Number.isFinite(at)) this.context.reportMisuse(`${name} was marked at no time`)
    else this.marked[name] ??= at
    return this
  }

  /** Adds what is known: usage adds up, a latency is the first one, of the rest the last word counts. */
  add(fields: TurnFields): this {
    if (this.isFinalized) this.context.reportMisuse('fields came after the turn was finalized')
    else
      quietly(this.context, () => {
        this.fields = mergeTurnFields(this.fields, validTurnFields(fields, this.context.reportMisuse))
      })
    return this
  }

  /** Ends the turn and hands it over to be sent. A second time nothing happens. */
  finalize(fields: TurnFields = {}): void {
    if (this.isFinalized) return
    this.add(fields)
    this.isFinalized = true
    const { turn_index, role, fields: said } = this
    if ((said.llm_cached_input_tokens ?? 0) > (said.llm_input_tokens ?? Number.POSITIVE_INFINITY)) {
      delete said.llm_cached_input_tokens
      this.context.reportMisuse('llm_cached_input_tokens was left out: it exceeds llm_input_tokens')
    }
    const turn = {
      ...completeTurnFields(this.marked, said),
      turn_index,
      role,
      created_at: this.startedAt.toISOString(),
    }
    this.context.send({ kind: 'turn', call_id: this.onFinalized(this), turn })
  }
}

/** Collects what one call measures, turn by turn. The sender that makes it is shared by all calls of a process. */
export class MetricCollector {
  readonly call_id: string
  private readonly context: CollectorContext
  private readonly openTurns = new Set<OpenTurn>()
  private nextIndex: number
  /** When the call began; unknown to an agent that took over in the middle. */
  private readonly startedAt: number | undefined
  private isFinalized = false

  /** Made by `TelemetrySender.collect`. */
  constructor(call_id: string, around: CollectorContext, options?: CollectorOptions) {
    const first = options?.firstTurnIndex ?? 0
    this.call_id = call_id
    this.context = around
    this.nextIndex = Number.isInteger(first) && first >= 0 ? first : 0
    if (this.nextIndex !== first) around.reportMisuse('firstTurnIndex is to be a whole number: 0 is taken')
    if (first === 0) this.startedAt = around.now()
  }

  /**
   * Starts a turn, whose index is the next one. Several may be open at once; each is sent when it is finalized. `began`: when
   * it did, where that was before.
   */
  startTurn(role: Role, fields: TurnFields = {}, began?: Date): OpenTurn {
    if (this.isFinalized) this.context.reportMisuse('a turn was started after the call was finalized')
    if (!isRole(role)) this.context.reportMisuse('the role of a turn is to be user, assistant or system')
    const turn = new OpenTurn(this.context, { turn_index: this.nextIndex++, role, began }, (ended) => {
      this.openTurns.delete(ended)
      return this.call_id
    })
    this.openTurns.add(turn)
    return turn.add(fields)
  }

  /** Ends the call, and the turns that are open still. A second time nothing happens. */
  finalizeCall(completion: Completion = {}): void {
    if (this.isFinalized) return
    this.isFinalized = true
    for (const turn of this.openTurns) turn.finalize()
    let said: Completion = {}
    quietly(this.context, () => {
      said = validCompletion(completion, this.context.reportMisuse)
    })
    this.context.send({
      kind: 'completion',
      call_id: this.call_id,
      completion: { ...this.measuredDuration(said), ...said },
    })
  }

  /**
   * How long the call was, by the monotonic clock: its end is then where it was, however late the service hears of it,
   * and whatever the wall clock of the agent's machine says.
   */
  private measuredDuration({ ended_at, duration_sec }: Completion): Completion {
    if (this.startedAt === undefined || ended_at !== undefined || duration_sec !== undefined) return {}
    return { duration_sec: Math.max(0, Math.round(this.context.now() - this.startedAt)) / 1000 }
  }
}
