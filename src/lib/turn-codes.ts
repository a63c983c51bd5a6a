/* Codes in the results of telemetry. docs/reference.md is generated from these tables. */

/** Why an item of a telemetry request is rejected. */
export const turnErrorCodes = {
  contradicts: 'The turn was already stored with another value for this field; the stored value was kept.',
  invalid: 'The item is not a turn: its `call_id`, `turn_index` or `role` is missing or invalid.',
} as const satisfies Record<string, string>

/**
 * Every `code` in `warnings` of items and completions, with one sentence: the item was stored, and this field is null, or
 * changed where the sentence states it.
 */
export const turnWarningCodes = {
  absurd_latency: 'A latency exceeds the maximum.',
  callback_out_of_range:
    '`collected_data.callback_at` is more than an hour before the end of the call, more than a year after it, or no calling window opens after it before the campaign ends. The contact is called after the usual delay.',
  clamped_time:
    'An instant of a completion is outside of the call, or in the future. The nearest instant within the call is stored, and the reported one is kept in `extra_data` of the call.',
  contradicted_latency:
    'A latency since the end of the speech, which ended before it started. The value is kept in `extra_data.contradicted_<field>`.',
  exceeds_total: 'A quantity exceeds the one that includes it, such as cached tokens the input tokens.',
  inexact_number:
    'A number in free JSON is beyond 2^53, so parsers of JSON change its digits. It is stored as null; send it as a string.',
  invalid: 'The value has the wrong type or is out of range.',
  invalid_time:
    'A date-time does not exist or is not supported. A turn without `created_at` gets the time at which it arrived.',
  negative_latency:
    'A latency is negative. A negative `e2e_latency` or `eou_latency` is stored as `overlap_ms`.',
  no_contact_number:
    'The contact opted out, but the call has no phone number of the contact that could be suppressed.',
  too_large:
    'An object is larger than its limit, or has too many fields. Of `collected_data`, `opt_out` and `callback_at` are kept.',
  unknown_field: 'A turn has no such field.',
  unreadable_callback:
    '`collected_data.callback_at` cannot be read as a time. The contact is called after the usual delay.',
  unreadable_opt_out: '`collected_data.opt_out` is neither yes nor no. The number is not suppressed.',
  unstorable_text: 'A text contains characters that cannot be stored. They are replaced by U+FFFD.',
} as const satisfies Record<string, string>

export type TurnErrorCode = keyof typeof turnErrorCodes
export type TurnWarningCode = keyof typeof turnWarningCodes
