import type { AgentMetrics, ModelUsage, voice } from '@livekit/agents'
import { Fillers } from './fillers.ts'
import { turnFieldsFromMetrics } from './livekit-metrics.ts'
import { layerOf } from './model-layers.ts'
import { RealtimeInput, RealtimeResponses } from './realtime.ts'
import type { Session, SessionOptions } from './session-options.ts'
import { SessionUsage } from './session-usage.ts'
import { hasRunningFunction, type Message, Speeches, type SpeechState } from './speeches.ts'
import type { MetricCollector, OpenTurn } from './telemetry/collector.ts'
import { mergeTurnFields, usageFieldsOf, withoutUsage } from './telemetry/turn-fields.ts'
import type { Completion, TurnFields } from './telemetry/wire.ts'
import { noUserSpeech, replyLatencies, speechStartOf, type UserSpeech, userSpeechOf } from './user-speech.ts'

/**
 * Converts the events of a LiveKit session into turns. Metrics are matched to a turn by speech id, in whatever order
 * they arrive: an assistant's turn stays open for `settleMs`, or until the user's next turn if that starts earlier.
 * Usage without a speech, and usage that arrives later, is added to the next turn, so that all turns of a call add up
 * to what was requested from providers. Event handlers never throw.
 */
export class SessionReport {
  private readonly session: Session
  private readonly collector: MetricCollector
  private readonly options: SessionOptions
  private readonly speeches = new Speeches()
  private readonly fillers = new Fillers()
  private readonly realtimeInput: RealtimeInput
  private readonly responses = new RealtimeResponses()
  private readonly usageOfSession: SessionUsage
  private openTurn: OpenTurn | undefined
  /** The realtime responses of the open turn. */
  private openResponseIds: readonly string[] = []
  private settleTimer: ReturnType<typeof setTimeout> | undefined
  private user: UserSpeech = noUserSpeech
  /** ms since 1970; undefined while the agent does not speak. */
  private agentSpeakingSince: number | undefined
  private functionCalls: { name: string; is_error: boolean }[] = []
  private completion: Completion = {}
  private readonly connectedAt: number
  private isEnded = false

  /** Use `collectSession`. */
  constructor(session: Session, collector: MetricCollector, options: SessionOptions) {
    this.session = session
    this.collector = collector
    this.options = options
    this.usageOfSession = new SessionUsage(session)
    this.realtimeInput = new RealtimeInput(session)
    this.connectedAt = options.connectedAt ?? performance.now()
    for (const [event, listener] of this.listeners) session.on(event as never, listener as never)
  }

  /** The session's usage so far, by provider and model. A request through an adapter of LiveKit is in it twice. */
  get usage(): readonly ModelUsage[] {
    return [...(this.session.usage?.modelUsage ?? [])] as ModelUsage[]
  }

  /**
   * Sets fields of the call's result, such as the outcome. A later value replaces an earlier one, undefined removes it,
   * and collected_data is merged.
   */
  update(completion: Completion): void {
    const { collected_data } = { ...this.completion, ...completion }
    const merged = collected_data && { ...this.completion.collected_data, ...collected_data }
    this.completion = { ...this.completion, ...completion, ...(merged && { collected_data: merged }) }
  }

  /**
   * Ends the call and sends its result. Runs when the session closes; call it in a shutdown callback too, because a job
   * can end without a close event. Further calls do nothing.
   */
  end(reason = 'job_shutdown'): void {
    if (this.isEnded) return
    this.isEnded = true
    for (const [event, listener] of this.listeners) this.session.off(event as never, listener as never)
    this.realtimeInput.discardBefore(Number.POSITIVE_INFINITY)
    this.usageOfSession.carry(this.responses.take())
    this.closeTurns()
    // Usage that belongs to no turn.
    if (this.usageOfSession.hasCarried) this.startTurn('system').finalize()
    const isError = reason === 'error'
    const providers = this.usageOfSession.providers(this.options.providers)
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
      ['user_state_changed', this.realtimeInput.onUserState],
      ['user_input_transcribed', this.realtimeInput.onTranscript],
      ['agent_state_changed', this.onAgentState],
      ['close', this.onClose],
    ] as const
  }

  private readonly onSpeech = ({ speechHandle, source, createdAt }: voice.SpeechCreatedEvent): void => {
    const isFromSay = source === 'say'
    Object.assign(this.speeches.state(speechHandle.id), { handle: speechHandle, isFromSay, createdAt })
    if (!isFromSay) this.realtimeInput.replyCreated()
  }

  private readonly onAgentState = ({ newState, createdAt }: voice.AgentStateChangedEvent): void => {
    this.agentSpeakingSince = newState === 'speaking' ? createdAt : undefined
  }

  private readonly onMetrics = ({ metrics }: { metrics: AgentMetrics }): void => {
    const layer = layerOf(metrics, this.session)
    const reported = turnFieldsFromMetrics(metrics)
    const fields =
      layer === 'request' ? reported : layer === 'wrapper' ? withoutUsage(reported) : usageFieldsOf(reported)
    if (layer !== 'wrapper') this.usageOfSession.count(metrics, fields)
    const { speechId } = metrics as { speechId?: string }
    const speech = speechId === undefined ? undefined : this.speeches.state(speechId)
    if (metrics.type === 'realtime_model_metrics') this.addResponse(metrics.requestId, fields)
    else if (speech === undefined) this.usageOfSession.carry(fields)
    else if (metrics.type === 'eou_metrics' && (!speech.isReported || this.fillers.has(speech.turn)))
      speech.eou = { fields, lastSpeakingTimeMs: metrics.lastSpeakingTimeMs }
    else if (speech.turn !== undefined && speech.turn === this.openTurn) speech.turn.add(fields)
    else if (speech.isReported) this.usageOfSession.carry(fields)
    else speech.fields = mergeTurnFields(speech.fields, fields)
  }

  private addResponse(id: string, fields: TurnFields): void {
    if (this.openTurn !== undefined && this.openResponseIds.includes(id)) this.openTurn.add(fields)
    else if (this.responses.isReported(id)) this.usageOfSession.carry(fields)
    else this.responses.add(id, fields)
  }

  private readonly onItem = ({ item }: voice.ConversationItemAddedEvent): void => {
    if (item.type !== 'message') return
    if (item.role === 'user') this.onUser(item)
    else if (item.role === 'assistant') this.onAssistant(item)
  }

  private onUser(item: Message): void {
    const { transcriptConfidence } = item
    const fields = {
      ...contentOf(item),
      ...(transcriptConfidence !== undefined && {
        extra_data: { transcript_confidence: transcriptConfidence },
      }),
    }
    const spoken = this.realtimeInput.takeInputOf(item)
    // The reply to this transcript was reported before it.
    if (spoken?.turn !== undefined) {
      spoken.turn.finalize(fields)
      return
    }
    const startedAt = speechStartOf(item) ?? spoken?.startedAt ?? item.createdAt
    this.closeTurns(startedAt)
    this.user = userSpeechOf(item, spoken?.startedAt ?? item.createdAt)
    this.startTurn('user', startedAt).finalize(fields)
  }

  private onAssistant(item: Message): void {
    const speech = this.speeches.of(item)
    const startedAt = speechStartOf(item) ?? item.createdAt
    // A message created before the user spoke is not the reply to it.
    const isReply = item.createdAt >= this.user.spokeAt
    const isAfterFiller = isReply && !this.fillers.isEmpty && speech?.isFromSay !== true
    if (isAfterFiller) this.fillers.finalizeAsFiller()
    this.closeOpenTurn()
    this.realtimeInput.reserveBefore(startedAt, (at) =>
      this.collector.startTurn('user', this.stateFields(), new Date(at)),
    )
    const turn = speech?.reservedTurn ?? this.startTurn('assistant', startedAt)
    turn.add({ ...contentOf(item), was_interrupted: item.interrupted === true })
    turn.add(mergeTurnFields(speech?.fields ?? {}, this.responses.take(item.metrics?.providerRequestIds)))
    turn.add(this.takeFunctionCalls())
    this.addLatencies(turn, item, speech, isReply, isAfterFiller)
    if (speech !== undefined)
      Object.assign(speech, { fields: {}, turn, reservedTurn: undefined, isReported: true })
    this.openTurn = turn
    this.openResponseIds = item.metrics?.providerRequestIds ?? []
    this.startSettleTimer()
  }

  /** Adds the latencies of a reply. Those since the end of the user's speech belong to the answer, not to filler. */
  private addLatencies(
    turn: OpenTurn,
    item: Message,
    speech: SpeechState | undefined,
    isReply: boolean,
    isAfterFiller: boolean,
  ): void {
    const { ofGeneration, sinceUser } = replyLatencies(item, speech ?? {}, this.user, isAfterFiller)
    const mayBeFiller =
      speech !== undefined &&
      isReply &&
      (speech.isFromSay ? this.speeches.isModelReplying : hasRunningFunction(speech))
    if (mayBeFiller) this.fillers.hold(turn, sinceUser)
    else {
      turn.add(mergeTurnFields(sinceUser, isReply ? this.takeUserMetrics() : {}))
      if (speech !== undefined) speech.eou = undefined
    }
    turn.add(ofGeneration)
  }

  private startSettleTimer(): void {
    this.settleTimer = setTimeout(() => {
      if (!this.fillers.isEmpty && this.speeches.isModelReplying) return this.startSettleTimer()
      this.closeOpenTurn()
      if (!this.fillers.isEmpty) this.fillers.finalizeAsAnswer(this.takeUserMetrics())
    }, this.options.settleMs ?? 1_000)
    this.settleTimer.unref()
  }

  private readonly onTools = (event: voice.FunctionToolsExecutedEvent): void => {
    for (const [i, { name }] of event.functionCalls.entries())
      this.functionCalls.push({ name, is_error: event.functionCallOutputs[i]?.isError === true })
  }

  private readonly onClose = ({ reason }: voice.CloseEvent): void => this.end(reason)

  /** Finalizes the open turn, unless it may be filler. */
  private closeOpenTurn(): void {
    clearTimeout(this.settleTimer)
    if (this.openTurn !== undefined && !this.fillers.has(this.openTurn)) this.openTurn.finalize()
    this.openTurn = undefined
  }

  /**
   * Finalizes the open turn. Speeches that were interrupted before their first word become turns without text.
   *
   * @param userStartedAt when the user began the turn that ends them, ms since 1970
   */
  private closeTurns(userStartedAt?: number): void {
    this.closeOpenTurn()
    if (!this.fillers.isEmpty) this.fillers.finalizeAsAnswer(this.takeUserMetrics())
    const isSpeaking = (this.agentSpeakingSince ?? Number.POSITIVE_INFINITY) < (userStartedAt ?? 0)
    const spoken = isSpeaking ? this.speeches.unreported : undefined
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
          turn.finalize({
            ...speech.fields,
            ...speech.eou?.fields,
            was_interrupted: handle?.interrupted === true,
          })
        } else this.usageOfSession.carry(speech.fields)
        this.speeches.delete(id)
      } else if (handle === undefined || (handle.interrupted && !handle.scheduled)) {
        this.usageOfSession.carry(speech.fields)
        speech.fields = {}
      } else if (handle.interrupted || speech === spoken) {
        // Its message arrives after the user's, so its turn_index is reserved now.
        speech.reservedTurn ??= this.startTurn('assistant', this.agentSpeakingSince ?? speech.createdAt)
      }
    }
  }

  /** Starts a turn with the current state and the carried usage. @param startedAt ms since 1970; default: now */
  private startTurn(role: 'user' | 'assistant' | 'system', startedAt?: number): OpenTurn {
    const date = startedAt === undefined ? undefined : new Date(startedAt)
    return this.collector.startTurn(role, this.usageOfSession.take(), date).add(this.stateFields())
  }

  private stateFields(): TurnFields {
    const state_id = this.options.state?.()
    return state_id ? { state_id } : {}
  }

  private takeUserMetrics(): TurnFields {
    const { metrics } = this.user
    this.user = { ...this.user, metrics: {} }
    return metrics
  }

  private takeFunctionCalls(): TurnFields {
    const functions = this.functionCalls
    this.functionCalls = []
    return functions.length === 0 ? {} : { extra_data: { functions } }
  }
}

const contentOf = ({ textContent }: Message): TurnFields => (textContent ? { content: textContent } : {})
