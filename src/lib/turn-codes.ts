/* Codes in the results of telemetry. docs/reference.md is generated from these tables. */

/** Why an item of a telemetry request is rejected. */
export const turnErrorCodes = {
  contradicts: 'The turn was already stored with another value for this field; the stored value was kept.',
  invalid: 'The item is not a turn: its `call_id`, `turn_index` or `role` is missing or invalid.',
} as const satisfies Record<string, string>

/** Every `code` in `warnings` of turns, with one sentence: the turn was stored, and this field is null. */
export const turnWarningCodes = {
  absurd_latency: 'A latency exceeds the maximum.',
  contradicted_latency:
    'A latency since the end of the speech, which ended before it started. The value is kept in `extra_data.contradicted_<field>`.',
  exceeds_total: 'A quantity exceeds the one that includes it, such as cached tokens the input tokens.',
  invalid: 'The value has the wrong type or is out of range.',
  invalid_time:
    'A date-time does not exist or is not supported. A turn without `created_at` gets the time at which it arrived.',
  negative_latency:
    'A latency is negative. A negative `e2e_latency` or `eou_latency` is stored as `overlap_ms`.',
  too_large: 'An object is larger than its limit, or has too many fields.',
  unknown_field: 'A turn has no such field.',
  unstorable_text:
    'A text contains characters that cannot be stored. In `content` they are replaced by U+FFFD.',
} as const satisfies Record<string, string>

export type TurnErrorCode = keyof typeof turnErrorCodes
export type TurnWarningCode = keyof typeof turnWarningCodes
