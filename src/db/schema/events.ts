import { sql } from 'drizzle-orm'
import {
  type AnyPgColumn,
  bigint,
  bigserial,
  check,
  foreignKey,
  index,
  jsonb,
  pgTable,
  primaryKey,
  uuid,
} from 'drizzle-orm/pg-core'
import { companyPolicy, createdAt, timestamptz } from './columns.ts'
import { companies } from './companies.ts'
import type { EventType } from './states.ts'

/** What happened, as it is kept: what it is of by its ids, and what would not be known from there later. */
export interface EventItem {
  type: EventType
  campaign_id?: string | null
  call_id?: string | null
  call_task_id?: string | null
  [field: string]: unknown
}

const areItems = (column: AnyPgColumn) =>
  sql`jsonb_typeof(${column}) = 'array' and jsonb_array_length(${column}) > 0`

/**
 * Events of transactions that were committed, until they get their ids. Each row is what one transaction made happen in
 * a company. It has no foreign key: a company's row would be what all its writers meet at.
 */
export const eventOutbox = pgTable(
  'event_outbox',
  {
    company_id: uuid().notNull(),
    n: bigserial({ mode: 'number' }).notNull(),
    items: jsonb().$type<EventItem[]>().notNull(),
    created_at: createdAt(),
  },
  (t) => [
    primaryKey({ name: 'event_outbox_pkey', columns: [t.company_id, t.n] }),
    index('event_outbox_n_idx').on(t.n),
    check('event_outbox_items_check', areItems(t.items)),
    companyPolicy(t.company_id),
  ],
)

/** A company's last event, and the first that is kept. */
export const eventHeads = pgTable(
  'event_heads',
  {
    company_id: uuid().notNull(),
    first_id: bigint({ mode: 'number' }).notNull().default(1),
    last_id: bigint({ mode: 'number' }).notNull(),
  },
  (t) => [
    primaryKey({ name: 'event_heads_pkey', columns: [t.company_id] }),
    foreignKey({
      name: 'event_heads_company_fkey',
      columns: [t.company_id],
      foreignColumns: [companies.id],
    }).onDelete('cascade'),
    check('event_heads_ids_check', sql`${t.first_id} between 1 and ${t.last_id} + 1`),
    companyPolicy(t.company_id),
  ],
)

/** Events in their order: a row has those of one transaction, and their ids from `first_id` to `id`, without a gap. */
export const events = pgTable(
  'events',
  {
    company_id: uuid().notNull(),
    id: bigint({ mode: 'number' }).notNull(),
    first_id: bigint({ mode: 'number' }).notNull(),
    n: bigint({ mode: 'number' }).notNull(),
    items: jsonb().$type<EventItem[]>().notNull(),
    at: timestamptz().notNull(),
  },
  (t) => [
    primaryKey({ name: 'events_pkey', columns: [t.company_id, t.id] }),
    foreignKey({
      name: 'events_company_fkey',
      columns: [t.company_id],
      foreignColumns: [companies.id],
    }).onDelete('cascade'),
    index('events_at_idx').on(t.at),
    check(
      'events_items_check',
      sql`${areItems(t.items)} and ${t.id} - ${t.first_id} + 1 = jsonb_array_length(${t.items})`,
    ),
    companyPolicy(t.company_id),
  ],
)
