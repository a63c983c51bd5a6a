import type { AgentMetrics, ModelUsage, voice } from '@livekit/agents'
import { turnFieldsFromMessage, turnFieldsFromMetrics } from './livekit-metrics.ts'
import { type Component, ProviderUsage } from './provider-usage.ts'
import type { MetricCollector, OpenTurn } from './telemetry/collector.ts'
import { mergeTurnFields, usageFieldsOf } from './telemetry/turn-fields.ts'
import type { Completion, TurnFields } from './telemetry/wire.ts'

type Speech = voice.SpeechHandle
type Message = Extract<voice.ConversationItemAddedEvent['item'], { type: 'message' }>

/** What of a session of `@livekit/agents` is used. */
export type Session = Pick<voice.AgentSession, 'on' | 'off' | 'usage'>

export interface SessionOptions {
  /** How the price book names who serves; without it as LiveKit does ("Deepgram" is deepgram, "api.groq.com" groq). */
  providers?: Completion['providers']
  /** The state of the flow that the conversation is in. */
  state?: () => string | undefined
  /** When the agent entered the room, `performance.now()`; without it: now. LiveKit is paid from then on. */
  connectedAt?: number
  /** How long the metrics of a reply are waited for after its last word, ms (1000). */
  settleMs?: number
}

/** What is known of a speech before, and while, its words are a turn. */
interface Spoken {
  handle: Speech | undefined
  /** `say` leaves what it says out of its handle. */
  isSaid: boolean
  fields: TurnFields
  /** The turn that its metrics belong to. */
  turn: OpenTurn | undefined
  /** It was cut off by words that are told before its own: its place among the turns. */
  place: OpenTurn | undefined
  createdAt: number | undefined
  isTold: boolean
}

const kinds: Partial<Record<AgentMetrics['type'], Component>> = {
  stt_metrics: 'stt',
  llm_metrics: 'llm',
  realtime_model_metrics: 'llm',
  tts_metrics: 'tts',
}

/**
 * Maps a session of LiveKit Agents to turns. Metrics find their turn by the speech they name, in whatever order they come: an
 * assistant's turn stays open for a moment, until the user's next one at most. Usage that belongs to no speech, or comes too
 * late for it, goes to the next turn, so that a call's turns add up to what the session counted. Handlers never throw.
 */
export class SessionReport {
  private readonly session: Session
  private readonly collector: MetricCollector
  private readonly options: SessionOptions
  private readonly speeches = new Map<string, Spoken>()
  private readonly providerUsage = new ProviderUsage()
  private open: OpenTurn | undefined
  private settleTimer: ReturnType<typeof setTimeout> | undefined
  /** Usage for the next turn. */
  private carriedUsage: TurnFields = {}
  /** What the user's turn was measured by, until its answer is there. */
  private userMetrics: TurnFields = {}
  private userSpokeAt = 0
  private tools: { name: string; is_error: boolean }[] = []
  /** Generations that were cut off before their model said what they used. */
  private generationsWithoutUsage = 0
  private completion: Completion = {}
  private readonly connectedAt: number
  private isEnded = false

  /** Made by `collectSession`. */
  constructor(session: Session, collector: MetricCollector, options: SessionOptions) {
    this.session = session
    this.collector = collector
    this.options = options
    this.connectedAt = options.connectedAt ?? performance.now()
    for (const [event, listener] of this.listeners) session.on(event as never, listener as never)
  }

  /** What the session counted so far, by provider and model. */
  get usage(): readonly ModelUsage[] {
    return [...(this.session.usage?.modelUsage ?? [])] as ModelUsage[]
  }

  /** What the agent knows of how the call went: the outcome, what was collected. Later words count for more; undefined takes one back. */
  update(completion: Completion): void {
    const { collected_data } = { ...this.completion, ...completion }
    this.completion = {
      ...this.completion,
      ...completion,
      ...(collected_data && { collected_data: { ...this.completion.collected_data, ...collected_data } }),
    }
  }

  /** Ends the call: when the session closes, and in a shutdown callback, for a job may die without. A second time nothing happens. */
  end(reason = 'job_shutdown'): void {
    if (this.isEnded) return
    this.isEnded = true
    for (const [event, listener] of this.listeners) this.session.off(event as never, listener as never)
    this.closeTurns()
    this.reportRemainingUsage()
    const isFault = reason === 'error'
    const providers = this.providerUsage.providers(this.options.providers)
    this.collector.finalizeCall({
      status: isFault ? 'failed' : 'completed',
      ...(isFault && { outcome: 'agent_error' }),
      ended_reason: reason,
      livekit_duration_sec: Math.round(performance.now() - this.connectedAt) / 1000,
      ...(Object.keys(providers).length > 0 && { providers }),
      ...Object.fromEntries(Object.entries(this.completion).filter(([, value]) => value !== undefined)),
    })
  }

  private get listeners() {
    return [
      ['speech_created', this.onSpeech],
      ['metrics_collected', this.onMetrics],
      ['conversation_item_added', this.onItem],
      ['function_tools_executed', this.onTools],
      ['close', this.onClose],
    ] as const
  }

  private readonly onSpeech = ({ speechHandle, source, createdAt }: voice.SpeechCreatedEvent): void => {
    Object.assign(this.speechState(speechHandle.id), {
      handle: speechHandle,
      isSaid: source === 'say',
      createdAt,
    })
  }

  private readonly onMetrics = ({ metrics }: { metrics: AgentMetrics }): void => {
    const fields = turnFieldsFromMetrics(metrics)
    const kind = kinds[metrics.type]
    const { modelProvider, modelName } = ('metadata' in metrics && metrics.metadata) || {}
    if (kind !== undefined) this.providerUsage.add(kind, modelProvider ?? '', modelName ?? '', fields)
    if (metrics.type === 'llm_metrics' && metrics.cancelled && metrics.totalTokens === 0)
      this.generationsWithoutUsage++
    const { speechId } = metrics as { speechId?: string }
    if (speechId === undefined) {
      this.carriedUsage = mergeTurnFields(this.carriedUsage, usageFieldsOf(fields))
      return
    }
    const spoken = this.speechState(speechId)
    if (spoken.turn !== undefined && spoken.turn === this.open) spoken.turn.add(fields)
    else if (spoken.isTold) this.carriedUsage = mergeTurnFields(this.carriedUsage, usageFieldsOf(fields))
    else spoken.fields = mergeTurnFields(spoken.fields, fields)
  }

  private readonly onItem = ({ item }: voice.ConversationItemAddedEvent): void => {
    if (item.type !== 'message') return
    if (item.role === 'user') this.onUser(item)
    else if (item.role === 'assistant') this.onAssistant(item)
  }

  private onUser(item: Message): void {
    this.closeTurns()
    this.userMetrics = turnFieldsFromMessage(item.metrics ?? {})
    this.userSpokeAt = item.createdAt
    const { transcriptConfidence } = item
    const turn = this.startTurn('user', item)
    turn.finalize({
      ...contentOf(item),
      ...(transcriptConfidence !== undefined && {
        extra_data: { transcript_confidence: transcriptConfidence },
      }),
    })
  }

  private onAssistant(item: Message): void {
    const spoken = this.speechOf(item)
    this.closeOpenTurn()
    const turn = spoken?.place ?? this.startTurn('assistant', item)
    turn.add({ ...contentOf(item), was_interrupted: item.interrupted === true })
    // One that began before they spoke is no answer to them.
    turn.add(
      mergeTurnFields(spoken?.fields ?? {}, item.createdAt >= this.userSpokeAt ? this.takeUserMetrics() : {}),
    )
    turn.add(turnFieldsFromMessage(item.metrics ?? {}))
    turn.add(this.takeTools())
    if (spoken !== undefined) Object.assign(spoken, { fields: {}, turn, place: undefined, isTold: true })
    this.open = turn
    this.settleTimer = setTimeout(() => this.closeOpenTurn(), this.options.settleMs ?? 1_000)
    this.settleTimer.unref()
  }

  /** By the items of a speech; `say` keeps none, and speaks in its turn: the first that is not over. */
  private speechOf(item: Message): Spoken | undefined {
    const all = [...this.speeches.values()]
    return (
      all.find(({ handle }) => handle?.chatItems.some(({ id }) => id === item.id)) ??
      all.find(({ isSaid, isTold, handle }) => isSaid && !isTold && !handle?.done())
    )
  }

  private readonly onTools = (ran: voice.FunctionToolsExecutedEvent): void => {
    ran.functionCalls.forEach(({ name }, i) => {
      this.tools.push({ name, is_error: ran.functionCallOutputs[i]?.isError === true })
    })
  }

  private readonly onClose = ({ reason }: voice.CloseEvent): void => this.end(reason)

  private closeOpenTurn(): void {
    clearTimeout(this.settleTimer)
    this.open?.finalize()
    this.open = undefined
  }

  /** The turn that is open is over; a speech that was cut off before its first word is one too. */
  private closeTurns(): void {
    this.closeOpenTurn()
    for (const [id, spoken] of this.speeches) {
      const { handle } = spoken
      // What is still told of one that was is carried on; one that goes on, or is yet to be heard of, is waited for.
      if (spoken.isTold) spoken.turn = undefined
      else if (this.isEnded || handle?.done()) {
        // A generation that was tried before the user was done, and thrown away, was never to be heard; and the end of a call
        // interrupts nobody.
        if (spoken.place !== undefined || (!this.isEnded && handle?.interrupted && handle.scheduled)) {
          const turn = spoken.place ?? this.startTurn('assistant')
          turn.finalize({ ...spoken.fields, was_interrupted: true })
        } else this.carriedUsage = mergeTurnFields(this.carriedUsage, usageFieldsOf(spoken.fields))
        this.speeches.delete(id)
      } else if (handle === undefined || (handle.interrupted && !handle.scheduled)) {
        this.carriedUsage = mergeTurnFields(this.carriedUsage, usageFieldsOf(spoken.fields))
        spoken.fields = {}
      } else if (handle.interrupted) {
        const { createdAt } = spoken
        spoken.place ??= this.startTurn('assistant', undefined, createdAt)
      }
    }
  }

  /** At the end: usage that no turn has is a turn of its own, in which nobody speaks. */
  private reportRemainingUsage(): void {
    const isLeft = Object.values(this.carriedUsage).some((value) => typeof value === 'number' && value > 0)
    if (isLeft || this.generationsWithoutUsage > 0) this.startTurn('system').finalize()
  }

  private speechState(id: string): Spoken {
    const known = this.speeches.get(id)
    if (known !== undefined) return known
    const made: Spoken = {
      handle: undefined,
      isSaid: false,
      fields: {},
      turn: undefined,
      place: undefined,
      createdAt: undefined,
      isTold: false,
    }
    this.speeches.set(id, made)
    return made
  }

  /** A turn, with the state it is in and the usage that waited for it; it began when its words did. */
  private startTurn(role: 'user' | 'assistant' | 'system', item?: Message, createdAt?: number): OpenTurn {
    const { carriedUsage: carried, generationsWithoutUsage: uncounted } = this
    this.carriedUsage = {}
    this.generationsWithoutUsage = 0
    const state_id = this.options.state?.()
    const { startedSpeakingAt } = item?.metrics ?? {}
    const began = startedSpeakingAt === undefined ? (item?.createdAt ?? createdAt) : startedSpeakingAt * 1000
    const turn = this.collector.startTurn(role, carried, began === undefined ? undefined : new Date(began))
    return turn.add({
      ...(state_id !== undefined && { state_id }),
      ...(uncounted > 0 && { extra_data: { generations_without_usage: uncounted } }),
    })
  }

  private takeUserMetrics(): TurnFields {
    const { userMetrics: asked } = this
    this.userMetrics = {}
    return asked
  }

  private takeTools(): TurnFields {
    const functions = this.tools
    this.tools = []
    return functions.length === 0 ? {} : { extra_data: { functions } }
  }
}

const contentOf = ({ textContent }: Message): TurnFields => (textContent ? { content: textContent } : {})

/** Reports a session of LiveKit Agents, from now until it closes. */
export const collectSession = (
  session: Session,
  collector: MetricCollector,
  options: SessionOptions = {},
): SessionReport => new SessionReport(session, collector, options)

/** What of a sender is used. */
interface Sends {
  close(timeoutMs?: number): Promise<unknown>
}

/**
 * A process that dies of an exception still tells how far its call came: the report is ended as a fault, what waits is sent for
 * up to `timeoutMs`, and the process exits with 1. Call what is returned when the call is over.
 */
export function endOnCrash(report: SessionReport, sender: Sends, timeoutMs = 3_000): () => void {
  const crashed = (error: unknown): void => {
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`)
    report.end('error')
    void sender.close(timeoutMs).finally(() => process.exit(1))
  }
  process.once('uncaughtException', crashed)
  return () => void process.off('uncaughtException', crashed)
}
