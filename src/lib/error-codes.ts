/*
 * Every `code` of an error response, with its HTTP status and one sentence. docs/reference.md is generated from this table,
 * and an error with a code that is not in it does not compile.
 */

import type { FileErrorCode } from './list-error-codes.ts'

/** One entry of the table; `status` is the HTTP status of the response. */
export interface ErrorCodeInfo {
  status: number
  meaning: string
}

const notFoundInfo = (what: string): ErrorCodeInfo => ({
  status: 404,
  meaning: `The ${what} does not exist, or belongs to another company.`,
})

export const errorCodes = {
  // The request itself
  malformed_request: {
    status: 400,
    meaning: 'The request is not well-formed, for example because its body is not valid JSON.',
  },
  malformed_url: {
    status: 400,
    meaning: 'The URL is not valid, for example because a character is not percent-encoded.',
  },
  invalid_body: {
    status: 400,
    meaning: 'Fields of the body are missing, unknown or of the wrong type; `errors` lists them.',
  },
  invalid_params: {
    status: 400,
    meaning: 'A value in the path is malformed, such as an id that is not a UUID.',
  },
  invalid_querystring: {
    status: 400,
    meaning: 'A query parameter is unknown or malformed; `errors` lists them.',
  },
  invalid_headers: { status: 400, meaning: 'A header is malformed.' },
  invalid_cursor: {
    status: 400,
    meaning: '`cursor` is not a `next_cursor` of the same list with the same filters and order.',
  },
  invalid_time: {
    status: 400,
    meaning: 'A value is not an ISO 8601 date or date-time, or lies too far from now.',
  },
  invalid_idempotency_key: {
    status: 400,
    meaning: '`Idempotency-Key` is empty or has more than 255 characters.',
  },
  invalid_csv: { status: 400, meaning: 'The body is not valid CSV.' },
  invalid_form: { status: 400, meaning: 'A field of the multipart form is invalid; `errors` lists them.' },
  broken_form: {
    status: 400,
    meaning: 'The multipart form is malformed, for example because its boundary is missing.',
  },
  no_form: { status: 400, meaning: 'The request must be multipart/form-data with a part called `file`.' },
  too_many_fields: { status: 400, meaning: 'The multipart form has too many fields.' },
  no_file: { status: 400, meaning: 'The multipart form has no part called `file`.' },
  several_files: { status: 400, meaning: 'The multipart form has more than one file.' },
  unknown_file: { status: 400, meaning: 'A file part of the multipart form is not called `file`.' },
  field_after_file: { status: 400, meaning: 'A field follows the file; send the file last.' },
  too_deep: { status: 400, meaning: 'The JSON body is nested deeper than 64 levels of objects and arrays.' },
  too_many_values: {
    status: 400,
    meaning: 'The JSON body has more than 300,000 values or 10,000 different field names.',
  },
  invalid: { status: 400, meaning: 'An item of the batch is invalid; its pointer names the field.' },
  upgrade_required: {
    status: 426,
    meaning: 'This address is a WebSocket, and the request is not an upgrade.',
  },
  no_websocket: { status: 400, meaning: 'The request asks for a WebSocket where there is none.' },
  condition_unsupported: {
    status: 400,
    meaning: '`If-Match` or `If-None-Match` was sent to an operation that has no `ETag` to compare.',
  },
  company_unnamed: { status: 400, meaning: 'The platform key must name a company in `X-Company-Id`.' },
  // Authentication and permission
  other_company: {
    status: 403,
    meaning: '`company_id` in the query or the body names a company that the request does not act for.',
  },
  unauthenticated: { status: 401, meaning: 'The key is missing, unknown, expired or revoked.' },
  unsigned: { status: 401, meaning: 'The signature of a webhook request is missing, wrong or too old.' },
  scope_missing: { status: 403, meaning: 'The key does not have the scope that the route requires.' },
  company_inactive: { status: 403, meaning: 'The company is deactivated.' },
  // Not found
  carrier_events_off: {
    status: 404,
    meaning: 'The configured carrier does not report events to this route.',
  },
  route_not_found: { status: 404, meaning: 'The route does not exist; /openapi.json lists all routes.' },
  call_not_found: notFoundInfo('call'),
  call_metrics_not_found: {
    status: 404,
    meaning: 'The call has no metrics, does not exist, or belongs to another company.',
  },
  call_task_not_found: notFoundInfo('call task'),
  campaign_not_found: notFoundInfo('campaign'),
  company_not_found: { status: 404, meaning: 'The company does not exist.' },
  delivery_not_found: notFoundInfo('delivery'),
  import_not_found: notFoundInfo('import'),
  key_not_found: notFoundInfo('key'),
  price_alias_not_found: notFoundInfo('price alias'),
  price_not_found: notFoundInfo('price'),
  rerate_not_found: notFoundInfo('rerate'),
  skillbase_not_found: notFoundInfo('skillbase'),
  skillbase_version_not_found: notFoundInfo('version of the skillbase'),
  suppression_not_found: notFoundInfo('suppression'),
  webhook_not_found: notFoundInfo('webhook'),
  method_not_allowed: {
    status: 405,
    meaning: 'The path does not have this method; the header `Allow` lists its methods.',
  },
  // Conflicts with the current state
  already_done: {
    status: 409,
    meaning: 'The request succeeded before, and its response contained a secret that cannot be replayed.',
  },
  already_exists: { status: 409, meaning: 'Another row has the same unique value.' },
  call_live: { status: 409, meaning: 'The call has not ended yet.' },
  call_of_task: { status: 409, meaning: 'The call is an attempt of a campaign, so it cannot be deleted.' },
  campaign_active: { status: 409, meaning: 'The campaign is not over yet; stop it first.' },
  campaign_has_calls: { status: 409, meaning: 'The campaign has made calls, so it cannot be deleted.' },
  campaign_over: { status: 409, meaning: 'The campaign is stopped, or completed and past its `end_time`.' },
  company_active: { status: 409, meaning: 'An active company cannot be deleted; deactivate it first.' },
  concurrent_change: {
    status: 409,
    meaning: 'Another request changed the same data at the same moment; repeat the request.',
  },
  delivery_pending: { status: 409, meaning: 'The delivery is still being sent.' },
  end_time_passed: {
    status: 409,
    meaning:
      'The `end_time` of the campaign has passed; set a later one, or clone a campaign that is stopped.',
  },
  events_ahead: { status: 409, meaning: '`after` is greater than the id of the last event.' },
  events_forgotten: {
    status: 409,
    meaning: 'The events after `after` were deleted; read the current state and continue from there.',
  },
  frozen: { status: 409, meaning: 'The campaign does not allow these fields to change in its state.' },
  idempotency_key_reused: { status: 409, meaning: 'The `Idempotency-Key` was used for a different request.' },
  import_under_way: { status: 409, meaning: 'The import is still in progress.' },
  invalid_transition: { status: 409, meaning: 'The state of the resource does not allow this action.' },
  limit_reached: { status: 409, meaning: 'A limit of the company is reached.' },
  call_over: { status: 409, meaning: 'The call has ended, so no agent is needed for it.' },
  no_skillbase: { status: 409, meaning: 'The call has no skillbase, so it has no brief.' },
  no_tasks: {
    status: 409,
    meaning: 'The campaign has no call tasks, or is completed and none of them waits.',
  },
  nobody_to_restart: { status: 409, meaning: 'No call task of the campaign is in a state to restart.' },
  not_published: { status: 409, meaning: 'The skillbase is not published.' },
  number_busy: { status: 409, meaning: 'The number is being called at this moment.' },
  price_in_force: { status: 409, meaning: 'The price has taken effect; set `effective_to` instead.' },
  price_of_everybody: {
    status: 409,
    meaning: 'The price is shared by all companies and cannot be changed by one.',
  },
  price_overlaps: {
    status: 409,
    meaning: 'Another price for the same component, provider, model and unit covers a part of the period.',
  },
  price_alias_exists: {
    status: 409,
    meaning: 'The company has another alias for the same provider and model.',
  },
  price_unit_conflict: {
    status: 409,
    meaning:
      'A price in another unit, which prices the same usage of the model, covers a part of the period.',
  },
  reference: {
    status: 409,
    meaning: 'The request refers to a row that does not exist, or deletes a row that others refer to.',
  },
  skillbase_in_use: { status: 409, meaning: 'Campaigns or calls use the skillbase.' },
  skillbase_inactive: { status: 409, meaning: 'The skillbase is deactivated.' },
  slug_taken: { status: 409, meaning: 'The slug is already in use.' },
  task_has_calls: { status: 409, meaning: 'The contact was called, so the task cannot be deleted.' },
  too_many_imports: {
    status: 409,
    meaning: 'The company has the maximum number of imports in progress; upload the file when one has ended.',
  },
  too_many_webhooks: { status: 409, meaning: 'The company has the maximum number of webhooks.' },
  etag_excluded: { status: 412, meaning: 'The resource has an `ETag` that `If-None-Match` excludes.' },
  stale_etag: { status: 412, meaning: 'The resource changed since its `ETag` was read.' },
  // Size, format and rate
  request_timeout: { status: 408, meaning: 'The request took too long to arrive.' },
  body_too_large: { status: 413, meaning: 'The body exceeds the limit of the route.' },
  uri_too_long: { status: 414, meaning: 'The address is too long.' },
  headers_too_large: { status: 431, meaning: 'The URL and the headers have more than 16 KiB.' },
  unsupported_media_type: { status: 415, meaning: 'The route does not accept this Content-Type.' },
  unsupported_encoding: {
    status: 415,
    meaning:
      'The body has a Content-Encoding that the route does not decode; `Accept-Encoding` lists those it does.',
  },
  expectation_failed: { status: 417, meaning: 'The header `Expect` has another value than `100-continue`.' },
  rate_limited: {
    status: 429,
    meaning: 'Too many requests of the company or of the address; wait as `Retry-After` states.',
  },
  too_many_sockets: { status: 429, meaning: 'The company has the maximum number of open WebSockets.' },
  // Rules
  already_expired: { status: 422, meaning: '`expires_at` is in the past.' },
  bucket_and_group_by: { status: 422, meaning: '`bucket` and `group_by` cannot be combined.' },
  empty_period: { status: 422, meaning: 'The period ends before or when it starts.' },
  invalid_campaign: {
    status: 422,
    meaning: 'Settings of the campaign contradict each other; `errors` lists them.',
  },
  invalid_config: { status: 422, meaning: 'The skillbase config breaks rules; `errors` lists them.' },
  invalid_phone_number: { status: 422, meaning: 'The value is not a phone number.' },
  invalid_url: { status: 422, meaning: 'The URL is not allowed; webhooks need https and a public address.' },
  invalid_value: {
    status: 422,
    meaning: 'A value is out of range or contains characters that cannot be stored.',
  },
  no_history: { status: 422, meaning: 'The skillbase has no measured call to estimate from.' },
  no_phone_column: { status: 422, meaning: 'The file has no column with phone numbers.' },
  no_search_words: {
    status: 422,
    meaning: '`q` has only words that are not searched, such as "the" and "и", or punctuation.',
  },
  nothing_to_estimate: { status: 422, meaning: 'Neither `usage` nor a skillbase was given.' },
  object_too_large: {
    status: 422,
    meaning: 'A merge would make an object larger than its limit; `errors` names it and the limit.',
  },
  period_too_long: { status: 422, meaning: 'The period is longer than 100 years.' },
  rule: { status: 422, meaning: 'A value violates a constraint of the database.' },
  suppressed: { status: 422, meaning: 'The number is on the suppression list.' },
  too_many_buckets: { status: 422, meaning: 'The period has too many buckets of this size.' },
  too_many_decimals: {
    status: 422,
    meaning: 'A price, minimum or increment has more decimals than are stored; it is not rounded.',
  },
  too_many_rows: { status: 422, meaning: 'The list has too many rows.' },
  unit_mismatch: { status: 422, meaning: 'The unit does not measure this cost component.' },
  same_version: { status: 422, meaning: '`version_a` and `version_b` are the same.' },
  unknown_campaign: { status: 422, meaning: 'The body refers to a campaign that does not exist.' },
  unknown_skillbase: { status: 422, meaning: 'The body refers to a skillbase that does not exist.' },
  unknown_timezone: { status: 422, meaning: 'The value is not an IANA time zone.' },
  unknown_version: { status: 422, meaning: 'The skillbase has no such version.' },
  // Server side
  client_disconnected: { status: 499, meaning: 'The client disconnected, so nobody receives this.' },
  internal_error: { status: 500, meaning: 'The service failed; report the `request_id` if it repeats.' },
  database_unavailable: {
    status: 503,
    meaning: 'The database does not respond; try again as `Retry-After` states.',
  },
  database_read_only: { status: 503, meaning: 'The database accepts no changes; reading works.' },
  disk_full: { status: 503, meaning: 'The disk of the database is full; reading works.' },
  lock_timeout: { status: 503, meaning: 'Another transaction holds a lock that the request needs.' },
  overloaded: { status: 503, meaning: 'The service is busy; try again as `Retry-After` states.' },
  starting: { status: 503, meaning: 'The service is starting; try again as `Retry-After` states.' },
  too_many_exports: {
    status: 503,
    meaning: 'The company has the maximum number of exports in progress; start it again when one has ended.',
  },
  too_many_uploads: {
    status: 503,
    meaning:
      'The company has the maximum number of uploads in progress; send the file again when one has ended.',
  },
  too_slow: { status: 503, meaning: 'The query took too long; request less data.' },
} as const satisfies Record<string, ErrorCodeInfo>

export type ErrorCode = keyof typeof errorCodes | FileErrorCode
