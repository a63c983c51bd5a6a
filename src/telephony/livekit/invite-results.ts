import { DisconnectReason } from '@livekit/protocol'
import { ServerError } from 'livekit-server-sdk'
import type { Outcome } from '../../db/schema/index.ts'
import type { DialResult } from '../carrier.ts'

/** What an answer of LiveKit means for the attempt. Nothing is asked or written here. */
export type InviteResult =
  /** It was dialed, or it ended by the callee's side: it is over. */
  | { kind: 'ended'; outcome: Outcome; reason: string }
  /** Nobody's telephone rang, by fault of trunk or settings. `halts`: every call would meet it. */
  | { kind: 'refused'; outcome: 'carrier_error' | 'no_capacity'; reason: string; pauseReason?: string }
  /** It may be ringing: nothing is dialed again before somebody has looked. */
  | { kind: 'ambiguous'; reason: string }

const outcomesBySip: Partial<Record<number, Outcome>> = {
  ...{ 486: 'busy', 600: 'busy' },
  ...{ 408: 'no_answer', 480: 'no_answer', 487: 'no_answer' },
  ...{ 404: 'invalid_number', 410: 'invalid_number', 484: 'invalid_number' },
  ...{ 485: 'invalid_number', 604: 'invalid_number' },
  603: 'declined',
  // RFC 8197, RFC 8688: the callee, or an analytics service for them, wants no such calls.
  ...{ 607: 'blocked', 608: 'blocked' },
}

/** Faults of trunk, account or media, which every number would meet. */
const haltsBySip: Partial<Record<number, string>> = {
  401: 'the trunk does not take our credentials (SIP 401)',
  402: 'the trunk asks for payment (SIP 402)',
  403: 'the trunk does not let us call (SIP 403)',
  407: 'the trunk does not take our credentials (SIP 407)',
  415: 'the trunk does not take our media (SIP 415)',
  428: 'the trunk asks for a caller identity (SIP 428)',
  433: 'the trunk takes no anonymous caller (SIP 433)',
  436: 'the trunk does not take our caller identity (SIP 436)',
  437: 'the trunk does not take our caller identity (SIP 437)',
  438: 'the trunk does not take our caller identity (SIP 438)',
  488: 'the trunk does not take our media (SIP 488)',
  606: 'the trunk does not take our media (SIP 606)',
}

/** Twilio: a call that its fraud or regulatory rules block; told in a header of a 603. */
const twilioBlocked = '32203'

/**
 * By SIP status, RFC 3261 and its followers: whose fault it was, and whether the number is to be tried again. What no row
 * names is, of 4xx, as if nobody had answered; of 5xx and 3xx, the trunk's fault; of 6xx, a refusal.
 */
export function resultOfSipStatus(status: number, told: string): InviteResult {
  const reason = `SIP ${status}`
  const halts = haltsBySip[status]
  if (halts !== undefined) return { kind: 'refused', outcome: 'carrier_error', reason, pauseReason: halts }
  if (status === 603 && told.includes(twilioBlocked)) return { kind: 'ended', outcome: 'blocked', reason }
  const outcome = outcomesBySip[status]
  if (outcome !== undefined) return { kind: 'ended', outcome, reason }
  if (status === 429 || status === 491 || status < 400 || (status >= 500 && status < 600)) {
    const isLimit = /\b(cps|concurrent call) limit\b/i.test(told)
    return { kind: 'refused', outcome: isLimit ? 'no_capacity' : 'carrier_error', reason }
  }
  return { kind: 'ended', outcome: status >= 600 ? 'declined' : 'no_answer', reason }
}

/** Errors that come before anything was sent: nobody was asked. */
const unsent = [
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'UND_ERR_CONNECT_TIMEOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
]

/** Codes of an answer that comes before anything is dialed: settings are wrong. */
const ofSettings = [
  'invalid_argument',
  'malformed',
  'not_found',
  'permission_denied',
  'unauthenticated',
  'bad_route',
  'unimplemented',
]

/**
 * Of a request to dial that failed. By the SIP status where there is one, and never by the HTTP status: LiveKit answers 429
 * for a busy callee. What leaves open whether an INVITE went out is ambiguous.
 */
export function resultOfError(error: unknown): InviteResult {
  if (!(error instanceof ServerError)) {
    const { code } = ((error as Error)?.cause ?? {}) as { code?: string }
    const reason = code ?? (error as Error)?.name ?? 'unknown'
    return unsent.includes(code ?? '')
      ? { kind: 'refused', outcome: 'carrier_error', reason }
      : { kind: 'ambiguous', reason }
  }
  const { code = `HTTP ${error.status}`, metadata = {} } = error
  const told = `${error.message} ${Object.values(metadata).join(' ')}`
  const status = Number(metadata.sip_status_code)
  if (Number.isInteger(status) && status > 0) return resultOfSipStatus(status, told)
  if (code === 'canceled') return verdictOfCanceled(told)
  if (ofSettings.includes(code)) {
    const halts = `LiveKit refuses to dial (${code}): see to the trunk, the URL and the keys`
    return { kind: 'refused', outcome: 'carrier_error', reason: code, pauseReason: halts }
  }
  if (code === 'resource_exhausted') return { kind: 'refused', outcome: 'no_capacity', reason: code }
  // An INVITE may have gone out; its leg is closed.
  if (code === 'failed_precondition') return { kind: 'ended', outcome: 'lost', reason: code }
  return { kind: 'ambiguous', reason: code }
}

/** It rang out, or the trunk said nothing: "transaction failed to complete (N intermediate responses)". */
function verdictOfCanceled(told: string): InviteResult {
  if (/sip request timed out/i.test(told)) return { kind: 'ended', outcome: 'no_answer', reason: 'rang out' }
  const responses = /transaction failed to complete \((\d+)/i.exec(told)?.[1]
  if (responses === undefined) return { kind: 'ambiguous', reason: 'canceled' }
  return Number(responses) === 0
    ? { kind: 'refused', outcome: 'carrier_error', reason: 'the trunk is silent' }
    : { kind: 'ended', outcome: 'no_answer', reason: 'canceled' }
}

/** As a carrier answers it. */
export const refusedDial = ({
  outcome,
  reason,
  pauseReason: halts,
}: Extract<InviteResult, { kind: 'refused' }>): DialResult => ({
  ...{ kind: 'refused', outcome, ended_reason: reason },
  ...(halts !== undefined && { pauseReason: halts }),
})

/** Why somebody left a room, where no SIP status is told: what it says of a call that nobody had answered. */
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

/** The word for it, as LiveKit has it: "user_unavailable". */
export const disconnectReasonName = (reason: DisconnectReason): string =>
  (DisconnectReason[reason] ?? 'unknown_reason').toLowerCase()
