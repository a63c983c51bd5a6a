import type { Outcome } from '../db/schema/index.ts'
import type { Loop } from '../lib/loop.ts'
import { storable, truncate } from '../lib/text.ts'

/**
 * The interface to a telephony provider that places calls. Results are data. An exception is a programming error and is
 * treated as ambiguous.
 *
 * Definite results of a dial request: `accepted` (the call is being placed, events follow), `ended` (the call is over),
 * `refused` and `withheld` (the call was never placed). `ambiguous` means that the phone may or may not ring. Such a
 * contact is not dialed again before `lookup` has returned the state of the call.
 */
export interface Carrier {
  readonly name: string
  /**
   * Maximum time from the claim until the carrier starts to dial, ms; 600 by default. A carrier that prepares calls
   * needs more.
   */
  readonly dialDeadlineMs?: number
  /** Time after the end of a call in which its agent reports, ms; `defaultReportGraceMs` by default. */
  readonly reportGraceMs?: number
  /**
   * Places a call. `call_id` is the idempotency key: a repeated request places no second call. A carrier must not start
   * to dial after `not_after`, because the campaign may have been paused or its window closed by then.
   */
  dial(call: DialRequest): Promise<DialResult>
  /**
   * Hangs up a call. Returns true also for a call that is over or was never placed, and false when the carrier cannot
   * be reached.
   */
  hangUp(call: CallRef): Promise<boolean>
  /** Returns the current state of a call. */
  lookup(call: CallRef): Promise<LookupResult>
  /** Returns the events of a webhook that the carrier sent. @throws InvalidSignature */
  receiveWebhook?(body: string, authorization: string | undefined): Promise<CarrierEvent[]>
  /** Called before the process stops: dial requests in flight return now, as ambiguous. */
  drain?(): void
  /** Starts the carrier's background work and reports events to the handler until `stop` is called. */
  start?(onEvents: CarrierEventHandler): Pick<Loop, 'wake' | 'stop'>
}

/**
 * Time after ring_timeout_sec, in ms, in which a carrier may still report that nobody answered, and a request to dial may
 * still be on its way. After it, an open call is looked up.
 */
export const ringMarginMs = 15_000

/** Time for the agent to report how a call ended, before its contact may be called again. */
export const defaultReportGraceMs = 15_000

export interface CallRef {
  company_id: string
  call_id: string
}

export interface DialRequest extends CallRef {
  /** null for a test call, like call_task_id. */
  campaign_id: string | null
  call_task_id: string | null
  /** E.164. */
  phone_number: string
  /** Digits to dial after the call is answered. */
  phone_extension: string | null
  /** The caller number to show, E.164; null: the carrier chooses. */
  caller_number: string | null
  skillbase_id: string
  skillbase_version: number | null
  /** 1 for the first attempt at this contact. */
  attempt: number
  /** Seconds that the phone may ring. */
  ring_timeout_sec: number
  /** Seconds that the conversation may last. */
  max_call_duration_sec: number
  not_after: Date
}

export type DialResult =
  | { kind: 'accepted' }
  /** `dialed_at`: when the carrier began to dial, if that was later than the request. */
  | { kind: 'ended'; outcome: Outcome; ended_reason: string; dialed_at?: Date | undefined }
  | {
      kind: 'refused'
      outcome: 'carrier_error' | 'no_capacity' | 'invalid_number' | 'agent_error'
      ended_reason: string
      /** Set for a fault that affects every call: the campaign is paused with this reason. */
      pauseReason?: string
    }
  /** Not placed, without any fault: the call may not be dialed now, or not any more. The task returns to the queue. */
  | { kind: 'withheld'; reason: string }
  /** `isFault`: the carrier failed to respond. If it was never placed then, the attempt counts as a fault of the carrier. */
  | { kind: 'ambiguous'; reason: string; isFault?: boolean }

export type LookupResult =
  /**
   * `dialed_at`, `answered_at`: when the call was dialed, and when an active call was answered, if the carrier reports it.
   * `is_answer_estimated`: `answered_at` is when the answer was noticed.
   */
  | {
      kind: 'live'
      status: 'dialing' | 'ringing' | 'active'
      dialed_at?: Date | undefined
      answered_at?: Date | undefined
      is_answer_estimated?: boolean
    }
  | { kind: 'ended'; event: CarrierEvent }
  /** The call was never placed and will not be. */
  | { kind: 'unknown' }
  /** The carrier cannot be reached. */
  | { kind: 'unreachable'; reason: string }

/** An event of a call. Events may be repeated, late and in any order; a final state does not change. */
export interface CarrierEvent extends CallRef {
  type: 'dialing' | 'ringing' | 'answered' | 'ended'
  at: Date
  /**
   * True: `at` is when the answer or the end was noticed; when it was is not known. False: `at` is exact, so it counts more than
   * the end that an agent reported.
   */
  is_estimated?: boolean
  /** For `answered` and `ended`: when the call was dialed. Then it is known even if its own event was lost. */
  dialed_at?: Date | undefined
  /** For `ended`: how the call ended. undefined: the carrier does not know, and the agent reports the outcome. */
  outcome?: Outcome | undefined
  /** For `ended`: the carrier's own reason, such as a SIP status. */
  ended_reason?: string | undefined
  /** For `ended`: when the call was answered. Then the answer is known even if its own event was lost. */
  answered_at?: Date | undefined
}

/** The signature of a webhook is missing, wrong or expired. */
export class InvalidSignature extends Error {}

/**
 * Stores events. Returns the calls whose events could not be stored, and rejects when that is true of all: the carrier then sends
 * these again.
 */
export type CarrierEventHandler = (events: readonly CarrierEvent[]) => Promise<{ failed: readonly CallRef[] }>

/** The longest reason of a carrier that is stored, in characters. */
const maxReasonLength = 500

/** What a carrier wrote as a reason, as it is stored: it may contain anything, and be of any length. */
export const storableReason = (reason: string): string => truncate(storable(reason), maxReasonLength)
