import { type SQL, sql } from 'drizzle-orm'
import {
  boolean,
  check,
  foreignKey,
  index,
  integer,
  jsonb,
  pgPolicy,
  pgTable,
  primaryKey,
  text,
  unique,
  uuid,
} from 'drizzle-orm/pg-core'
import {
  companyPolicy,
  createdAt,
  id,
  isSlug,
  tenantRole,
  textList,
  timestamptz,
  updatedAt,
} from './columns.ts'
import { type KeyScope, keyScopes } from './states.ts'

/** The limits of a company. A field that is absent does not limit. */
export interface CompanyLimits {
  max_concurrent_calls?: number
  calls_per_minute?: number
  requests_per_minute?: number
  attempts_per_number_per_day?: number
  attempts_per_number_per_week?: number
  min_hours_between_attempts?: number
}

/** The limits that postpone a contact whose number was called too often or too recently. */
export const numberLimits = [
  'attempts_per_number_per_day',
  'attempts_per_number_per_week',
  'min_hours_between_attempts',
] as const satisfies (keyof CompanyLimits)[]

/**
 * The limits over all campaigns of a company. Claims of a company that has one of them lock its company_pace row, so that each
 * claim counts what the one before has claimed.
 */
export const claimLimits = [
  'max_concurrent_calls',
  'calls_per_minute',
  ...numberLimits,
] as const satisfies (keyof CompanyLimits)[]

/** SQL condition: a company with this alias has one of these limits. */
export const hasLimit = (company: string, limits: readonly (keyof CompanyLimits)[]): SQL =>
  sql.raw(`(${company}.limits ?| '{${limits.join(',')}}')`)

export const companies = pgTable(
  'companies',
  {
    id: id().primaryKey(),
    name: text().notNull(),
    slug: text().notNull().unique('companies_slug_key'),
    email: text(),
    phone: text(),
    settings: jsonb().$type<Record<string, unknown>>().notNull().default({}),
    limits: jsonb().$type<CompanyLimits>().notNull().default({}),
    is_active: boolean().notNull().default(true),
    created_at: createdAt(),
    updated_at: updatedAt(),
  },
  (t) => [
    check('companies_slug_check', isSlug(t.slug)),
    check('companies_settings_check', sql`jsonb_typeof(${t.settings}) = 'object'`),
    check('companies_limits_check', sql`jsonb_typeof(${t.limits}) = 'object'`),
    pgPolicy('of_company', {
      for: 'select',
      to: tenantRole,
      using: sql`${t.id} = nullif(current_setting('app.company_id', true), '')::uuid`,
    }),
  ],
)

export const apiKeys = pgTable(
  'api_keys',
  {
    company_id: uuid().notNull(),
    id: id(),
    name: text().notNull(),
    prefix: text().notNull(),
    key_hash: text().notNull(),
    scopes: text().array().$type<KeyScope[]>().notNull(),
    expires_at: timestamptz(),
    last_used_at: timestamptz(),
    revoked_at: timestamptz(),
    created_at: createdAt(),
  },
  (t) => [
    primaryKey({ name: 'api_keys_pkey', columns: [t.company_id, t.id] }),
    foreignKey({
      name: 'api_keys_company_fkey',
      columns: [t.company_id],
      foreignColumns: [companies.id],
    }).onDelete('cascade'),
    unique('api_keys_key_hash_key').on(t.company_id, t.key_hash),
    // A request has a key and no company yet: this index finds the key. The constraint above only ensures uniqueness.
    index('api_keys_key_hash_idx').on(t.key_hash),
    check('api_keys_key_hash_check', sql`${t.key_hash} ~ '^[0-9a-f]{64}$'`),
    check(
      'api_keys_scopes_check',
      sql`cardinality(${t.scopes}) > 0 and ${t.scopes} <@ array[${textList(keyScopes)}]`,
    ),
    companyPolicy(t.company_id),
  ],
)

/** Responses to requests with an Idempotency-Key, stored for 24 h. The company_id of platform requests is the nil uuid. */
export const idempotencyKeys = pgTable(
  'idempotency_keys',
  {
    company_id: uuid().notNull(),
    key: text().notNull(),
    request_hash: text().notNull(),
    status: integer(),
    body: jsonb().$type<unknown>(),
    created_at: createdAt(),
  },
  (t) => [
    primaryKey({ name: 'idempotency_keys_pkey', columns: [t.company_id, t.key] }),
    index('idempotency_keys_created_at_idx').on(t.created_at),
    check('idempotency_keys_key_check', sql`length(${t.key}) between 1 and 255`),
    check('idempotency_keys_status_check', sql`${t.status} between 200 and 299`),
    companyPolicy(t.company_id),
  ],
)
