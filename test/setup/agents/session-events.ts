// Random calls as sequences of LiveKit Agents events: real event objects, in any order that LiveKit allows.
import { type AgentMetrics, llm, ModelUsageCollector, voice } from '@livekit/agents'
import type { SeededRandom } from '../../../src/telephony/simulated/seeded-random.ts'

type Speech = voice.SpeechHandle
type Metrics = Extract<AgentMetrics, { type: 'llm_metrics' | 'tts_metrics' | 'eou_metrics' | 'stt_metrics' }>

/** One event of a generated call. */
interface Step {
  /** Events are emitted in the order of their keys. Exchanges are 10 apart. */
  key: number
  metrics?: Metrics
  run: () => void
}

/** A turn that the report must contain. */
export interface ExpectedTurn {
  role: 'user' | 'assistant'
  content: string | undefined
  was_interrupted: boolean | undefined
  latency_llm: number | undefined
  ttfb_tts: number | undefined
  eou_latency: number | undefined
}

const models = {
  llm: [
    { modelProvider: 'api.groq.com', modelName: 'openai/gpt-oss-20b' },
    { modelProvider: 'api.openai.com', modelName: 'gpt-4.1-mini' },
  ],
  tts: { modelProvider: 'Cartesia', modelName: 'sonic-3' },
  stt: { modelProvider: 'Deepgram', modelName: 'nova-3' },
} as const

/** A call of 1 to 8 exchanges, and the turns, usage and counts that its report must contain. */
export class GeneratedCall {
  readonly session = new voice.AgentSession({ vad: null })
  readonly usage = new ModelUsageCollector()
  readonly expected: ExpectedTurn[] = []
  interruptions = 0
  generationsWithoutUsage = 0
  private readonly random: SeededRandom
  private readonly steps: Step[] = []
  /** The key at which the current exchange starts. */
  private key = 0

  constructor(random: SeededRandom) {
    this.random = random
    const exchanges = Math.round(random.between(1, 8))
    this.addExchange(undefined, 'say', false)
    for (let i = 1; i <= exchanges; i++) {
      const kind = random.pick({ reply: 70, interrupted: 15, say: 15 })
      this.addExchange(`words ${i}`, kind, i === exchanges)
    }
  }

  /** Emits all events in the order of their keys, and then the close event. */
  run(reason: string): void {
    const ordered = this.steps.toSorted((a, b) => a.key - b.key)
    for (const { run } of ordered) run()
    this.emit('close', voice.createCloseEvent(reason))
  }

  private emit(event: string, ...args: unknown[]): void {
    this.session.emit(event as never, ...(args as never))
  }

  private addStep(key: number, run: () => void, metrics?: Metrics): void {
    this.steps.push({ key, run, ...(metrics && { metrics }) })
  }

  /** One exchange: a message of the user, and a reply, an interrupted reply, or a say(). */
  private addExchange(
    userText: string | undefined,
    kind: 'reply' | 'interrupted' | 'say',
    isLast: boolean,
  ): void {
    const { random } = this
    this.key += 10
    const start = this.key
    const userMetrics = userText === undefined ? undefined : this.addUserMessage(userText, start)
    if (userText !== undefined && random.chance(0.3)) this.addDiscardedGeneration(start)
    const handle = voice.SpeechHandle.create()
    const source = kind === 'say' ? 'say' : 'generate_reply'
    // A preemptive generation is created before the user's message.
    const createdAt = start + (kind === 'reply' && random.chance(0.4) ? -1 : 1)
    this.addStep(createdAt, () =>
      this.emit(
        'speech_created',
        voice.createSpeechCreatedEvent({ userInitiated: true, source, speechHandle: handle }),
      ),
    )
    const spokenAt = start + 5
    // Metrics after the user's next message are too late for this turn. After the last exchange there is none.
    const nextUserMessageAt = isLast ? Number.POSITIVE_INFINITY : start + 10
    const metrics = this.addMetricsOf(handle, kind, createdAt, start + 10)
    this.addStep(start + 2, () => handle._markScheduled())
    if (kind === 'interrupted') this.addEarlyInterruption(handle, start + 3, metrics, nextUserMessageAt)
    else this.addReply(handle, kind, spokenAt, metrics, userMetrics, nextUserMessageAt)
    for (let n = random.poisson(1); n > 0; n--) this.emitSttMetrics(random.between(start - 5, start + 10))
  }

  private addUserMessage(userText: string, key: number): llm.MetricsReport {
    const { random } = this
    const isMeasured = random.chance(0.7)
    const metrics: llm.MetricsReport = isMeasured
      ? {
          transcriptionDelay: 0.3,
          endOfTurnDelay: Math.round(random.between(400, 900)) / 1000,
          stoppedSpeakingAt: 1,
        }
      : {}
    const item = llm.ChatMessage.create({ role: 'user', content: userText, metrics })
    this.addStep(key, () =>
      this.emit('conversation_item_added', voice.createConversationItemAddedEvent(item)),
    )
    this.expected.push({ ...noMetrics, role: 'user', content: userText })
    return metrics
  }

  /** A preemptive generation that is discarded when the user continues. */
  private addDiscardedGeneration(start: number): void {
    const handle = voice.SpeechHandle.create()
    const createdAt = start - 2
    this.addStep(createdAt, () =>
      this.emit(
        'speech_created',
        voice.createSpeechCreatedEvent({
          userInitiated: true,
          source: 'generate_reply',
          speechHandle: handle,
        }),
      ),
    )
    this.addStep(start - 0.5, () => handle._cancel())
    const isCounted = this.random.chance(0.5)
    this.addMetrics(
      this.llmMetrics(handle.id, { ttftMs: -1, cancelled: true, isCounted }),
      this.random.between(createdAt, start + 9),
    )
    this.addStep(this.random.between(start, start + 30), () => handle._markDone())
  }

  /** A speech that the user interrupts before its first word. */
  private addEarlyInterruption(
    handle: Speech,
    key: number,
    metrics: Step[],
    nextUserMessageAt: number,
  ): void {
    this.addStep(key, () => {
      handle._cancel()
      handle._markDone()
    })
    // The last speech may have been cut off by the end of the call, so it is not reported as interrupted.
    if (nextUserMessageAt === Number.POSITIVE_INFINITY) return
    this.interruptions++
    const inTime = metrics.filter((step) => step.key < nextUserMessageAt)
    this.expected.push({ ...noMetrics, role: 'assistant', was_interrupted: true, ...firstLatencies(inTime) })
  }

  private addReply(
    handle: Speech,
    kind: 'reply' | 'say',
    key: number,
    metrics: Step[],
    userMetrics: llm.MetricsReport | undefined,
    nextUserMessageAt: number,
  ): void {
    const { random } = this
    const interrupted = random.chance(0.2)
    if (interrupted) this.interruptions++
    const content = `reply ${this.expected.length}`
    const messageMetrics: llm.MetricsReport = random.chance(0.6)
      ? { ...(kind === 'reply' && { llmNodeTtft: 0.25 }), ttsNodeTtfb: 0.15, e2eLatency: 1.2 }
      : {}
    const item = llm.ChatMessage.create({ role: 'assistant', content, interrupted, metrics: messageMetrics })
    this.addStep(key, () => {
      if (interrupted) handle._cancel()
      if (kind === 'reply') handle._itemAdded([item])
      this.emit('conversation_item_added', voice.createConversationItemAddedEvent(item))
    })
    this.addStep(random.between(key, key + 5), () => handle._markDone())
    const ms = (seconds: number | undefined) =>
      seconds === undefined ? undefined : Math.round(seconds * 1e6) / 1e3
    const beforeMessage = firstLatencies(metrics.filter((step) => step.key < key))
    const afterMessage = firstLatencies(
      metrics.filter((step) => step.key > key && step.key < nextUserMessageAt),
    )
    this.expected.push({
      role: 'assistant',
      content,
      was_interrupted: interrupted,
      latency_llm: beforeMessage.latency_llm ?? ms(messageMetrics.llmNodeTtft) ?? afterMessage.latency_llm,
      ttfb_tts: beforeMessage.ttfb_tts ?? ms(messageMetrics.ttsNodeTtfb) ?? afterMessage.ttfb_tts,
      eou_latency: beforeMessage.eou_latency ?? ms(userMetrics?.endOfTurnDelay) ?? afterMessage.eou_latency,
    })
  }

  /** Metrics of a speech: from its creation until the next exchange, and sometimes later. */
  private addMetricsOf(handle: Speech, kind: string, createdAt: number, until: number): Step[] {
    const { random } = this
    const allMetrics: Metrics[] = []
    for (let n = kind === 'say' ? 0 : 1 + random.poisson(0.5); n > 0; n--) {
      const cancelled = random.chance(0.2)
      allMetrics.push(
        this.llmMetrics(handle.id, {
          ttftMs: random.chance(0.1) ? -1 : Math.round(random.between(100, 500)),
          cancelled,
          isCounted: !cancelled || random.chance(0.5),
        }),
      )
    }
    for (let n = 1 + random.poisson(0.3); n > 0; n--) allMetrics.push(this.ttsMetrics(handle.id))
    if (kind !== 'say') allMetrics.push(this.eouMetrics(handle.id))
    return allMetrics.map((metrics) =>
      this.addMetrics(metrics, random.between(createdAt - 0.5, until + (random.chance(0.1) ? 15 : 0))),
    )
  }

  private addMetrics(metrics: Metrics, key: number): Step {
    if (metrics.type === 'llm_metrics' && metrics.cancelled && metrics.totalTokens === 0)
      this.generationsWithoutUsage++
    const run = () => {
      if (metrics.type !== 'eou_metrics') this.usage.collect(metrics)
      this.emit('metrics_collected', voice.createMetricsCollectedEvent({ metrics }))
    }
    this.addStep(key, run, metrics)
    return { key, run, metrics }
  }

  private emitSttMetrics(key: number): void {
    const audioDurationMs = Math.round(this.random.between(0, 5_000))
    this.addMetrics(
      {
        ...common,
        type: 'stt_metrics',
        durationMs: 0,
        audioDurationMs,
        streamed: true,
        metadata: models.stt,
      },
      key,
    )
  }

  private llmMetrics(
    speechId: string,
    options: { ttftMs: number; cancelled: boolean; isCounted: boolean },
  ): Metrics {
    const { random } = this
    const [promptTokens, completionTokens] = options.isCounted
      ? [Math.round(random.between(100, 900)), Math.round(random.between(1, 60))]
      : [0, 0]
    return {
      ...common,
      type: 'llm_metrics',
      speechId,
      ttftMs: options.ttftMs,
      cancelled: options.cancelled,
      durationMs: 500,
      promptTokens,
      completionTokens,
      totalTokens: promptTokens + completionTokens,
      tokensPerSecond: 50,
      promptCachedTokens: random.chance(0.5) ? Math.floor(promptTokens / 2) : 0,
      metadata: models.llm[random.chance(0.85) ? 0 : 1],
    }
  }

  private ttsMetrics(speechId: string): Metrics {
    const { random } = this
    return {
      ...common,
      type: 'tts_metrics',
      speechId,
      durationMs: 300,
      audioDurationMs: 900,
      streamed: true,
      ttfbMs: random.chance(0.1) ? -1 : Math.round(random.between(80, 300)),
      cancelled: random.chance(0.1),
      charactersCount: Math.round(random.between(1, 120)),
      metadata: models.tts,
    }
  }

  private eouMetrics(speechId: string): Metrics {
    const isDetected = this.random.chance(0.8)
    const endOfUtteranceDelayMs = isDetected ? Math.round(this.random.between(400, 900)) : 0
    return {
      type: 'eou_metrics',
      timestamp: 0,
      speechId,
      endOfUtteranceDelayMs,
      onUserTurnCompletedDelayMs: 0,
      transcriptionDelayMs: isDetected ? 300 : 0,
      lastSpeakingTimeMs: isDetected ? 1_700_000_000_000 : 0,
    }
  }
}

const common = { label: 'generated', requestId: 'r', timestamp: 0 }
const noMetrics = {
  content: undefined,
  was_interrupted: undefined,
  latency_llm: undefined,
  ttfb_tts: undefined,
  eou_latency: undefined,
}

/** The first measured value of each latency, in the order of the events. */
function firstLatencies(steps: readonly Step[]) {
  const ordered = steps.toSorted((a, b) => a.key - b.key).flatMap(({ metrics }) => metrics ?? [])
  const first = <T>(pick: (metrics: Metrics) => T | undefined) =>
    ordered.map(pick).find((value) => value !== undefined)
  return {
    latency_llm: first((metrics) =>
      metrics.type === 'llm_metrics' && !metrics.cancelled && metrics.ttftMs >= 0
        ? metrics.ttftMs
        : undefined,
    ),
    ttfb_tts: first((metrics) =>
      metrics.type === 'tts_metrics' && !metrics.cancelled && metrics.ttfbMs >= 0
        ? metrics.ttfbMs
        : undefined,
    ),
    eou_latency: first((metrics) =>
      metrics.type === 'eou_metrics' && metrics.lastSpeakingTimeMs > 0
        ? metrics.endOfUtteranceDelayMs
        : undefined,
    ),
  }
}
