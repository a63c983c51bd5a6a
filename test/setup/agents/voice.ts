// Scripted models and silent audio for LiveKit Agents: real sessions run without network, audio or model providers.
import { APIError, initializeLogger, llm, stt, tts, voice } from '@livekit/agents'
import { AudioFrame } from '@livekit/rtc-node'

initializeLogger({ pretty: false, level: 'silent' })

/** A reply of the scripted model. */
export interface Reply {
  text?: string
  calls?: { name: string; args?: object }[]
  usage?: { input: number; cached?: number; output: number }
  /** The model returns the reply when this promise resolves. */
  after?: Promise<unknown>
  error?: Error
}

/** A model that calls a script with the conversation and the names of the functions it may call. */
export class ScriptedLLM extends llm.LLM {
  private readonly script: (chat: llm.ChatContext, tools: string[]) => Reply
  private readonly names: { provider: string; model: string }
  constructor(
    script: (chat: llm.ChatContext, tools: string[]) => Reply,
    names = { provider: 'api.groq.com', model: 'openai/gpt-oss-20b' },
  ) {
    super()
    this.script = script
    this.names = names
  }
  label() {
    return 'scripted'
  }
  override get provider() {
    return this.names.provider
  }
  override get model() {
    return this.names.model
  }
  chat({ chatCtx, toolCtx, connOptions }: Parameters<llm.LLM['chat']>[0]): llm.LLMStream {
    const tools = toolCtx === undefined ? [] : Object.keys(llm.toToolContext(toolCtx).functionTools)
    const options = { chatCtx, toolCtx, connOptions: { ...noRetries, ...connOptions, maxRetry: 0 } }
    return new ScriptedStream(this, options, () => this.script(chatCtx, tools))
  }
}

const noRetries = { maxRetry: 0, retryIntervalMs: 1, timeoutMs: 60_000 }

class ScriptedStream extends llm.LLMStream {
  private readonly reply: () => Reply
  constructor(
    model: ScriptedLLM,
    options: ConstructorParameters<typeof llm.LLMStream>[1],
    reply: () => Reply,
  ) {
    super(model, options)
    this.reply = reply
  }
  protected async run(): Promise<void> {
    const { text = '', calls = [], usage = { input: 100, output: 10 }, after, error } = this.reply()
    await after
    if (error) throw error
    if (this.abortController.signal.aborted) return
    const put = (delta: llm.ChoiceDelta) => this.queue.put({ id: 'reply', delta })
    for (const word of text.split(/(?<=\s)/)) if (word) put({ role: 'assistant', content: word })
    if (calls.length > 0) {
      const toolCalls = calls.map(({ name, args = {} }, i) =>
        llm.FunctionCall.create({ callId: `call_${i}`, name, args: JSON.stringify(args) }),
      )
      put({ role: 'assistant', toolCalls })
    }
    const { input, cached = 0, output } = usage
    this.queue.put({
      id: 'reply',
      usage: {
        promptTokens: input,
        promptCachedTokens: cached,
        completionTokens: output,
        totalTokens: input + output,
      },
    })
  }
}

/** Synthesizes each word as a silent frame of 10 ms. */
export class ScriptedTTS extends tts.TTS {
  label = 'scripted'
  private readonly names: { provider: string; model: string }
  /** @param isStreaming false: synthesizes whole sentences, so that LiveKit puts a StreamAdapter around it */
  constructor(isStreaming = true, names = { provider: 'Cartesia', model: 'sonic-3' }) {
    super(16_000, 1, { streaming: isStreaming })
    this.names = names
  }
  override get provider() {
    return this.names.provider
  }
  override get model() {
    return this.names.model
  }
  synthesize(
    text: string,
    connOptions?: ConstructorParameters<typeof SilentChunks>[2],
    signal?: AbortSignal,
  ): tts.ChunkedStream {
    return new SilentChunks(text, this, connOptions, signal)
  }
  stream(): tts.SynthesizeStream {
    if (!this.capabilities.streaming) throw new Error('streaming is not supported')
    return new SilentStream(this)
  }
}

/** A voice whose requests fail. */
export class FailingTTS extends ScriptedTTS {
  override label = 'failing'
  override stream(): tts.SynthesizeStream {
    return new FailingStream(this)
  }
  override synthesize(): tts.ChunkedStream {
    throw new Error('the voice is not available')
  }
}

class FailingStream extends tts.SynthesizeStream {
  label = 'failing'
  protected async run(): Promise<void> {
    throw new APIError('the voice is not available', { retryable: false })
  }
}

let requests = 0

class SilentChunks extends tts.ChunkedStream {
  label = 'scripted'
  protected async run(): Promise<void> {
    const requestId = `tts-${++requests}`
    const words = this.inputText.split(/\s+/)
    for (const i of words.keys())
      this.queue.put({ requestId, segmentId: 's', frame: silence(), final: i === words.length - 1 })
    this.queue.close()
  }
}

class SilentStream extends tts.SynthesizeStream {
  label = 'scripted'
  protected async run(): Promise<void> {
    let last: tts.SynthesizedAudio | undefined
    for await (const text of this.input) {
      if (typeof text === 'string') {
        for (const _ of text.split(/\s+/)) {
          this.markStarted()
          if (last !== undefined) this.queue.put(last)
          last = { requestId: 'r', segmentId: 's', frame: silence(), final: false }
        }
      } else if (last !== undefined) {
        this.queue.put({ ...last, final: true })
        last = undefined
      }
    }
    if (last !== undefined) this.queue.put({ ...last, final: true })
    this.queue.put(tts.SynthesizeStream.END_OF_STREAM)
  }
}

const silence = () => new AudioFrame(new Int16Array(160), 16_000, 1, 160)

/** A recognizer that emits the events which a test creates. */
export class ScriptedSTT extends stt.STT {
  label = 'scripted'
  private recognition: RecognitionStream | undefined
  constructor() {
    super({ streaming: true, interimResults: true })
  }
  override get provider() {
    return 'Deepgram'
  }
  override get model() {
    return 'nova-3'
  }
  protected async _recognize(): Promise<stt.SpeechEvent> {
    throw new Error('only streaming is supported')
  }
  stream(): stt.SpeechStream {
    this.recognition = new RecognitionStream(this)
    return this.recognition
  }
  /** Whether a session has begun to listen. */
  get isListening(): boolean {
    return this.recognition !== undefined
  }
  /** The user starts to speak. */
  startSpeech(): void {
    this.recognition?.put({ type: stt.SpeechEventType.START_OF_SPEECH })
  }
  /** The user has finished: the transcript, and the duration of the audio in seconds. */
  endSpeech(text: string, audioDuration = 1): void {
    this.recognition?.put({ type: stt.SpeechEventType.FINAL_TRANSCRIPT, alternatives: [speechData(text)] })
    this.recognition?.put({
      type: stt.SpeechEventType.RECOGNITION_USAGE,
      recognitionUsage: { audioDuration },
    })
    this.recognition?.put({ type: stt.SpeechEventType.END_OF_SPEECH, alternatives: [speechData(text)] })
  }
  /** An interim transcript, which starts preemptive generation. */
  preflight(text: string): void {
    this.recognition?.put({
      type: stt.SpeechEventType.PREFLIGHT_TRANSCRIPT,
      alternatives: [speechData(text)],
    })
  }
}

const speechData = (text: string) =>
  ({ language: 'en', text, startTime: 0, endTime: 0, confidence: 0.9 }) as stt.SpeechData

class RecognitionStream extends stt.SpeechStream {
  label = 'scripted'
  put(event: stt.SpeechEvent): void {
    this.queue.put(event)
  }
  protected async run(): Promise<void> {
    for await (const _ of this.input) {
      // Audio is ignored: tests create the events.
    }
  }
}

/** Plays silence. A speech finishes immediately, or with `playsUntilInterrupted` when it is interrupted. */
export class SilentOutput extends voice.AudioOutput {
  private frames = 0
  /** Applies to the next speech only. */
  playsUntilInterrupted = false
  /** The whole speech has arrived, and plays until it is interrupted. */
  isBuffered = false
  constructor() {
    super(16_000)
  }
  override async captureFrame(frame: AudioFrame): Promise<void> {
    const isFirst = this.frames++ === 0
    await super.captureFrame(frame)
    if (isFirst) this.onPlaybackStarted(Date.now())
  }
  override flush(): void {
    super.flush()
    if (this.frames === 0) return
    if (this.playsUntilInterrupted) this.isBuffered = true
    else this.finish(false)
  }
  clearBuffer(): void {
    if (this.frames > 0) this.finish(true)
  }
  private finish(interrupted: boolean): void {
    const playbackPosition = this.frames * 0.01
    this.frames = 0
    this.playsUntilInterrupted = false
    this.isBuffered = false
    this.onPlaybackFinished({ playbackPosition, interrupted })
  }
}

class SilentInput extends voice.AudioInput {}

/** Sets silent audio input and output. */
export function withAudio(session: voice.AgentSession): SilentOutput {
  const output = new SilentOutput()
  session.input.audio = new SilentInput()
  session.output.audio = output
  return output
}
