import { getTableColumns, getTableName, is } from 'drizzle-orm'
import { PgTable } from 'drizzle-orm/pg-core'
import type { FastifyRequest } from 'fastify'
import { driverErrorOf } from '../db/connection-errors.ts'
import * as schema from '../db/schema/index.ts'
import type { ErrorCode } from '../lib/error-codes.ts'
import { Refusal, type RefusalKind } from '../lib/errors.ts'
import { lazy } from '../lib/lazy.ts'
import { recordOf } from '../lib/record-of.ts'

/** How a request that violates a constraint is refused. */
interface ConstraintRule {
  kind: RefusalKind
  code: ErrorCode
  /** The fields of the body that the constraint is about. */
  fields: readonly string[]
  detail: string
}

const taken = (code: ErrorCode, fields: readonly string[], detail: string): ConstraintRule => ({
  kind: 'conflict',
  code,
  fields,
  detail,
})

const unknown = (code: ErrorCode, field: string, what: string): ConstraintRule => ({
  kind: 'invalid',
  code,
  fields: [field],
  detail: `The company has no ${what} with the given ${field}.`,
})

const missing = (code: ErrorCode, detail: string): ConstraintRule => ({
  kind: 'not_found',
  code,
  fields: [],
  detail,
})

const rule = (fields: readonly string[], detail: string, code: ErrorCode = 'rule'): ConstraintRule => ({
  kind: 'invalid',
  code,
  fields,
  detail,
})

const campaignDeleted = missing('campaign_not_found', 'The campaign was deleted while the request ran.')
const unknownVersion = unknown('unknown_version', 'skillbase_version', 'version of the skillbase')
const hoursDetail =
  'Both are null, or both are set and differ. The start is before 24:00; the whole day is 00:00 to 24:00.'
const sides = ['avg', 'min', 'max'] as const

/**
 * The constraints that a request can violate, although its schema and the functions of the modules check the same rules: by
 * values that only the database compares, such as stored and sent ones, or by another request at the same moment. Of a CHECK on
 * one column the field follows from its name, so it is not listed.
 */
export const constraintRules: Readonly<Record<string, ConstraintRule>> = {
  companies_slug_key: taken('slug_taken', ['slug'], 'Another company has this slug. Choose a different one.'),
  skillbases_slug_key: taken(
    'slug_taken',
    ['slug'],
    'Another skillbase of this company has this slug. Choose a different one.',
  ),
  calls_external_call_id_key: taken(
    'already_exists',
    ['external_call_id'],
    'The company has another call with this external_call_id.',
  ),
  call_tasks_phone_identity_key: taken(
    'already_exists',
    ['phone_number'],
    'The campaign has another contact with this number.',
  ),
  suppressions_phone_identity_key: taken(
    'already_exists',
    ['phone_number'],
    'The number is suppressed already.',
  ),
  leases_phone_identity_key: taken(
    'number_busy',
    ['phone_number'],
    'The number is in another call of the company. Wait until it has ended.',
  ),
  prices_effective_from_key: taken(
    'price_overlaps',
    ['effective_from'],
    'Another price for the same component, provider, model and unit starts at the same instant.',
  ),
  price_aliases_provider_key: taken(
    'price_alias_exists',
    ['provider', 'model'],
    'The company has another alias for this provider and model. Change it with PATCH /api/price-aliases/{id}.',
  ),

  campaigns_skillbase_fkey: unknown('unknown_skillbase', 'skillbase_id', 'skillbase'),
  campaigns_skillbase_version_fkey: unknownVersion,
  calls_skillbase_fkey: unknown('unknown_skillbase', 'skillbase_id', 'skillbase'),
  calls_skillbase_version_fkey: unknownVersion,
  calls_campaign_fkey: unknown('unknown_campaign', 'campaign_id', 'campaign'),
  call_tasks_campaign_fkey: campaignDeleted,
  imports_campaign_fkey: campaignDeleted,
  skillbase_versions_skillbase_fkey: missing(
    'skillbase_not_found',
    'The skillbase was deleted while the request ran.',
  ),
  webhook_deliveries_webhook_fkey: missing(
    'webhook_not_found',
    'The webhook was deleted while the request ran.',
  ),

  campaigns_times_check: rule(['start_time', 'end_time'], 'end_time must be after start_time.'),
  campaigns_daily_times_check: rule(['daily_start_time', 'daily_end_time'], hoursDetail),
  campaigns_contact_daily_times_check: rule(
    ['contact_daily_start_time', 'contact_daily_end_time'],
    hoursDetail,
  ),
  calls_numbers_check: rule(['caller_number', 'callee_number'], 'A number has 1 to 64 characters.'),
  ...recordOf(
    schema.latencies.map((name) => `call_metrics_${name}_check` as const),
    (constraint) => {
      const name = constraint.slice('call_metrics_'.length, -'_check'.length)
      return rule(
        sides.map((side) => `${name}_${side}`),
        `Each value must be between 0 and ${schema.maxLatencyMs} ms, and ${name}_min at most ${name}_max, also together with the stored values.`,
      )
    },
  ),
  call_metrics_cost_check: rule(
    schema.costNames.map((name) => `cost_${name}`),
    'An amount of money must be at least 0.',
  ),
  call_metrics_interruption_check: rule(
    ['interruption_count', 'interruption_rate'],
    'interruption_count must be at least 0, and interruption_rate between 0 and 1.',
  ),
  call_metrics_turn_counts_check: rule(
    ['turn_count', 'user_turn_count', 'bot_turn_count'],
    'The number of turns must be at least 0.',
  ),
  call_metrics_usage_check: rule(
    [
      'stt_duration_sec',
      'llm_input_tokens',
      'llm_cached_input_tokens',
      'llm_output_tokens',
      'tts_characters',
      'livekit_duration_sec',
    ],
    'Usage must be at least 0.',
  ),
  call_metrics_usage_details_check: rule(schema.usageDetailNames, 'Usage must be at least 0.'),
  prices_quantities_check: rule(['minimum', 'increment'], 'A quantity must be at least 0.'),
  prices_effective_check: rule(
    ['effective_to'],
    'effective_to must be after effective_from.',
    'empty_period',
  ),
  rerates_period_check: rule(['start', 'end'], 'end must be after start.', 'empty_period'),
  webhooks_url_check: rule(['url'], 'The url must start with https://, in lower case.', 'invalid_url'),
}

/** The names of all columns, by the name of the table. */
const columnsOf = lazy(
  () =>
    new Map(
      (Object.values(schema) as unknown[])
        .filter((value) => is(value, PgTable))
        .map((table) => [getTableName(table), Object.keys(getTableColumns(table))]),
    ),
)

/**
 * How a violation of a constraint is refused; undefined for one that no field of a request can violate.
 *
 * @param table the table of the constraint
 */
export function ruleOfConstraint(constraint: string, table: string): ConstraintRule | undefined {
  const listed = constraintRules[constraint]
  if (listed !== undefined) return listed
  if (constraint === `${table}_company_fkey`)
    return missing('company_not_found', 'The company that X-Company-Id names does not exist.')
  const column = columnsOf()
    .get(table)
    ?.find((name) => constraint === `${table}_${name}_check`)
  return column === undefined
    ? undefined
    : rule([column], `The value of ${column} is not allowed. Its limits are described at /docs.`)
}

/**
 * The refusal of a request whose statement violated a constraint, with a pointer to each field of the body that the constraint
 * is about; undefined for other errors. Of a DELETE, a foreign key is violated by rows that refer to the deleted one, not by a
 * field.
 */
export function constraintRefusal(
  error: unknown,
  { body, method }: Pick<FastifyRequest, 'body' | 'method'>,
): Refusal | undefined {
  const cause = (driverErrorOf(error) ?? {}) as Record<'code' | 'constraint_name' | 'table_name', unknown>
  const { code, constraint_name, table_name } = cause
  if (typeof constraint_name !== 'string' || typeof table_name !== 'string') return undefined
  if (code === '23503' && method === 'DELETE') return undefined
  const violated = ruleOfConstraint(constraint_name, table_name)
  if (violated === undefined) return undefined
  const { kind, code: errorCode, fields, detail } = violated
  const sent = typeof body === 'object' && body !== null ? body : {}
  const errors = fields
    .filter((field) => Object.hasOwn(sent, field))
    .map((field) => ({ pointer: `/${field}`, detail }))
  return new Refusal(kind, errorCode, detail, errors.length === 0 ? undefined : errors)
}
