import type { voice } from '@livekit/agents'
import type { Completion } from './telemetry/wire.ts'

/** The part of a session of `@livekit/agents` that is used here. */
export type Session = Pick<
  voice.AgentSession,
  'on' | 'off' | 'usage' | 'currentAgent' | 'llm' | 'stt' | 'tts'
>

export interface SessionOptions {
  /**
   * The providers and models of plugins that do not name their own. Without it the service uses the names of the
   * skillbase. Names that LiveKit reports are sent as they are, and the service finds their prices.
   */
  providers?: Completion['providers']
  /** Returns the id of the flow's current state. */
  state?: () => string | undefined
  /** When the agent joined the room, as `performance.now()`. The cost of LiveKit starts there. Default: now. */
  connectedAt?: number
  /** How long a reply's turn stays open for metrics after its last word, ms. Default: 1000. */
  settleMs?: number
}
