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

/** A result after which the call is certainly over. */
type DefiniteResult = Exclude<InviteResult, { kind: 'ambiguous' }>

/** The reason of a call for whose whole ring limit nobody answered. */
const ringTimeout = 'ring timeout'

/** The result for a final SIP status. `detail` is LiveKit's error message and metadata. */
export function resultOfSipStatus(status: number, detail: string): InviteResult {
  const reason = `SIP ${status}`
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

/** The codes of responses that are not Twirp's. LiveKit rejects a token before Twirp handles the request, in plain text. */
const codesOfStatuses: Readonly<Record<number, string>> = {
  401: 'unauthenticated',
  403: 'permission_denied',
  404: 'bad_route',
  405: 'bad_route',
}

/** LiveKit's error code; "HTTP 502" for a response that has none and is not LiveKit's. */
export const codeOfError = ({ code, status }: ServerError): string =>
  code ?? codesOfStatuses[status] ?? `HTTP ${status}`

/**
 * The result of a dial request that failed. The SIP status decides if there is one, and the HTTP status never does:
 * LiveKit returns HTTP 429 for a busy callee. Ambiguous when an INVITE may have been sent.
 */
export function resultOfError(error: unknown): InviteResult {
  if (!(error instanceof ServerError)) {
    const { reason, wasSent } = connectionFailure(error)
    return wasSent ? { kind: 'ambiguous', reason } : { kind: 'refused', outcome: 'carrier_error', reason }
  }
  const code = codeOfError(error)
  const { metadata = {} } = error
  const detail = `${error.message} ${Object.values(metadata).join(' ')}`
  const status = Number(metadata.sip_status_code)
  if (Number.isInteger(status) && status > 0) return resultOfSipStatus(status, detail)
  if (code === 'canceled') return resultOfCanceled(detail)
  if (settingsErrors.includes(code)) {
    const pauseReason = `LiveKit refuses to dial (${code}). Check LIVEKIT_URL, the API key and the SIP trunk with: ${commandLine('livekit')} check.`
    return { kind: 'refused', outcome: 'carrier_error', reason: code, pauseReason }
  }
  if (code === 'resource_exhausted') return { kind: 'refused', outcome: 'no_capacity', reason: code }
  if (code === 'failed_precondition') return resultOfClosedInvite(detail)
  if (code === 'unavailable') return resultOfUnavailable(detail)
  if (code === 'internal' && /sip not connected/i.test(detail)) return withoutSip
  return { kind: 'ambiguous', reason: code }
}

/** The result when the server itself has no SIP, so that nothing was dialed (livekit-server, errors.go: ErrSIPNotConnected). */
const withoutSip: InviteResult = {
  kind: 'refused',
  outcome: 'carrier_error',
  reason: 'LiveKit has no SIP',
  pauseReason: 'LiveKit has no SIP: its server runs without Redis',
}

/**
 * Texts of the SIP bridge for faults of the trunk's settings that it finds itself, so that there is no SIP status: it tries a
 * password five times, and compares codecs after the callee has answered (livekit/sip, protocol.go; livekit/media-sdk, sdp.go).
 */
const trunkFaults = [
  {
    pattern: /max auth retry attempts|no auth header in sip invite/i,
    pauseReason: 'The SIP trunk rejects the credentials',
  },
  {
    pattern: /required auth, but no username or password/i,
    pauseReason: 'The SIP trunk requires credentials, and it has none in LiveKit',
  },
  {
    pattern: /common audio codec not found|no common encryption profiles/i,
    pauseReason: 'The SIP trunk rejects the media formats',
  },
]

/** The result for `failed_precondition`: an INVITE may have been sent, but its call is closed. */
function resultOfClosedInvite(detail: string): InviteResult {
  for (const { pattern, pauseReason } of trunkFaults) {
    const reason = pattern.exec(detail)?.[0].toLowerCase()
    if (reason !== undefined)
      return { kind: 'refused', outcome: 'carrier_error', reason, pauseReason: `${pauseReason} (${reason})` }
  }
  return { kind: 'ended', outcome: 'lost', reason: 'failed_precondition' }
}

/**
 * The result for `unavailable`. With these three texts no SIP bridge took the request, so nothing was dialed (livekit/psrpc,
 * errors.go; livekit/sip, errors.go). With any other text the INVITE may have been sent.
 */
function resultOfUnavailable(detail: string): InviteResult {
  const isUnclaimed = /no response from servers|no servers available/i.test(detail)
  if (isUnclaimed)
    return { kind: 'refused', outcome: 'carrier_error', reason: 'no SIP bridge took the request' }
  if (/cpu exhausted/i.test(detail))
    return { kind: 'refused', outcome: 'no_capacity', reason: 'the SIP bridge has no CPU left' }
  return { kind: 'ambiguous', reason: 'unavailable' }
}

/**
 * The result when the phone never rang: a trunk that does not respond at all looks like a phone that rings out, because the ring
 * limit is usually shorter than the 32 s after which SIP gives up (timer B of RFC 3261).
 */
export const resultWithoutRinging = (result: DefiniteResult): DefiniteResult =>
  result.kind === 'ended' && result.reason === ringTimeout
    ? { kind: 'refused', outcome: 'carrier_error', reason: 'the trunk did not answer' }
    : result

/**
 * The result for the code `canceled`: the ring timeout passed, or the trunk did not complete the call ("transaction
 * failed to complete (N intermediate responses)"; with 0 responses no phone rang).
 */
function resultOfCanceled(detail: string): InviteResult {
  if (/sip request timed out/i.test(detail))
    return { kind: 'ended', outcome: 'no_answer', reason: ringTimeout }
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
