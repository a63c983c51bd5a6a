import type { Outcome } from '../db/schema/index.ts'

/**
 * The port to what places calls. Answers are data; an exception is a fault of ours, and is treated as ambiguous.
 *
 * What is definite: `accepted` (it is being placed, events follow), `ended` (it was placed or refused, and is over),
 * `refused` (it was never placed). What is ambiguous: no answer, or one that leaves open whether anybody's telephone
 * rings. Then nothing is dialed again before `lookup` has answered.
 */
export interface Carrier {
  readonly name: string
  /** How long after a claim it may begin to dial, ms; it prepares a call meanwhile. Without it 600. */
  readonly dialDeadlineMs?: number
  /**
   * Places a call. `call_id` is the idempotency key: asked twice, a carrier places it once. It must not begin to dial
   * after `not_after`: by then somebody else may have been told to.
   */
  dial(call: DialRequest): Promise<DialResult>
  /** Ends a call; one that is over, or was never placed, is no fault. False: it could not be asked. */
  hangUp(call: CallRef): Promise<boolean>
  /** What became of a call. */
  lookup(call: CallRef): Promise<LookupResult>
  /** Reads a message that the carrier sent here, signed. @throws Unsigned */
  receiveWebhook?(body: string, authorization: string | undefined): Promise<CarrierEvent[]>
  /** The process is to stop: dials that wait for a telephone are answered now, as ambiguous. */
  drain?(): void
  /** Begins to report what happens (for carriers that must be listened to). Ends with `stop`. */
  start?(take: CarrierEventHandler): { stop(): Promise<void> }
}

export interface CallRef {
  company_id: string
  call_id: string
}

export interface DialRequest extends CallRef {
  /** null, as call_task_id is: a test call, of no campaign. */
  campaign_id: string | null
  call_task_id: string | null
  /** E.164. */
  phone_number: string
  /** E.164, the number to show; null: the carrier's own. */
  caller_number: string | null
  skillbase_id: string
  skillbase_version: number | null
  /** 1 for the first attempt at this contact. */
  attempt: number
  /** Seconds it may ring. */
  ring_timeout_sec: number
  /** Seconds the conversation may last. */
  max_call_duration_sec: number
  not_after: Date
}

export type DialResult =
  | { kind: 'accepted' }
  | { kind: 'ended'; outcome: Outcome; ended_reason: string }
  | {
      kind: 'refused'
      outcome: 'carrier_error' | 'no_capacity' | 'invalid_number' | 'agent_error'
      ended_reason: string
      /** A fault that every other call would meet too, in words for who mends it: the campaign is paused. */
      pauseReason?: string
    }
  /** It was never placed, and is nobody's fault: it may not be dialed any more, or not now. Back to the queue. */
  | { kind: 'withheld'; reason: string }
  | { kind: 'ambiguous'; reason: string }

export type LookupResult =
  | { kind: 'live'; status: 'dialing' | 'ringing' | 'active' }
  | { kind: 'ended'; event: CarrierEvent }
  /** It was never placed, and will not be. */
  | { kind: 'unknown' }
  /** The carrier cannot be asked now. */
  | { kind: 'unreachable'; reason: string }

/** What a carrier says of a call. May come twice, late and in any order; a final state never moves. */
export interface CarrierEvent extends CallRef {
  type: 'dialing' | 'ringing' | 'answered' | 'ended'
  at: Date
  /** Of `ended`: how, where the carrier can tell; nobody answered, or the agent says it otherwise. */
  outcome?: Outcome | undefined
  /** Of `ended`: the carrier's own word. */
  ended_reason?: string | undefined
}

/** A message that was not signed by whom it claims to come from. */
export class InvalidSignature extends Error {}

/** Takes events in. Resolves when they are durable; rejects when they are to be sent again. */
export type CarrierEventHandler = (events: readonly CarrierEvent[]) => Promise<unknown>
