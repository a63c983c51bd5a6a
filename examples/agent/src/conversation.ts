import { type llm, voice } from '@livekit/agents'
import type { Completion } from '@new-voice/sdk'
import type { Brief } from './brief.ts'
import { FlowTracker } from './flow.ts'
import type { HttpToolContext } from './http-tool.ts'
import type { Phone } from './phone.ts'
import { type ToolContext, toolsOf } from './tools.ts'

/** Runs a function after `ms`. Returns a function that cancels it. */
type Schedule = (run: () => void, ms: number) => () => void

export interface ConversationOptions extends Pick<ToolContext, 'phone' | 'httpTools' | 'handoffTo'> {
  /** Default: setTimeout. */
  schedule?: Schedule
}

/** How many times a silent callee is asked whether they are there before the call is ended. */
const maxSilencePrompts = 2

const defaultSchedule: Schedule = (run, ms) => {
  const timer = setTimeout(run, ms)
  return () => clearTimeout(timer)
}

/** A conversation that follows its brief: prompt, greeting, flow, functions, silence and maximum duration. */
export class Conversation implements ToolContext {
  readonly brief: Brief
  readonly session: voice.AgentSession
  readonly flow: FlowTracker
  readonly phone: Phone
  readonly httpTools: HttpToolContext
  readonly handoffTo: string | undefined
  private readonly schedule: Schedule
  /** Called with each part of the call's result as it becomes known. */
  onCompletion: (completion: Completion) => void = () => undefined
  private hasOutcome = false
  private isGreeted = false
  private isEnded = false
  private silencePrompts = 0
  private cancelTimeLimit: (() => void) | undefined

  constructor(brief: Brief, session: voice.AgentSession, options: ConversationOptions) {
    this.brief = brief
    this.session = session
    this.phone = options.phone
    this.httpTools = options.httpTools
    this.handoffTo = options.handoffTo
    this.schedule = options.schedule ?? defaultSchedule
    this.flow = new FlowTracker(brief.flow)
    this.setPreemptiveReplies(false)
    session.on('user_state_changed' as never, this.onUserState as never)
    session.on('close' as never, this.onClose as never)
  }

  /** The agent that the session runs. */
  createAgent(): voice.Agent {
    return new BriefAgent(this, () => this.isGreeted)
  }

  /**
   * Ends the conversation max_call_duration_sec after now: call this when the callee has answered. LiveKit's own limit, which also
   * contains the ringing, is longer.
   */
  startTimeLimit(): void {
    const { max_call_duration_sec } = this.brief.limits
    if (max_call_duration_sec === null) return
    // An outcome that was recorded before is kept.
    const completion = () => (this.hasOutcome ? {} : { outcome: 'max_duration' as const })
    this.cancelTimeLimit = this.schedule(
      () => this.end('max_duration', completion()),
      max_call_duration_sec * 1_000,
    )
  }

  /** Starts the conversation with a person who has answered: speaks the greeting. */
  async greet(): Promise<void> {
    this.isGreeted = true
    this.setPreemptiveReplies(true)
    const { greeting } = this.brief
    const speech = greeting === null ? this.session.generateReply() : this.session.say(greeting)
    await speech.waitForPlayout()
  }

  /**
   * Whether the model is asked for a reply while the callee still speaks. Before the greeting such a reply would be paid for and
   * discarded.
   */
  private setPreemptiveReplies(enabled: boolean): void {
    const { turnHandling } = this.session.sessionOptions
    turnHandling.preemptiveGeneration = { ...turnHandling.preemptiveGeneration, enabled }
  }

  /** Keeps the callee's words in the transcript without a reply to them. */
  keepWithoutReply(message: llm.ChatMessage): void {
    this.session.history.insert(message)
    this.session.emit(
      'conversation_item_added' as never,
      ...([voice.createConversationItemAddedEvent(message)] as never),
    )
  }

  update(completion: Completion): void {
    if ('outcome' in completion) this.hasOutcome = completion.outcome !== undefined
    this.onCompletion(completion)
  }

  /** Ends the conversation: closes the session, after which the call is hung up. */
  end(reason: string, completion: Completion = {}): void {
    this.update({ ...completion, ended_reason: reason })
    this.session.shutdown({ reason, drain: false })
  }

  private readonly onClose = (): void => {
    this.cancelTimeLimit?.()
    this.isEnded = true
  }

  private readonly onUserState = ({ newState }: voice.UserStateChangedEvent): void => {
    if (newState === 'speaking') this.silencePrompts = 0
    if (newState !== 'away' || !this.isGreeted || this.isEnded) return
    if (this.silencePrompts++ < maxSilencePrompts)
      this.session.generateReply({
        instructions: 'The callee has been silent for a while: ask whether they are there.',
      })
    else this.end('silence')
  }
}

class BriefAgent extends voice.Agent {
  private readonly conversation: Conversation
  private readonly isGreeted: () => boolean

  constructor(conversation: Conversation, isGreeted: () => boolean) {
    super({ instructions: conversation.brief.system_prompt, tools: toolsOf(conversation) })
    this.conversation = conversation
    this.isGreeted = isGreeted
  }

  /**
   * Suppresses replies to speech of the callee before the greeting, which is the reply to it. The model and the transcript get the
   * words.
   */
  override async onUserTurnCompleted(_chat: llm.ChatContext, message: llm.ChatMessage): Promise<void> {
    if (this.isGreeted()) return
    const chat = this.chatCtx.copy()
    chat.insert(message)
    await this.updateChatCtx(chat)
    this.conversation.keepWithoutReply(message)
    throw new voice.StopResponse()
  }
}
