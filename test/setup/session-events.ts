// Calls as LiveKit Agents would tell of them: real event objects, in every order that it does not rule out.
import { type AgentMetrics, llm, ModelUsageCollector, voice } from '@livekit/agents'
import type { SeededRandom } from '../../src/telephony/simulated/seeded-random.ts'

type Speech = voice.SpeechHandle
type Metrics = Extract<AgentMetrics, { type: 'llm_metrics' | 'tts_metrics' | 'eou_metrics' | 'stt_metrics' }>

interface Happening {
  key: number
  metrics?: Metrics
  run: () => void
}

/** A turn that is to come of it. */
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

/** A call of some exchanges, and what a report of it has to say. */
export class GeneratedCall {
  readonly session = new voice.AgentSession({ vad: null })
  readonly usage = new ModelUsageCollector()
  readonly expected: ExpectedTurn[] = []
  interruptions = 0
  generationsWithoutUsage = 0
  private readonly dice: SeededRandom
  private readonly steps: Happening[] = []
  private key = 0

  constructor(dice: SeededRandom) {
    this.dice = dice
    const exchanges = Math.round(dice.between(1, 8))
    this.exchange(undefined, 'say', false)
    for (let i = 1; i <= exchanges; i++) {
      const kind = dice.pick({ reply: 70, silenced: 15, say: 15 })
      this.exchange(`words ${i}`, kind, i === exchanges)
    }
  }

  /** Lets it all happen, in a possible order. */
  run(reason: string): void {
    const seen = this.steps.toSorted((a, b) => a.key - b.key)
    for (const { run } of seen) run()
    this.emit('close', voice.createCloseEvent(reason))
  }

  private emit(event: string, ...args: unknown[]): void {
    this.session.emit(event as never, ...(args as never))
  }

  private at(key: number, run: () => void, metrics?: Metrics): void {
    this.steps.push({ key, run, ...(metrics && { metrics }) })
  }

  /** The user says something, and is answered in one of the ways there are. */
  private exchange(words: string | undefined, kind: 'reply' | 'silenced' | 'say', isLast: boolean): void {
    const { dice } = this
    this.key += 10
    const began = this.key
    const asked = words === undefined ? undefined : this.userSays(words, began)
    if (words !== undefined && dice.chance(0.3)) this.thrownAway(began)
    const handle = voice.SpeechHandle.create()
    const source = kind === 'say' ? 'say' : 'generate_reply'
    // What is begun before the user is done is created before it is known what the user said.
    const created = began + (kind === 'reply' && dice.chance(0.4) ? -1 : 1)
    this.at(created, () =>
      this.emit(
        'speech_created',
        voice.createSpeechCreatedEvent({ userInitiated: true, source, speechHandle: handle }),
      ),
    )
    const spoken = began + 5
    // Then the user's next words come; after the last ones, what is late is late for nothing.
    const over = isLast ? Number.POSITIVE_INFINITY : began + 10
    const metrics = this.metricsOf(handle, kind, created, began + 10)
    this.at(began + 2, () => handle._markScheduled())
    if (kind === 'silenced') this.silence(handle, began + 3, metrics, over)
    else this.speak(handle, kind, spoken, metrics, asked, over)
    for (let n = dice.poisson(1); n > 0; n--) this.hear(dice.between(began - 5, began + 10))
  }

  private userSays(words: string, at: number): llm.MetricsReport {
    const { dice } = this
    const isMeasured = dice.chance(0.7)
    const metrics: llm.MetricsReport = isMeasured
      ? {
          transcriptionDelay: 0.3,
          endOfTurnDelay: Math.round(dice.between(400, 900)) / 1000,
          stoppedSpeakingAt: 1,
        }
      : {}
    const item = llm.ChatMessage.create({ role: 'user', content: words, metrics })
    this.at(at, () => this.emit('conversation_item_added', voice.createConversationItemAddedEvent(item)))
    this.expected.push({ ...nothing, role: 'user', content: words })
    return metrics
  }

  /** Begun before the user was done, and not wanted then. */
  private thrownAway(began: number): void {
    const handle = voice.SpeechHandle.create()
    const created = began - 2
    this.at(created, () =>
      this.emit(
        'speech_created',
        voice.createSpeechCreatedEvent({
          userInitiated: true,
          source: 'generate_reply',
          speechHandle: handle,
        }),
      ),
    )
    this.at(began - 0.5, () => handle._cancel())
    const isCounted = this.dice.chance(0.5)
    this.measure(
      this.llm(handle.id, { ttftMs: -1, cancelled: true, isCounted }),
      this.dice.between(created, began + 9),
    )
    this.at(this.dice.between(began, began + 30), () => handle._markDone())
  }

  /** The user is faster: nothing of it is heard. */
  private silence(handle: Speech, at: number, metrics: Happening[], over: number): void {
    this.at(at, () => {
      handle._cancel()
      handle._markDone()
    })
    // The end of a call cuts speeches off too: of the last one nobody knows who it was.
    if (over === Number.POSITIVE_INFINITY) return
    this.interruptions++
    const before = metrics.filter(({ key }) => key < over)
    this.expected.push({ ...nothing, role: 'assistant', was_interrupted: true, ...firsts(before) })
  }

  private speak(
    handle: Speech,
    kind: 'reply' | 'say',
    at: number,
    metrics: Happening[],
    asked: llm.MetricsReport | undefined,
    over: number,
  ): void {
    const { dice } = this
    const interrupted = dice.chance(0.2)
    if (interrupted) this.interruptions++
    const content = `answer ${this.expected.length}`
    const told: llm.MetricsReport = dice.chance(0.6)
      ? { ...(kind === 'reply' && { llmNodeTtft: 0.25 }), ttsNodeTtfb: 0.15, e2eLatency: 1.2 }
      : {}
    const item = llm.ChatMessage.create({ role: 'assistant', content, interrupted, metrics: told })
    this.at(at, () => {
      if (interrupted) handle._cancel()
      if (kind === 'reply') handle._itemAdded([item])
      this.emit('conversation_item_added', voice.createConversationItemAddedEvent(item))
    })
    this.at(dice.between(at, at + 5), () => handle._markDone())
    const ms = (seconds: number | undefined) =>
      seconds === undefined ? undefined : Math.round(seconds * 1e6) / 1e3
    const early = firsts(metrics.filter(({ key }) => key < at))
    const late = firsts(metrics.filter(({ key }) => key > at && key < over))
    this.expected.push({
      role: 'assistant',
      content,
      was_interrupted: interrupted,
      latency_llm: early.latency_llm ?? ms(told.llmNodeTtft) ?? late.latency_llm,
      ttfb_tts: early.ttfb_tts ?? ms(told.ttsNodeTtfb) ?? late.ttfb_tts,
      eou_latency: early.eou_latency ?? ms(asked?.endOfTurnDelay) ?? late.eou_latency,
    })
  }

  /** What is measured of a speech comes from when it is created until the next one is on, sometimes later still. */
  private metricsOf(handle: Speech, kind: string, created: number, over: number): Happening[] {
    const { dice } = this
    const made: Metrics[] = []
    for (let n = kind === 'say' ? 0 : 1 + dice.poisson(0.5); n > 0; n--) {
      const cancelled = dice.chance(0.2)
      made.push(
        this.llm(handle.id, {
          ttftMs: dice.chance(0.1) ? -1 : Math.round(dice.between(100, 500)),
          cancelled,
          isCounted: !cancelled || dice.chance(0.5),
        }),
      )
    }
    for (let n = 1 + dice.poisson(0.3); n > 0; n--) made.push(this.tts(handle.id))
    if (kind !== 'say') made.push(this.eou(handle.id))
    return made.map((metrics) =>
      this.measure(metrics, dice.between(created - 0.5, over + (dice.chance(0.1) ? 15 : 0))),
    )
  }

  private measure(metrics: Metrics, key: number): Happening {
    if (metrics.type === 'llm_metrics' && metrics.cancelled && metrics.totalTokens === 0)
      this.generationsWithoutUsage++
    const run = () => {
      if (metrics.type !== 'eou_metrics') this.usage.collect(metrics)
      this.emit('metrics_collected', voice.createMetricsCollectedEvent({ metrics }))
    }
    this.at(key, run, metrics)
    return { key, run, metrics }
  }

  private hear(key: number): void {
    const audioDurationMs = Math.round(this.dice.between(0, 5_000))
    this.measure(
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

  private llm(speechId: string, of: { ttftMs: number; cancelled: boolean; isCounted: boolean }): Metrics {
    const { dice } = this
    const [promptTokens, completionTokens] = of.isCounted
      ? [Math.round(dice.between(100, 900)), Math.round(dice.between(1, 60))]
      : [0, 0]
    return {
      ...common,
      type: 'llm_metrics',
      speechId,
      ttftMs: of.ttftMs,
      cancelled: of.cancelled,
      durationMs: 500,
      promptTokens,
      completionTokens,
      totalTokens: promptTokens + completionTokens,
      tokensPerSecond: 50,
      promptCachedTokens: dice.chance(0.5) ? Math.floor(promptTokens / 2) : 0,
      metadata: models.llm[dice.chance(0.85) ? 0 : 1],
    }
  }

  private tts(speechId: string): Metrics {
    const { dice } = this
    return {
      ...common,
      type: 'tts_metrics',
      speechId,
      durationMs: 300,
      audioDurationMs: 900,
      streamed: true,
      ttfbMs: dice.chance(0.1) ? -1 : Math.round(dice.between(80, 300)),
      cancelled: dice.chance(0.1),
      charactersCount: Math.round(dice.between(1, 120)),
      metadata: models.tts,
    }
  }

  private eou(speechId: string): Metrics {
    const isHeard = this.dice.chance(0.8)
    const endOfUtteranceDelayMs = isHeard ? Math.round(this.dice.between(400, 900)) : 0
    return {
      type: 'eou_metrics',
      timestamp: 0,
      speechId,
      endOfUtteranceDelayMs,
      onUserTurnCompletedDelayMs: 0,
      transcriptionDelayMs: isHeard ? 300 : 0,
      lastSpeakingTimeMs: isHeard ? 1_700_000_000_000 : 0,
    }
  }
}

const common = { label: 'generated', requestId: 'r', timestamp: 0 }
const nothing = {
  content: undefined,
  was_interrupted: undefined,
  latency_llm: undefined,
  ttfb_tts: undefined,
  eou_latency: undefined,
}

/** The first of each that was measured, by the order in which they came. */
function firsts(happenings: readonly Happening[]) {
  const seen = happenings.toSorted((a, b) => a.key - b.key).flatMap(({ metrics }) => metrics ?? [])
  const first = <T>(pick: (metrics: Metrics) => T | undefined) =>
    seen.map(pick).find((value) => value !== undefined)
  return {
    latency_llm: first((m) =>
      m.type === 'llm_metrics' && !m.cancelled && m.ttftMs >= 0 ? m.ttftMs : undefined,
    ),
    ttfb_tts: first((m) =>
      m.type === 'tts_metrics' && !m.cancelled && m.ttfbMs >= 0 ? m.ttfbMs : undefined,
    ),
    eou_latency: first((m) =>
      m.type === 'eou_metrics' && m.lastSpeakingTimeMs > 0 ? m.endOfUtteranceDelayMs : undefined,
    ),
  }
}
