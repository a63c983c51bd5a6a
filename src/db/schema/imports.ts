import { sql } from 'drizzle-orm'
import {
  bigint,
  boolean,
  check,
  foreignKey,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  uuid,
} from 'drizzle-orm/pg-core'
import type { FurtherNumber } from '../../lib/phone/contact-numbers.ts'
import { campaigns } from './campaigns.ts'
import { companyPolicy, createdAt, id, isOneOf, timestamptz, updatedAt } from './columns.ts'
import { companies } from './companies.ts'
import {
  type DuplicateRule,
  duplicateRules,
  type ImportStatus,
  importStatuses,
  type TimezoneSource,
} from './states.ts'

/** A call list that was uploaded for a campaign, or a suppression list, and the number of its rows by result. */
export const imports = pgTable(
  'imports',
  {
    company_id: uuid().notNull(),
    id: id(),
    /** Null: a suppression list. */
    campaign_id: uuid(),
    status: text().$type<ImportStatus>().notNull().default('receiving'),
    is_dry_run: boolean().notNull().default(false),
    on_duplicate: text().$type<DuplicateRule>().notNull().default('skip'),
    file_name: text(),
    file_bytes: bigint({ mode: 'number' }).notNull().default(0),
    file_sha256: text(),
    key_id: uuid(),
    reading: jsonb().$type<Record<string, unknown>>().notNull().default({}),
    preview: jsonb().$type<Record<string, unknown>[]>().notNull().default([]),
    refusals: jsonb().$type<Record<string, number>>().notNull().default({}),
    total: integer().notNull().default(0),
    created: integer().notNull().default(0),
    updated: integer().notNull().default(0),
    skipped: integer().notNull().default(0),
    suppressed: integer().notNull().default(0),
    rejected: integer().notNull().default(0),
    reverted: integer().notNull().default(0),
    line: integer().notNull().default(0),
    /** The last line of each chunk of rows that is merged in one transaction. Empty for an import of an earlier version. */
    chunk_ends: integer().array().notNull().default([]),
    error_code: text(),
    error_message: text(),
    /** Attempts to merge or revert a chunk that failed since the last one that succeeded, and the reason of the last. */
    failed_attempts: integer().notNull().default(0),
    last_error: text(),
    /** Workers leave the import alone until then. */
    next_attempt_at: timestamptz(),
    /** When workers merged or reverted a chunk of it last. Companies, and the imports of each, take turns by it. */
    served_at: timestamptz(),
    alive_at: timestamptz().notNull().defaultNow(),
    created_at: createdAt(),
    updated_at: updatedAt(),
    finished_at: timestamptz(),
  },
  (t) => [
    primaryKey({ name: 'imports_pkey', columns: [t.company_id, t.id] }),
    foreignKey({
      name: 'imports_campaign_fkey',
      columns: [t.company_id, t.campaign_id],
      foreignColumns: [campaigns.company_id, campaigns.id],
    }).onDelete('cascade'),
    foreignKey({
      name: 'imports_company_fkey',
      columns: [t.company_id],
      foreignColumns: [companies.id],
    }).onDelete('cascade'),
    index('imports_campaign_idx').on(t.company_id, t.campaign_id, t.id),
    index('imports_open_idx').on(t.id).where(sql`${t.finished_at} is null`),
    index('imports_served_idx').on(t.company_id, t.served_at).where(sql`${t.served_at} is not null`),
    check('imports_status_check', isOneOf(t.status, importStatuses)),
    check('imports_on_duplicate_check', isOneOf(t.on_duplicate, duplicateRules)),
    check('imports_failed_attempts_check', sql`${t.failed_attempts} >= 0`),
    check(
      'imports_counts_check',
      sql`${t.total} >= 0 and ${t.created} >= 0 and ${t.updated} >= 0 and ${t.skipped} >= 0 and ${t.suppressed} >= 0 and ${t.rejected} >= 0 and ${t.reverted} between 0 and ${t.created}`,
    ),
    // Every row is counted under exactly one result.
    check(
      'imports_total_check',
      sql`${t.status} <> 'completed' or ${t.total} = ${t.created} + ${t.updated} + ${t.skipped} + ${t.suppressed} + ${t.rejected}`,
    ),
    companyPolicy(t.company_id),
  ],
)

/** Cells of a row; as JSON texts if one contains a character that PostgreSQL cannot store. */
export type StoredCells = readonly unknown[] | { json: string[] }

/** Rows of an uploaded file. A row is deleted when it is merged into the campaign; rejected rows are kept. */
export const importRows = pgTable(
  'import_rows',
  {
    company_id: uuid().notNull(),
    import_id: uuid().notNull(),
    line: integer().notNull(),
    phone_number: text(),
    phone_extension: text(),
    further_numbers: jsonb().$type<FurtherNumber[]>(),
    contact_name: text(),
    contact_data: jsonb().$type<Record<string, unknown>>(),
    timezone: text(),
    dial_timezone: text(),
    timezone_source: text().$type<TimezoneSource>(),
    priority: integer(),
    next_attempt_at: timestamptz(),
    code: text(),
    detail: text(),
    cells: jsonb().$type<StoredCells>(),
  },
  (t) => [
    primaryKey({ name: 'import_rows_pkey', columns: [t.company_id, t.import_id, t.line] }),
    companyPolicy(t.company_id),
  ],
)
