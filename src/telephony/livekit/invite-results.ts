import { DisconnectReason } from '@livekit/protocol'
import { ServerError } from 'livekit-server-sdk'
import type { Outcome } from '../../db/schema/index.ts'
import { commandLine } from '../../lib/command-line.ts'
import type { DialResult } from '../carrier.ts'
import { connectionFailure } from '../connection-failure.ts'
import { sipRuleOf } from '../sip-status.ts'

/** The meaning of LiveKit's response to a dial request for the attempt. The functions of this file are pure. */
export type InviteResult =
  /** The call was dialed and is over. */
  | { kind: 'ended'; outcome: Outcome; reason: string }
  /** No phone rang, by fault of the trunk or the settings. `pauseReason` is set when the fault affects every call. */
  | { kind: 'refused'; outcome: 'carrier_error' | 'no_capacity'; reason: string; pauseReason?: string }
  /** The phone may ring: the call must be looked up before the contact is dialed again. */
  | { kind: 'ambiguous'; reason: string }

/** Twilio's error code for a call that its fraud or regulatory rules block; sent in a header of a 603. */
const twilioBlocked = '32203'

/** The result for a final SIP status. `detail` is LiveKit's error message and metadata. */
export function resultOfSipStatus(status: number, detail: string): InviteResult {
  const reason = `SIP ${status}`
  if (status === 603 && detail.includes(twilioBlocked)) return { kind: 'ended', outcome: 'blocked', reason }
  const { outcome, pauseReason } = sipRuleOf(status)
  if (outcome !== 'carrier_error') return { kind: 'ended', outcome, reason }
  if (pauseReason !== undefined)
    return { kind: 'refused', outcome, reason, pauseReason: `${pauseReason} (${reason})` }
  const isLimit = /\b(cps|concurrent call) limit\b/i.test(detail)
  return { kind: 'refused', outcome: isLimit ? 'no_capacity' : outcome, reason }
}

/** LiveKit's error codes for wrong settings, returned before anything is dialed. */
const settingsErrors = [
  'invalid_argument',
  'malformed',
  'not_found',
  'permission_denied',
  'unauthenticated',
  'bad_route',
  'unimplemented',
]

/**
 * The result of a dial request that failed. The SIP status decides if there is one, and the HTTP status never does:
 * LiveKit returns HTTP 429 for a busy callee. Ambiguous when an INVITE may have been sent.
 */
export function resultOfError(error: unknown): InviteResult {
  if (!(error instanceof ServerError)) {
    const { reason, wasSent } = connectionFailure(error)
    return wasSent ? { kind: 'ambiguous', reason } : { kind: 'refused', outcome: 'carrier_error', reason }
  }
  const { code = `HTTP ${error.status}`, metadata = {} } = error
  const detail = `${error.message} ${Object.values(metadata).join(' ')}`
  const status = Number(metadata.sip_status_code)
  if (Number.isInteger(status) && status > 0) return resultOfSipStatus(status, detail)
  if (code === 'canceled') return resultOfCanceled(detail)
  if (settingsErrors.includes(code)) {
    const pauseReason = `LiveKit refuses to dial (${code}). Check LIVEKIT_URL, the API key and the SIP trunk with: ${commandLine('livekit')} check.`
    return { kind: 'refused', outcome: 'carrier_error', reason: code, pauseReason }
  }
  if (code === 'resource_exhausted') return { kind: 'refused', outcome: 'no_capacity', reason: code }
  // An INVITE may have been sent, but its call is closed.
  if (code === 'failed_precondition') return { kind: 'ended', outcome: 'lost', reason: code }
  return { kind: 'ambiguous', reason: code }
}

/**
 * The result for the code `canceled`: the ring timeout passed, or the trunk did not complete the call ("transaction
 * failed to complete (N intermediate responses)"; with 0 responses no phone rang).
 */
function resultOfCanceled(detail: string): InviteResult {
  if (/sip request timed out/i.test(detail))
    return { kind: 'ended', outcome: 'no_answer', reason: 'ring timeout' }
  const responses = /transaction failed to complete \((\d+)/i.exec(detail)?.[1]
  if (responses === undefined) return { kind: 'ambiguous', reason: 'canceled' }
  return Number(responses) === 0
    ? { kind: 'refused', outcome: 'carrier_error', reason: 'the trunk did not respond' }
    : { kind: 'ended', outcome: 'no_answer', reason: 'canceled' }
}

/** A refused invite as the result of a dial request. */
export const refusedDial = ({
  outcome,
  reason,
  pauseReason,
}: Extract<InviteResult, { kind: 'refused' }>): DialResult => ({
  kind: 'refused',
  outcome,
  ended_reason: reason,
  ...(pauseReason !== undefined && { pauseReason }),
})

/**
 * The outcome of a call that nobody answered, by the reason why the callee left the room; for ends without a SIP
 * status.
 */
export function outcomeOfDisconnect(reason: DisconnectReason): Outcome | undefined {
  switch (reason) {
    case DisconnectReason.USER_UNAVAILABLE:
      return 'no_answer'
    case DisconnectReason.USER_REJECTED:
      return 'declined'
    case DisconnectReason.SIP_TRUNK_FAILURE:
    case DisconnectReason.MEDIA_FAILURE:
    case DisconnectReason.JOIN_FAILURE:
      return 'carrier_error'
    default:
      return undefined
  }
}

/** LiveKit's name of the reason in lower case, such as "user_unavailable". */
export const disconnectReasonName = (reason: DisconnectReason): string =>
  (DisconnectReason[reason] ?? 'unknown_reason').toLowerCase()
