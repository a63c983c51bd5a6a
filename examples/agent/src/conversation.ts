import { voice } from '@livekit/agents'
import type { Completion } from '@new-voice/sdk'
import type { Brief } from './brief.ts'
import { FlowTracker } from './flow.ts'
import type { HttpToolContext } from './http-tool.ts'
import type { Phone } from './phone.ts'
import { type ToolContext, toolsOf } from './tools.ts'

export interface ConversationOptions extends Pick<ToolContext, 'phone' | 'reach' | 'handoffTo'> {
  /** Runs something after so many ms; answers how to take that back. */
  schedule?: (run: () => void, ms: number) => () => void
}

/** Before LiveKit ends a call that is too long, the agent does, and says why, ms. */
const graceMs = 3_000
/** Somebody who says nothing is asked so often whether they are there. */
const mostAsks = 2

const usualLater = (run: () => void, ms: number) => {
  const timer = setTimeout(run, ms)
  return () => clearTimeout(timer)
}

/** A conversation as its brief has it: the prompt, the greeting, the flow, the functions, and how it may end. */
export class Conversation implements ToolContext {
  readonly brief: Brief
  readonly session: voice.AgentSession
  readonly flow: FlowTracker
  readonly phone: Phone
  readonly reach: HttpToolContext
  readonly handoffTo: string | undefined
  private readonly schedule: (run: () => void, ms: number) => () => void
  /** Told what becomes known of the call. */
  onCompletion: (completion: Completion) => void = () => undefined
  private hasOutcome = false
  private isGreeted = false
  private isEnded = false
  private silencePrompts = 0
  private cancelTimeLimit: (() => void) | undefined

  constructor(brief: Brief, session: voice.AgentSession, around: ConversationOptions) {
    this.brief = brief
    this.session = session
    this.phone = around.phone
    this.reach = around.reach
    this.handoffTo = around.handoffTo
    this.schedule = around.schedule ?? usualLater
    this.flow = new FlowTracker(brief.flow)
    session.on('user_state_changed' as never, this.onUserState as never)
    session.on('close' as never, this.onClose as never)
  }

  /** What the session speaks as. */
  agent(): voice.Agent {
    return new Speaker(this, () => this.isGreeted)
  }

  /** Somebody is on the line: says the first words, and from then on answers. */
  async greet(): Promise<void> {
    const { max_call_duration_sec } = this.brief.limits
    if (max_call_duration_sec !== null) {
      const ms = Math.max(1_000, max_call_duration_sec * 1_000 - graceMs)
      // What was reached before is not undone by the clock.
      const outcome = () => (this.hasOutcome ? {} : { outcome: 'max_duration' as const })
      this.cancelTimeLimit = this.schedule(() => this.end('max_duration', outcome()), ms)
    }
    this.isGreeted = true
    const { greeting } = this.brief
    const speech = greeting === null ? this.session.generateReply() : this.session.say(greeting)
    await speech.waitForPlayout()
  }

  update(completion: Completion): void {
    if ('outcome' in completion) this.hasOutcome = completion.outcome !== undefined
    this.onCompletion(completion)
  }

  /** Ends the call: the session closes, and then the telephone is hung up. */
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
    if (this.silencePrompts++ < mostAsks)
      this.session.generateReply({
        instructions: 'Nobody has said anything for a while: ask whether they are there.',
      })
    else this.end('silence')
  }
}

class Speaker extends voice.Agent {
  private readonly isGreeted: () => boolean

  constructor(conversation: Conversation, isGreeted: () => boolean) {
    super({ instructions: conversation.brief.system_prompt, tools: toolsOf(conversation) })
    this.isGreeted = isGreeted
  }

  /** Their "hello?" is answered by the greeting. */
  override async onUserTurnCompleted(): Promise<void> {
    if (!this.isGreeted()) throw new voice.StopResponse()
  }
}
