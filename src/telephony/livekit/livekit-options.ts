import type { Db } from '../../db/client.ts'
import type { CallRef } from '../carrier.ts'
import type { LivekitProject } from './rooms.ts'

/** What the LiveKit carrier needs besides the LiveKit project. */
export interface LivekitOptions extends LivekitProject {
  db: Db
  now: () => Date
  /** Creates the token that the agent of a call receives. */
  createAgentToken: (call: CallRef) => Promise<string>
  /** True when an agent has fetched the call's brief, so it is in the room and ready to speak. */
  isAgentReady: (call: CallRef) => Promise<boolean>
  /** True when the call may still be dialed; checked right before the INVITE. */
  canDial: (call: CallRef, at: Date) => Promise<boolean>
  /** Called with unexpected errors; the sweep or the rescuer tries again. */
  onError: (error: unknown) => void
  /** Time to wait for an agent before the call is given up, ms; 15,000 by default. */
  agentWaitMs?: number
  /** Time until an agent is dispatched again when no worker has accepted the job, ms; 3,000 by default. */
  dispatchAgainMs?: number
  /** When a ringing phone is looked at, ms after the INVITE, for a ring limit in ms; `lookTimes` by default. */
  lookTimes?: (ringMs: number) => number[]
  /** Age from which the result of `canDial` is checked again, ms; 200 by default. */
  maxCheckAgeMs?: number
}
