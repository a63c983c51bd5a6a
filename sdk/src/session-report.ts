import type { AgentMetrics, ModelUsage, voice } from '@livekit/agents'
import { turnFieldsFromMessage, turnFieldsFromMetrics } from './livekit-metrics.ts'
import { type Component, ProviderUsage } from './provider-usage.ts'
import type { Session, SessionOptions } from './session-options.ts'
import type { MetricCollector, OpenTurn } from './telemetry/collector.ts'
import { mergeTurnFields, usageFieldsOf } from './telemetry/turn-fields.ts'
import type { Completion, TurnFields } from './telemetry/wire.ts'

type SpeechHandle = voice.SpeechHandle
type Message = Extract<voice.ConversationItemAddedEvent['item'], { type: 'message' }>

/** State of a speech until its turn is finalized. */
interface SpeechState {
  handle: SpeechHandle | undefined
  /** Started by `session.say`, whose handle does not list its message. */
  isFromSay: boolean
  /** Metrics that arrived before the message. */
  fields: TurnFields
  /** The turn that its metrics are added to. */
  turn: OpenTurn | undefined
  /** The turn of an interrupted speech, reserved when the interrupting message arrives before the speech's own. */
  reservedTurn: OpenTurn | undefined
  /** ms since 1970. */
  createdAt: number | undefined
  /** Its message has been reported as a turn. */
  isReported: boolean
}

const componentOfMetrics: Partial<Record<AgentMetrics['type'], Component>> = {
  stt_metrics: 'stt',
  llm_metrics: 'llm',
  realtime_model_metrics: 'llm',
  tts_metrics: 'tts',
}

/**
 * Converts the events of a LiveKit session into turns. Metrics are matched to a turn by speech id, in whatever order
 * they arrive: an assistant's turn stays open for `settleMs`, or until the user's next turn if that starts earlier.
 * Usage without a speech, and usage that arrives later, is added to the next turn, so that all turns of a call add up
 * to `session.usage`. Event handlers never throw.
 */
export class SessionReport {
  private readonly session: Session
  private readonly collector: MetricCollector
  private readonly options: SessionOptions
  private readonly speeches = new Map<string, SpeechState>()
  private readonly providerUsage = new ProviderUsage()
  private openTurn: OpenTurn | undefined
  private settleTimer: ReturnType<typeof setTimeout> | undefined
  /** Usage to be added to the next turn. */
  private carriedUsage: TurnFields = {}
  /** Latencies of the user's last turn, which belong to the reply to it. */
  private userMetrics: TurnFields = {}
  private userSpokeAt = 0
  private functionCalls: { name: string; is_error: boolean }[] = []
  /** Generations that were cancelled before the model reported their usage. */
  private generationsWithoutUsage = 0
  private completion: Completion = {}
  private readonly connectedAt: number
  private isEnded = false

  /** Use `collectSession`. */
  constructor(session: Session, collector: MetricCollector, options: SessionOptions) {
    this.session = session
    this.collector = collector
    this.options = options
    this.connectedAt = options.connectedAt ?? performance.now()
    for (const [event, listener] of this.listeners) session.on(event as never, listener as never)
  }

  /** The session's usage so far, by provider and model. */
  get usage(): readonly ModelUsage[] {
    return [...(this.session.usage?.modelUsage ?? [])] as ModelUsage[]
  }

  /**
   * Sets fields of the call's result, such as the outcome. A later value replaces an earlier one, undefined removes it,
   * and collected_data is merged.
   */
  update(completion: Completion): void {
    const { collected_data } = { ...this.completion, ...completion }
    this.completion = {
      ...this.completion,
      ...completion,
      ...(collected_data && { collected_data: { ...this.completion.collected_data, ...collected_data } }),
    }
  }

  /**
   * Ends the call and sends its result. Runs when the session closes; call it in a shutdown callback too, because a job
   * can end without a close event. Further calls do nothing.
   */
  end(reason = 'job_shutdown'): void {
    if (this.isEnded) return
    this.isEnded = true
    for (const [event, listener] of this.listeners) this.session.off(event as never, listener as never)
    this.closeTurns()
    this.reportRemainingUsage()
    const isError = reason === 'error'
    const providers = this.providerUsage.providers(this.options.providers)
    this.collector.finalizeCall({
      status: isError ? 'failed' : 'completed',
      ...(isError && { outcome: 'agent_error' }),
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
    const changes = { handle: speechHandle, isFromSay: source === 'say', createdAt }
    Object.assign(this.speechState(speechHandle.id), changes)
  }

  private readonly onMetrics = ({ metrics }: { metrics: AgentMetrics }): void => {
    const fields = turnFieldsFromMetrics(metrics)
    const component = componentOfMetrics[metrics.type]
    const { modelProvider, modelName } = ('metadata' in metrics && metrics.metadata) || {}
    if (component !== undefined)
      this.providerUsage.add(component, modelProvider ?? '', modelName ?? '', fields)
    if (metrics.type === 'llm_metrics' && metrics.cancelled && metrics.totalTokens === 0)
      this.generationsWithoutUsage++
    const { speechId } = metrics as { speechId?: string }
    const speech = speechId === undefined ? undefined : this.speechState(speechId)
    if (speech === undefined) this.carryUsage(fields)
    else if (speech.turn !== undefined && speech.turn === this.openTurn) speech.turn.add(fields)
    else if (speech.isReported) this.carryUsage(fields)
    else speech.fields = mergeTurnFields(speech.fields, fields)
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
    const speech = this.speechOf(item)
    this.closeOpenTurn()
    const turn = speech?.reservedTurn ?? this.startTurn('assistant', item)
    turn.add({ ...contentOf(item), was_interrupted: item.interrupted === true })
    // A message created before the user spoke is not the reply to it.
    const isReply = item.createdAt >= this.userSpokeAt
    turn.add(mergeTurnFields(speech?.fields ?? {}, isReply ? this.takeUserMetrics() : {}))
    turn.add(turnFieldsFromMessage(item.metrics ?? {}))
    turn.add(this.takeFunctionCalls())
    if (speech !== undefined)
      Object.assign(speech, { fields: {}, turn, reservedTurn: undefined, isReported: true })
    this.openTurn = turn
    this.settleTimer = setTimeout(() => this.closeOpenTurn(), this.options.settleMs ?? 1_000)
    this.settleTimer.unref()
  }

  /** The speech whose handle lists the message, or else the first one of `session.say` that is not reported or done. */
  private speechOf(item: Message): SpeechState | undefined {
    const speeches = [...this.speeches.values()]
    return (
      speeches.find(({ handle }) => handle?.chatItems.some(({ id }) => id === item.id)) ??
      speeches.find(({ isFromSay, isReported, handle }) => isFromSay && !isReported && !handle?.done())
    )
  }

  private readonly onTools = ({
    functionCalls,
    functionCallOutputs,
  }: voice.FunctionToolsExecutedEvent): void => {
    functionCalls.forEach(({ name }, i) => {
      this.functionCalls.push({ name, is_error: functionCallOutputs[i]?.isError === true })
    })
  }

  private readonly onClose = ({ reason }: voice.CloseEvent): void => this.end(reason)

  private carryUsage(fields: TurnFields): void {
    this.carriedUsage = mergeTurnFields(this.carriedUsage, usageFieldsOf(fields))
  }

  private closeOpenTurn(): void {
    clearTimeout(this.settleTimer)
    this.openTurn?.finalize()
    this.openTurn = undefined
  }

  /** Finalizes the open turn. Speeches that were interrupted before their first word become turns without text. */
  private closeTurns(): void {
    this.closeOpenTurn()
    for (const [id, speech] of this.speeches) {
      const { handle } = speech
      if (speech.isReported) {
        // Metrics that still arrive are carried to the next turn.
        speech.turn = undefined
      } else if (this.isEnded || handle?.done()) {
        // A preemptive generation that was discarded is never scheduled, so it is not an interruption. Neither is a
        // speech that was cut off by the end of the call.
        const wasInterrupted = !this.isEnded && handle?.interrupted && handle.scheduled
        if (speech.reservedTurn !== undefined || wasInterrupted) {
          const turn = speech.reservedTurn ?? this.startTurn('assistant')
          turn.finalize({ ...speech.fields, was_interrupted: true })
        } else this.carryUsage(speech.fields)
        this.speeches.delete(id)
      } else if (handle === undefined || (handle.interrupted && !handle.scheduled)) {
        this.carryUsage(speech.fields)
        speech.fields = {}
      } else if (handle.interrupted) {
        // Its message arrives after the one that interrupted it, so its turn_index is reserved now.
        speech.reservedTurn ??= this.startTurn('assistant', undefined, speech.createdAt)
      }
    }
  }

  /** At the end of the call, usage that belongs to no turn is reported as a `system` turn. */
  private reportRemainingUsage(): void {
    const hasUsage = Object.values(this.carriedUsage).some((value) => typeof value === 'number' && value > 0)
    if (hasUsage || this.generationsWithoutUsage > 0) this.startTurn('system').finalize()
  }

  private speechState(id: string): SpeechState {
    const existing = this.speeches.get(id)
    if (existing !== undefined) return existing
    const created: SpeechState = {
      handle: undefined,
      isFromSay: false,
      fields: {},
      turn: undefined,
      reservedTurn: undefined,
      createdAt: undefined,
      isReported: false,
    }
    this.speeches.set(id, created)
    return created
  }

  /** Starts a turn with the current state and the carried usage. Its start time is that of its speech, or else now. */
  private startTurn(role: 'user' | 'assistant' | 'system', item?: Message, createdAt?: number): OpenTurn {
    const { carriedUsage, generationsWithoutUsage } = this
    this.carriedUsage = {}
    this.generationsWithoutUsage = 0
    const state_id = this.options.state?.()
    const { startedSpeakingAt } = item?.metrics ?? {}
    const startedAtMs =
      startedSpeakingAt === undefined ? (item?.createdAt ?? createdAt) : startedSpeakingAt * 1000
    const startedAt = startedAtMs === undefined ? undefined : new Date(startedAtMs)
    const turn = this.collector.startTurn(role, carriedUsage, startedAt)
    return turn.add({
      ...(state_id !== undefined && { state_id }),
      ...(generationsWithoutUsage > 0 && {
        extra_data: { generations_without_usage: generationsWithoutUsage },
      }),
    })
  }

  private takeUserMetrics(): TurnFields {
    const metrics = this.userMetrics
    this.userMetrics = {}
    return metrics
  }

  private takeFunctionCalls(): TurnFields {
    const functions = this.functionCalls
    this.functionCalls = []
    return functions.length === 0 ? {} : { extra_data: { functions } }
  }
}

const contentOf = ({ textContent }: Message): TurnFields => (textContent ? { content: textContent } : {})
