import type { Outcome } from '../db/schema/index.ts'

/** The meaning of a final SIP status for an attempt. */
export interface SipRule {
  outcome: Extract<
    Outcome,
    'busy' | 'no_answer' | 'invalid_number' | 'declined' | 'blocked' | 'carrier_error'
  >
  /** How reliably the status means the outcome, 0 to 1. */
  confidence: number
  /** Set for a fault of account or trunk that no later call escapes: the campaign is paused with this reason. */
  pauseReason?: string
}

type ListedRule = SipRule & { codes: readonly number[] }

const carrierFault = (...codes: number[]): ListedRule => ({
  codes,
  outcome: 'carrier_error',
  confidence: 0.9,
})

const trunkFault = (fault: string, ...codes: number[]): ListedRule => ({
  ...carrierFault(...codes),
  pauseReason: `The SIP trunk ${fault}`,
})

/**
 * The rule of each status that may end an INVITE (RFC 3261, section 21, unless another RFC is named). `carrier_error`:
 * the request, its route or the trunk is at fault, so every number would meet the same.
 */
export const sipRules: readonly ListedRule[] = [
  { codes: [486, 600], outcome: 'busy', confidence: 0.95 },
  // 487: this service cancelled the INVITE, because the phone rang for ring_timeout_sec.
  { codes: [408, 480, 487], outcome: 'no_answer', confidence: 0.9 },
  { codes: [404, 410, 484, 485, 604], outcome: 'invalid_number', confidence: 0.9 },
  { codes: [603], outcome: 'declined', confidence: 0.9 },
  // RFC 8197 and RFC 8688: the callee, or an analytics service for the callee, blocks such calls.
  { codes: [607, 608], outcome: 'blocked', confidence: 0.95 },

  trunkFault('rejects the credentials', 401, 407),
  trunkFault('requires payment', 402),
  trunkFault('forbids the call', 403),
  trunkFault('rejects the media formats', 415, 488, 606),
  // RFC 8224 (STIR): the signature of the caller number is missing (428), cannot be checked or is invalid.
  trunkFault('requires a caller identity', 428),
  trunkFault('rejects the caller identity', 436, 437, 438),
  // RFC 5079.
  trunkFault('rejects anonymous callers', 433),

  // The request, or one of its extensions, is not accepted as it is. 422: RFC 4028; 424: RFC 6442; 429: RFC 3892.
  carrierFault(400, 405, 406, 413, 414, 416, 417, 420, 421, 422, 424, 429, 493, 494),
  // The route is broken: a connection or transaction is lost, or there are loops, hops or branches without end.
  carrierFault(430, 440, 481, 482, 483, 491),
  // Statuses of other methods than INVITE.
  carrierFault(412, 423, 425, 439, 469, 489),
  carrierFault(500, 501, 502, 503, 504, 505, 513, 555, 580),
]

/** The rules of statuses that are not listed, by the class of the status. */
export const sipClassRules = {
  /** A redirection that the trunk did not follow. */
  3: { outcome: 'carrier_error', confidence: 0.8 },
  /** Counted as an attempt, unlike a fault of the trunk: the phone may have rung. */
  4: { outcome: 'no_answer', confidence: 0.5 },
  5: { outcome: 'carrier_error', confidence: 0.8 },
  /** RFC 3261, 21.6: the callee certainly does not take the call. */
  6: { outcome: 'declined', confidence: 0.7 },
} as const satisfies Record<number, SipRule>

const ruleByCode = new Map(sipRules.flatMap((rule) => rule.codes.map((code) => [code, rule] as const)))

/** Whether the status has a rule of its own, not only that of its class. */
export const isListedSipStatus = (status: number): boolean => ruleByCode.has(status)

/** The rule of a final SIP status, 300 to 699; a fault of the trunk for any other number. */
export const sipRuleOf = (status: number): SipRule =>
  ruleByCode.get(status) ??
  sipClassRules[Math.floor(status / 100) as keyof typeof sipClassRules] ??
  sipClassRules[5]
