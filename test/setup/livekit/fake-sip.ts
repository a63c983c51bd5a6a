// How LiveKit's SIP bridge reports the end of an INVITE, as seen on livekit-server 1.13.5 and the bridge of 2026-08.
import { DisconnectReason } from '@livekit/protocol'

/**
 * How an INVITE ends: `answer`; `no_answer`, the ring limit passes; the SIP status of the response; or without any status:
 * `silent`, the trunk does not respond at all, `no_password`, the trunk has none and needs one, or `no_codec`. With 401 and 407
 * the trunk rejects the password.
 */
export type Fate = 'answer' | 'no_answer' | 'silent' | 'no_password' | 'no_codec' | number

/** The HTTP status of each Twirp error code. */
export const httpStatuses: Record<string, number> = {
  canceled: 408,
  invalid_argument: 400,
  deadline_exceeded: 408,
  not_found: 404,
  permission_denied: 403,
  unauthenticated: 401,
  resource_exhausted: 429,
  failed_precondition: 412,
  aborted: 409,
  internal: 500,
  unavailable: 503,
}

/** An error response of LiveKit's API. */
export class TwirpError extends Error {
  readonly code: string
  readonly meta: Record<string, string>
  constructor(code: string, msg: string, meta: Record<string, string> = {}) {
    super(msg)
    this.code = code
    this.meta = meta
  }
}

/** LiveKit's error code for a SIP status. */
function codeOfSipStatus(status: number): string {
  if ([480, 486, 600].includes(status)) return 'resource_exhausted'
  if ([404, 410, 604].includes(status)) return 'not_found'
  if ([402, 403, 433, 603, 607, 608].includes(status)) return 'permission_denied'
  if ([428, 436, 437, 438].includes(status)) return 'unauthenticated'
  if ([408, 504].includes(status)) return 'deadline_exceeded'
  if ([487, 491].includes(status)) return 'aborted'
  return status >= 500 && status < 600 ? 'failed_precondition' : 'invalid_argument'
}

/** The texts of failures that have no SIP status. */
const texts = {
  // The bridge tries the password five times, within one attempt.
  wrongPassword: 'max auth retry attempts reached for SIP invite',
  no_password: 'sip server required auth, but no username or password was provided',
  no_codec: 'common audio codec not found',
  timeout: 'sip request timed out',
} as const

/** The error response to a dial request; undefined when the callee answers. */
export function errorOf({
  fate,
  reasonPhrase,
}: {
  fate: Fate
  reasonPhrase?: string
}): TwirpError | undefined {
  if (fate === 'answer') return undefined
  if (fate === 'no_answer' || fate === 'silent') return new TwirpError('canceled', texts.timeout)
  if (fate === 401 || fate === 407) return new TwirpError('failed_precondition', texts.wrongPassword)
  if (typeof fate === 'string') return new TwirpError('failed_precondition', texts[fate])
  return new TwirpError(codeOfSipStatus(fate), `unexpected status from INVITE response: ${fate}`, {
    sip_status_code: String(fate),
    sip_status: reasonPhrase ?? 'reason phrase',
  })
}

/** The reason in the webhook that the callee left. LiveKit reports only these; a failed trunk looks like a hang-up. */
export function disconnectReasonOf(fate: Fate): DisconnectReason {
  if (fate === 'no_answer' || fate === 'silent') return DisconnectReason.USER_UNAVAILABLE
  if (typeof fate === 'string') return DisconnectReason.USER_REJECTED
  if ([404, 408, 480].includes(fate)) return DisconnectReason.USER_UNAVAILABLE
  return fate >= 500 && fate < 600 ? DisconnectReason.CLIENT_INITIATED : DisconnectReason.USER_REJECTED
}
