import type { voice } from '@livekit/agents'
import { hasRealtimeTranscripts } from './model-layers.ts'
import type { Session } from './session-options.ts'
import type { Message } from './speeches.ts'
import type { OpenTurn } from './telemetry/collector.ts'
import { mergeTurnFields, usageFieldsOf } from './telemetry/turn-fields.ts'
import type { TurnFields } from './telemetry/wire.ts'
import { speechStartOf } from './user-speech.ts'

/** How long after the last sound of the user a transcript is still expected, ms. Later speech counts as another turn. */
const transcriptWaitMs = 30_000

/** Speech of the user between two replies, whose transcript has not arrived. */
interface SpokenInput {
  startedAt: number
  /** The end of its last sound, or its start while the user speaks. ms since 1970, as is `startedAt`. */
  lastHeardAt: number
  /** The model has begun to reply to it, so further speech is another input. */
  isAnswered: boolean
  /** Its turn, reserved when the reply was reported first. */
  turn: OpenTurn | undefined
}

/**
 * The user's speech in a session with a realtime model. The model replies to sound, so the transcript can arrive after the
 * reply. The turn of the user then keeps its place: its index is reserved before that of the reply. Transcripts belong to
 * the inputs in the order in which they were spoken.
 */
export class RealtimeInput {
  private readonly session: Session
  private inputs: SpokenInput[] = []
  /** The last final transcript: the message with this id follows. */
  private transcribedItemId: string | null = null

  constructor(session: Session) {
    this.session = session
  }

  readonly onUserState = ({ oldState, newState, createdAt }: voice.UserStateChangedEvent): void => {
    const isStart = newState === 'speaking'
    if (!(isStart || oldState === 'speaking') || !hasRealtimeTranscripts(this.session)) return
    const last = this.inputs.at(-1)
    if (last !== undefined && !last.isAnswered) last.lastHeardAt = createdAt
    else if (isStart)
      this.inputs.push({
        startedAt: createdAt,
        lastHeardAt: createdAt,
        isAnswered: false,
        turn: undefined,
      })
  }

  readonly onTranscript = ({ itemId, isFinal }: voice.UserInputTranscribedEvent): void => {
    if (isFinal) this.transcribedItemId = itemId
  }

  /** The model has begun to reply. */
  replyCreated(): void {
    for (const input of this.inputs) input.isAnswered = true
  }

  /** Reserves turns for what was spoken before a reply that is reported now. */
  reserveBefore(replyStartedAt: number, reserve: (startedAt: number) => OpenTurn): void {
    if (!hasRealtimeTranscripts(this.session)) return
    this.discardBefore(replyStartedAt - transcriptWaitMs)
    for (const input of this.inputs) {
      if (input.startedAt <= replyStartedAt) input.turn ??= reserve(input.startedAt)
    }
  }

  /**
   * Takes the input of a message that is the transcript of a realtime model: the one that started nearest to the message,
   * or else the oldest.
   */
  takeInputOf(item: Message): Readonly<SpokenInput> | undefined {
    if (item.id !== this.transcribedItemId) return undefined
    this.discardBefore(item.createdAt - transcriptWaitMs)
    const startedAt = speechStartOf(item)
    const distance = (input: SpokenInput) => Math.abs(input.startedAt - (startedAt ?? 0))
    const [input] =
      startedAt === undefined ? this.inputs : this.inputs.toSorted((a, b) => distance(a) - distance(b))
    this.inputs = this.inputs.filter((other) => other !== input)
    return input
  }

  /** Discards inputs that were last heard before this time: they were noise, or their transcription failed. */
  discardBefore(time: number): void {
    for (const { turn } of this.inputs.filter(({ lastHeardAt }) => lastHeardAt < time)) turn?.discard()
    this.inputs = this.inputs.filter(({ lastHeardAt }) => lastHeardAt >= time)
  }
}

/**
 * Metrics of a realtime model's responses. They have no speech id; the message of a response lists the response's id. Usage
 * without a message, for example of a response that only called a function, belongs to the next one.
 */
export class RealtimeResponses {
  private waiting: { id: string; fields: TurnFields }[] = []
  private readonly reportedIds = new Set<string>()

  add(id: string, fields: TurnFields): void {
    this.waiting.push({ id, fields })
  }

  /** Whether the message of this response has been reported. */
  isReported(id: string): boolean {
    return this.reportedIds.has(id)
  }

  /** Takes all metrics for a message of these responses. Of other responses only the usage counts. */
  take(ids: readonly string[] = []): TurnFields {
    for (const id of ids) this.reportedIds.add(id)
    // A plugin without response ids: the first response with a latency is the one that was spoken.
    const first = this.waiting.find(({ fields }) => fields.latency_llm !== undefined)
    const isOwn = (response: { id: string }) =>
      ids.length > 0 ? ids.includes(response.id) : response === first
    const taken = this.waiting.splice(0)
    return taken
      .map((response) => (isOwn(response) ? response.fields : usageFieldsOf(response.fields)))
      .reduce(mergeTurnFields, {})
  }
}
