import { isRole, soundCompletion, soundTurn } from './sound.ts'
import { fieldsOfTurn, type Mark, type Marks, marks, merged } from './turn.ts'
import type { Completion, Item, Role, TurnFields } from './wire.ts'

export interface CollectorOptions {
  /** The index of the next turn (0): where an agent that was restarted in the middle of a call goes on. */
  firstTurnIndex?: number
}

/** What a collector is given by its sender. */
export interface Surroundings {
  /** A monotonic clock, ms. */
  now(): number
  /** The wall clock. */
  date(): Date
  send(item: Item): void
  /** Told what was asked that cannot be: it is counted, and nothing is thrown into the call. */
  misused(what: string): void
}

/** Whatever an agent hands over, a getter that throws too, stays without harm to its call. */
function quietly(around: Surroundings, work: () => void): void {
  try {
    work()
  } catch {
    around.misused('something given cannot be read')
  }
}

/** A turn while it goes on. Nothing here throws, blocks or waits. */
export class OpenTurn {
  readonly turn_index: number
  private readonly role: Role
  private readonly around: Surroundings
  private readonly finish: (turn: OpenTurn) => string
  private readonly began: Date
  private readonly at: Marks = {}
  private said: TurnFields = {}
  private isOver = false

  /** Made by `MetricCollector.startTurn`. `finish` is told of the end, and answers the id of the call. */
  constructor(
    around: Surroundings,
    { turn_index, role, began }: { turn_index: number; role: Role; began: Date | undefined },
    finish: (turn: OpenTurn) => string,
  ) {
    this.around = around
    this.turn_index = turn_index
    this.role = role
    this.finish = finish
    const isTime = began instanceof Date && !Number.isNaN(began.getTime())
    if (began !== undefined && !isTime) around.misused('a turn began at no time: it is taken to begin now')
    this.began = isTime ? began : around.date()
  }

  /** Marks a moment, the first time it is marked: now, or `at`, ms of the same clock (`performance.now()`). */
  mark(name: Mark, at: number = this.around.now()): this {
    if (this.isOver) this.around.misused(`${name} was marked after the turn was finalized`)
    else if (!marks.includes(name)) this.around.misused('a mark that is none')
    else if (!Number.isFinite(at)) this.around.misused(`${name} was marked at no time`)
    else this.at[name] ??= at
    return this
  }

  /** Adds what is known: usage adds up, a latency is the first one, of the rest the last word counts. */
  add(fields: TurnFields): this {
    if (this.isOver) this.around.misused('fields came after the turn was finalized')
    else
      quietly(this.around, () => {
        this.said = merged(this.said, soundTurn(fields, this.around.misused))
      })
    return this
  }

  /** Ends the turn and hands it over to be sent. A second time nothing happens. */
  finalize(fields: TurnFields = {}): void {
    if (this.isOver) return
    this.add(fields)
    this.isOver = true
    const { turn_index, role, said } = this
    if ((said.llm_cached_input_tokens ?? 0) > (said.llm_input_tokens ?? Number.POSITIVE_INFINITY)) {
      delete said.llm_cached_input_tokens
      this.around.misused('llm_cached_input_tokens was left out: it exceeds llm_input_tokens')
    }
    const turn = { ...fieldsOfTurn(this.at, said), turn_index, role, created_at: this.began.toISOString() }
    this.around.send({ kind: 'turn', call_id: this.finish(this), turn })
  }
}

/** Collects what one call measures, turn by turn. The sender that makes it is shared by all calls of a process. */
export class MetricCollector {
  readonly call_id: string
  private readonly around: Surroundings
  private readonly open = new Set<OpenTurn>()
  private nextIndex: number
  /** When the call began; unknown to an agent that took over in the middle. */
  private readonly began: number | undefined
  private isOver = false

  /** Made by `TelemetrySender.collect`. */
  constructor(call_id: string, around: Surroundings, options?: CollectorOptions) {
    const first = options?.firstTurnIndex ?? 0
    this.call_id = call_id
    this.around = around
    this.nextIndex = Number.isInteger(first) && first >= 0 ? first : 0
    if (this.nextIndex !== first) around.misused('firstTurnIndex is to be a whole number: 0 is taken')
    if (first === 0) this.began = around.now()
  }

  /**
   * Starts a turn, whose index is the next one. Several may be open at once; each is sent when it is finalized. `began`: when
   * it did, where that was before.
   */
  startTurn(role: Role, fields: TurnFields = {}, began?: Date): OpenTurn {
    if (this.isOver) this.around.misused('a turn was started after the call was finalized')
    if (!isRole(role)) this.around.misused('the role of a turn is to be user, assistant or system')
    const turn = new OpenTurn(this.around, { turn_index: this.nextIndex++, role, began }, (ended) => {
      this.open.delete(ended)
      return this.call_id
    })
    this.open.add(turn)
    return turn.add(fields)
  }

  /** Ends the call, and the turns that are open still. A second time nothing happens. */
  finalizeCall(completion: Completion = {}): void {
    if (this.isOver) return
    this.isOver = true
    for (const turn of this.open) turn.finalize()
    let said: Completion = {}
    quietly(this.around, () => {
      said = soundCompletion(completion, this.around.misused)
    })
    this.around.send({
      kind: 'completion',
      call_id: this.call_id,
      completion: { ...this.lasted(said), ...said },
    })
  }

  /**
   * How long the call was, by the monotonic clock: its end is then where it was, however late the service hears of it,
   * and whatever the wall clock of the agent's machine says.
   */
  private lasted({ ended_at, duration_sec }: Completion): Completion {
    if (this.began === undefined || ended_at !== undefined || duration_sec !== undefined) return {}
    return { duration_sec: Math.max(0, Math.round(this.around.now() - this.began)) / 1000 }
  }
}
