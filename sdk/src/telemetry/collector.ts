import { completeTurnFields, type Mark, type Marks, marks, mergeTurnFields } from './turn-fields.ts'
import { isRole, isSupportedDate, validCompletion, validTurnFields } from './validate.ts'
import type { Completion, Item, Role, TurnFields } from './wire.ts'

export interface CollectorOptions {
  /** The index of the next turn. Default: 0. An agent that restarts during a call passes the last index plus one. */
  firstTurnIndex?: number
}

/** The clocks and functions that a sender gives to its collectors. */
export interface CollectorContext {
  /** A monotonic clock, ms. */
  now(): number
  /** The wall clock. */
  date(): Date
  send(item: Item): void
  /** Called with a description of each wrong use of the library. Nothing is thrown into the call. */
  reportMisuse(message: string): void
}

/** Runs `work` and reports an exception, for example from a getter of the agent's object, as misuse. */
function withoutThrowing(context: CollectorContext, work: () => void): void {
  try {
    work()
  } catch {
    context.reportMisuse('A value could not be read and was left out.')
  }
}

/** A turn that has not been finalized. No method throws, blocks or waits. */
export class OpenTurn {
  readonly turn_index: number
  private readonly role: Role
  private readonly context: CollectorContext
  private readonly onFinalized: (turn: OpenTurn) => string
  private readonly startedAt: Date
  private readonly marked: Marks = {}
  private fields: TurnFields = {}
  private isFinalized = false

  /** Use `MetricCollector.startTurn`. `onFinalized` is called once, and returns the id of the call. */
  constructor(
    context: CollectorContext,
    { turn_index, role, startedAt }: { turn_index: number; role: Role; startedAt: Date | undefined },
    onFinalized: (turn: OpenTurn) => string,
  ) {
    this.context = context
    this.turn_index = turn_index
    this.role = role
    this.onFinalized = onFinalized
    const isSupported = isSupportedDate(startedAt)
    if (startedAt !== undefined && !isSupported)
      context.reportMisuse(
        'The start time of a turn is not a Date in the years 1900 to 9999. The current time is used.',
      )
    this.startedAt = isSupported ? startedAt : context.date()
  }

  /** Records the time of a mark, as `performance.now()`; default: now. Only the first mark of each name counts. */
  mark(name: Mark, time: number = this.context.now()): this {
    if (this.isFinalized) this.context.reportMisuse(`${name} was marked after the turn was finalized.`)
    else if (!marks.includes(name))
      this.context.reportMisuse(`A mark has an unknown name. Known marks: ${marks.join(', ')}.`)
    else if (!Number.isFinite(time))
      this.context.reportMisuse(`${name} was marked with a time that is not a number.`)
    else this.marked[name] ??= time
    return this
  }

  /** Adds fields. Usage is summed, the first value of a latency is kept, and any other field keeps its last value. */
  add(fields: TurnFields): this {
    if (this.isFinalized) this.context.reportMisuse('Fields were added after the turn was finalized.')
    else
      withoutThrowing(this.context, () => {
        this.fields = mergeTurnFields(this.fields, validTurnFields(fields, this.context.reportMisuse))
      })
    return this
  }

  /** Adds fields, ends the turn and queues it for sending. Further calls do nothing. */
  finalize(fields: TurnFields = {}): void {
    if (this.isFinalized) return
    this.add(fields)
    this.isFinalized = true
    const { turn_index, role, fields: given } = this
    const created_at = this.startedAt.toISOString()
    const turn = { ...completeTurnFields(this.marked, given), turn_index, role, created_at }
    this.context.send({ kind: 'turn', call_id: this.onFinalized(this), turn })
  }

  /** Ends the turn without sending it. Its index is not used again. */
  discard(): void {
    if (this.isFinalized) return
    this.isFinalized = true
    this.onFinalized(this)
  }
}

/** Collects the turns of one call. All collectors of a process share one sender. */
export class MetricCollector {
  readonly call_id: string
  private readonly context: CollectorContext
  private readonly openTurns = new Set<OpenTurn>()
  private nextIndex: number
  /** When the call was answered, ms of the monotonic clock; undefined for an agent that restarted during the call. */
  private answeredAt: number | undefined
  private isAnswerRecorded = false
  private isFinalized = false

  /** Use `TelemetrySender.collect`. */
  constructor(call_id: string, context: CollectorContext, options?: CollectorOptions) {
    const firstTurnIndex = options?.firstTurnIndex ?? 0
    this.call_id = call_id
    this.context = context
    this.nextIndex = Number.isInteger(firstTurnIndex) && firstTurnIndex >= 0 ? firstTurnIndex : 0
    if (this.nextIndex !== firstTurnIndex)
      context.reportMisuse('firstTurnIndex must be a whole number of at least 0. 0 is used.')
    if (firstTurnIndex === 0) this.answeredAt = context.now()
  }

  /**
   * Starts a turn with the next index. Several turns can be open at the same time; each one is sent when it is
   * finalized. `startedAt` is when the turn started; the default is now.
   */
  startTurn(role: Role, fields: TurnFields = {}, startedAt?: Date): OpenTurn {
    if (this.isFinalized) this.context.reportMisuse('A turn was started after the call was finalized.')
    if (!isRole(role)) this.context.reportMisuse('The role of a turn must be user, assistant or system.')
    const turn = new OpenTurn(
      this.context,
      { turn_index: this.nextIndex++, role, startedAt },
      (finalized) => {
        this.openTurns.delete(finalized)
        return this.call_id
      },
    )
    this.openTurns.add(turn)
    return turn.add(fields)
  }

  /**
   * Records that the call was answered now, so that its duration does not include the time for which it rang. Needed only when
   * the collector was created before the answer. Only the first call counts.
   */
  callAnswered(): void {
    if (this.isFinalized) this.context.reportMisuse('The answer was recorded after the call was finalized.')
    else if (!this.isAnswerRecorded) this.answeredAt = this.context.now()
    this.isAnswerRecorded = true
  }

  /** Finalizes open turns and ends the call. Further calls do nothing. */
  finalizeCall(completion: Completion = {}): void {
    if (this.isFinalized) return
    this.isFinalized = true
    for (const turn of this.openTurns) turn.finalize()
    let valid: Completion = {}
    withoutThrowing(this.context, () => {
      valid = validCompletion(completion, this.context.reportMisuse)
    })
    this.context.send({
      kind: 'completion',
      call_id: this.call_id,
      completion: { ...this.measuredDuration(valid), ...valid },
    })
  }

  /**
   * The time since the answer by the monotonic clock, unless the agent reported one. The service derives the end of the
   * call from it, so a late delivery or a wrong wall clock of the agent does not change the end.
   */
  private measuredDuration({ ended_at, duration_sec }: Completion): Completion {
    if (this.answeredAt === undefined || ended_at !== undefined || duration_sec !== undefined) return {}
    return { duration_sec: Math.max(0, Math.round(this.context.now() - this.answeredAt)) / 1000 }
  }
}
