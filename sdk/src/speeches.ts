import type { voice } from '@livekit/agents'
import type { OpenTurn } from './telemetry/collector.ts'
import type { TurnFields } from './telemetry/wire.ts'

export type Message = Extract<voice.ConversationItemAddedEvent['item'], { type: 'message' }>

/** State of a speech until its turn is finalized. */
export interface SpeechState {
  handle: voice.SpeechHandle | undefined
  /** Started by `session.say`, whose handle does not list its message. */
  isFromSay: boolean
  /** Metrics that arrived before the message. */
  fields: TurnFields
  /** Metrics of the end of the user's speech, and that instant, ms since 1970. They belong to the answer. */
  eou: { fields: TurnFields; lastSpeakingTimeMs: number } | undefined
  /** The turn that its metrics are added to. */
  turn: OpenTurn | undefined
  /** The turn of a speech whose place was reserved when the user's message arrived before its own. */
  reservedTurn: OpenTurn | undefined
  /** ms since 1970. */
  createdAt: number | undefined
  /** Its message has been reported as a turn. */
  isReported: boolean
}

/** The speeches of a session by id, in the order of their creation. */
export class Speeches extends Map<string, SpeechState> {
  state(id: string): SpeechState {
    const existing = this.get(id)
    if (existing !== undefined) return existing
    const created: SpeechState = {
      handle: undefined,
      isFromSay: false,
      fields: {},
      eou: undefined,
      turn: undefined,
      reservedTurn: undefined,
      createdAt: undefined,
      isReported: false,
    }
    this.set(id, created)
    return created
  }

  /** The speech whose handle lists the message, or else the first one of `session.say` that is not reported or done. */
  of(item: Message): SpeechState | undefined {
    const speeches = [...this.values()]
    return (
      speeches.find(({ handle }) => handle?.chatItems.some(({ id }) => id === item.id)) ??
      speeches.find(({ isFromSay, isReported, handle }) => isFromSay && !isReported && !handle?.done())
    )
  }

  /**
   * The first speech that is scheduled and not over, and has no turn yet: the one that is heard while the agent speaks. A speech
   * that the user interrupts is not over before its message was added, and the reply to the user may be scheduled earlier.
   */
  get unreported(): SpeechState | undefined {
    return [...this.values()].find(
      ({ handle, isReported }) => handle?.scheduled === true && !handle.done() && !isReported,
    )
  }

  /** Whether the model is replying: a speech of its own is under way, including the functions that it calls. */
  get isModelReplying(): boolean {
    return [...this.values()].some((speech) => isUnderWay(speech) && !speech.isFromSay)
  }
}

const isUnderWay = ({ handle }: SpeechState): boolean =>
  handle?.scheduled === true && !handle.done() && !handle.interrupted

/** Whether a function that the speech called has not returned. */
export function hasRunningFunction({ handle }: SpeechState): boolean {
  const items = handle?.chatItems ?? []
  const returned = new Set(items.flatMap((item) => (item.type === 'function_call_output' ? item.callId : [])))
  return items.some((item) => item.type === 'function_call' && !returned.has(item.callId))
}
